/** What can be traded, and the stock market's clock. */
import { formatUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { noAsset, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { choice } from './call.ts';
import type { Call } from './call.ts';
import { assetIdOf, instrumentOf } from './symbols.ts';
import { rfc3339At, stockHours } from './time.ts';

export function listAssets({ desk, request: { query } }: Call): Answer {
  const status = choice(query, 'status', ['active', 'inactive', 'all'], 'all');
  const assetClass = choice(query, 'asset_class', ['crypto', 'us_equity', 'us_option', 'all'], 'all');
  const wanted = status !== 'inactive' && (assetClass === 'crypto' || assetClass === 'all') && ['', 'CRYPTO'].includes(query.get('exchange') ?? '');
  return ok(wanted ? desk.instruments().map(assetBody) : []);
}

export function getAsset({ desk, parts: [name = ''] }: Call): Answer {
  const instrument = instrumentOf(desk, name);
  return instrument === undefined ? noAsset(name) : ok(assetBody(instrument));
}

function assetBody(instrument: Instrument): Record<string, unknown> {
  const { symbol, base, quote, quantityScale, priceScale, minQuantityUnits, quantityStepUnits, priceTickUnits } = instrument;
  return {
    id: assetIdOf(symbol), class: 'crypto', exchange: 'CRYPTO', symbol, name: `${base} / ${quote}`, status: 'active', tradable: true,
    marginable: false, maintenance_margin_requirement: 100, margin_requirement_long: '100', margin_requirement_short: '100',
    shortable: false, easy_to_borrow: false, fractionable: true, attributes: [],
    min_order_size: formatUnits(minQuantityUnits, quantityScale),
    min_trade_increment: formatUnits(quantityStepUnits, quantityScale),
    price_increment: formatUnits(priceTickUnits, priceScale),
  };
}

/** Times here carry the exchange's offset and never `Z`: clients cut the offset off the end of the text. */
export function getClock({ desk, offsetMinutes }: Call): Answer {
  const nowMs = desk.nowMs();
  const { isOpen, nextOpenMs, nextCloseMs } = stockHours(nowMs, offsetMinutes);
  const [timestamp, next_open, next_close] = [nowMs, nextOpenMs, nextCloseMs].map((atMs) => rfc3339At(atMs, offsetMinutes));
  return ok({ timestamp, is_open: isOpen, next_open, next_close });
}
