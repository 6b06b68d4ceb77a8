/**
 * From a source's name for a market to one of our instruments: by an explicit table, never by guess.
 *
 * Looked up in this order, the first hit counts: `EXCHANGE:TICKER` as sent, the ticker as sent, the ticker without the
 * marks below. With `sameName`, a ticker that equals an instrument letter for letter, with or without its "/", is that
 * instrument; a ticker marked as a perpetual or a future never is, since it names another market.
 */
import { malformed, quoted } from './malformed.ts';
import type { Malformed } from './malformed.ts';

export type TickerTable = {
  readonly tickers: Readonly<Record<string, string>>; // as the source writes it → our instrument
  readonly instruments: readonly string[]; // that may be traded for this source
  readonly sameName: boolean;
};
export type TickerOutcome = { readonly kind: 'instrument'; readonly symbol: string } | Malformed;

const delayed = /_DLY?$/i;
const derivative = /(?:\.P|\.D|-?PERP)$/i;

export function resolveTicker(ticker: string, exchange: string | undefined, table: TickerTable): TickerOutcome {
  const [prefix, bare] = split(ticker);
  const market = prefix ?? exchange;
  if (market !== undefined && delayed.test(market)) {
    return malformed('delayed-data', `The exchange ${quoted(market)} is marked as delayed: the decision was made on old prices. Nothing was sent; use a live feed for this alert.`);
  }
  const names = [...(market === undefined ? [] : [`${market}:${bare}`]), ticker, bare, bare.replace(derivative, '')];
  const named = names.find((name) => Object.hasOwn(table.tickers, name));
  const symbol = named === undefined ? sameNamed(bare, table) : table.tickers[named];
  if (symbol === undefined) return malformed('unknown-ticker', `The ticker ${quoted(ticker)} is not in the table of this source. Nothing was sent; add it to "tickers" in the configuration.`);
  if (!table.instruments.includes(symbol)) return malformed('unknown-ticker', `The ticker ${quoted(ticker)} stands for ${quoted(symbol)}, which is not an instrument of the venue of this source. Nothing was sent.`);
  return { kind: 'instrument', symbol };
}

function split(ticker: string): [prefix: string | undefined, bare: string] {
  const at = ticker.indexOf(':');
  return at < 0 ? [undefined, ticker] : [ticker.slice(0, at), ticker.slice(at + 1)];
}

function sameNamed(bare: string, table: TickerTable): string | undefined {
  if (!table.sameName) return undefined;
  const exact = table.instruments.filter((symbol) => symbol === bare || symbol.replace('/', '') === bare);
  return exact.length === 1 ? exact[0] : undefined;
}
