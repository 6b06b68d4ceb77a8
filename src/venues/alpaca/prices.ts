/**
 * Alpaca's market data as a source of prices, for whichever venue trades: the latest quotes, asked for one request at a time. Nothing is repeated
 * here, because the next question comes soon anyway.
 */
import { reasonOf } from '../../base/index.ts';
import type { Headers, HttpOutcome, Net, PriceSource, Read, SaidPrice, SaidPrices } from '../../ports/index.ts';
import { errorIn } from './answers.ts';
import { Fields, parseJson, readable } from './json.ts';
import { describe } from './rest.ts';

export type AlpacaPricesOptions = {
  readonly net: Net;
  readonly dataUrl?: string;
  readonly keyId?: string; // pairs are shown to anybody
  readonly secret?: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
};

const DATA_URL = 'https://data.alpaca.markets';

export function alpacaPrices({ net, dataUrl = DATA_URL, keyId, secret, everyMs, timeoutMs }: AlpacaPricesOptions): PriceSource {
  const headers: Headers = { accept: 'application/json', ...(keyId === undefined || secret === undefined ? {} : { 'apca-api-key-id': keyId, 'apca-api-secret-key': secret }) };
  return {
    kind: 'asked', everyMs, timeoutMs,
    ask: async (symbols, withinMs) => {
      const url = `${dataUrl.replace(/\/+$/, '')}/v1beta3/crypto/us/latest/quotes?symbols=${encodeURIComponent(symbols.join(','))}`;
      const outcome = await net.request({ method: 'GET', url, headers }, withinMs).catch((thrown: unknown): HttpOutcome => ({ kind: 'unknown', why: reasonOf(thrown) }));
      return understood(outcome, symbols);
    },
  };
}

function understood(outcome: HttpOutcome, symbols: readonly string[]): Read<SaidPrices> {
  if (outcome.kind !== 'answered') return { kind: 'unclear', why: `no answer: ${outcome.why}`, ...(outcome.kind === 'not-sent' && outcome.heldBack === true ? { heldBack: true } : {}) };
  if (outcome.status !== 200) return { kind: 'unclear', why: describe(outcome.status, errorIn(outcome.body)?.message) };
  const read = readable(() => new Fields(parseJson(outcome.body), 'answer').object('quotes'));
  if ('why' in read) return { kind: 'unclear', why: read.why };
  const answeredAtMs = Date.parse(outcome.headers['date'] ?? '');
  return { kind: 'read', value: { prices: symbols.flatMap((symbol) => priceIn(read.value, symbol)), ...(Number.isNaN(answeredAtMs) ? {} : { answeredAtMs }) } };
}

/** One that cannot be read is left out: it says nothing of the others. */
function priceIn(quotes: Fields, symbol: string): readonly SaidPrice[] {
  const read = readable(() => saidIn(symbol, quotes.object(symbol)));
  return 'value' in read ? [read.value] : [];
}

export const saidIn = (symbol: string, quote: Fields): SaidPrice => ({ symbol, bidText: quote.numberText('bp'), askText: quote.numberText('ap'), saidMs: quote.timeMs('t') });
