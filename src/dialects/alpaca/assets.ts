/** What can be traded, and when: assets, the clock of the stock market, and its calendar. */
import { formatUnits } from '../../base/index.ts';
import type { DeskInstrument, DeskSession } from '../../ports/index.ts';
import { badParameter, noAsset, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { choice, refuse } from './call.ts';
import type { Call } from './call.ts';
import { assetClassOf, assetIdOf, instrumentOf } from './symbols.ts';
import { dateOf, hourAt, momentOf, rfc3339At } from './time.ts';

const dayMs = 86_400_000;
const [firstDate, lastDate] = ['1970-01-01', '2029-12-31']; // of the venue's calendar
const longestWaitMs = 14 * dayMs;

export function listAssets({ desk, request: { query } }: Call): Answer {
  const status = choice(query, 'status', ['active', 'inactive', 'all'], 'all');
  const assetClass = choice(query, 'asset_class', ['crypto', 'us_equity', 'us_option', 'all'], 'all');
  const place = query.get('exchange') ?? '';
  if (status === 'inactive') return ok([]);
  const wanted = desk.instruments().filter(({ symbol }) => assetClass === 'all' || assetClass === assetClassOf(symbol));
  return ok(wanted.map(assetBody).filter(({ exchange }) => place === '' || place === exchange));
}

export function getAsset({ desk, parts: [name = ''] }: Call): Answer {
  const instrument = instrumentOf(desk, name);
  return instrument === undefined ? noAsset(name) : ok(assetBody(instrument));
}

function assetBody(instrument: DeskInstrument): Record<string, unknown> {
  const { symbol, base, quote, quantityScale, priceScale, minQuantityUnits, quantityStepUnits, priceTickUnits, stock } = instrument;
  const common = { id: assetIdOf(symbol), class: assetClassOf(symbol), symbol, status: 'active', tradable: true, shortable: false, easy_to_borrow: false };
  if (stock !== undefined) {
    return {
      ...common, exchange: stock.listedOn, name: stock.name, marginable: true, maintenance_margin_requirement: 30, margin_requirement_long: '30', margin_requirement_short: '100',
      fractionable: stock.isFractionable, attributes: stock.isFractionable ? ['fractional_eh_enabled'] : [],
    };
  }
  return {
    ...common, exchange: 'CRYPTO', name: `${base} / ${quote}`, marginable: false, maintenance_margin_requirement: 100, margin_requirement_long: '100', margin_requirement_short: '100',
    fractionable: true, attributes: [],
    min_order_size: formatUnits(minQuantityUnits, quantityScale),
    min_trade_increment: formatUnits(quantityStepUnits, quantityScale),
    price_increment: formatUnits(priceTickUnits, priceScale),
  };
}

/** Times here carry the exchange's offset and never `Z`: clients cut the offset off the end of the text. */
export function getClock({ desk }: Call): Answer {
  const nowMs = desk.nowMs();
  const sessions = desk.sessions(dateOf(nowMs - dayMs), dateOf(nowMs + longestWaitMs));
  const isOpen = sessions.some(({ opensAtMs, closesAtMs }) => opensAtMs <= nowMs && nowMs < closesAtMs);
  const [nextOpen, nextClose] = [sessions.find(({ opensAtMs }) => opensAtMs > nowMs), sessions.find(({ closesAtMs }) => closesAtMs > nowMs)];
  const at = (atMs: number | undefined, session: DeskSession | undefined): string | null => (atMs === undefined || session === undefined ? null : rfc3339At(atMs, session.offsetMinutes));
  return ok({ timestamp: at(nowMs, nextClose), is_open: isOpen, next_open: at(nextOpen?.opensAtMs, nextOpen), next_close: at(nextClose?.closesAtMs, nextClose) });
}

/** Days of dealing, of this year and the next unless told. */
export function getCalendar({ desk, request: { query } }: Call): Answer {
  const year = Number(dateOf(desk.nowMs()).slice(0, 4));
  const date = (name: string, otherwise: string): string => {
    const text = query.get(name);
    if (text === null || text === '') return otherwise;
    const atMs = momentOf(text);
    const asked = atMs === undefined ? refuse(badParameter(`invalid ${name}: ${text}`)) : dateOf(atMs);
    return asked < firstDate ? firstDate : asked > lastDate ? lastDate : asked;
  };
  const [from, to] = [date('start', `${year}-01-01`), date('end', `${year + 1}-12-31`)];
  const days = desk.sessions(from, dateOf(Date.parse(to) + longestWaitMs)); // a day is settled on the next one
  return ok(days.flatMap((session, index) => (session.date > to ? [] : [{
    date: session.date, open: hourAt(session.opensAtMs, session.offsetMinutes), close: hourAt(session.closesAtMs, session.offsetMinutes),
    session_open: hourAt(session.extendedFromMs, session.offsetMinutes).replace(':', ''), session_close: hourAt(session.extendedUntilMs, session.offsetMinutes).replace(':', ''),
    settlement_date: days[index + 1]?.date ?? session.date,
  }])));
}
