/**
 * The pairs Alpaca lists, as instruments: in which units their quantities and prices are counted.
 *
 * Alpaca writes one pair in two ways, "BTC/USD" and "BTCUSD"; here both lead to the same instrument, whose symbol has
 * the slash. Scales: nine decimals for quantities (Alpaca's finest), those of the price increment for prices, and at
 * least twelve for amounts.
 */
import { pow10, tryParseUnits } from '../../base/index.ts';
import type { Instrument, JsonNode } from '../../base/index.ts';
import type { Read, UnreadableReason } from '../../ports/index.ts';
import { Fields, Unreadable, listOf, readable } from './json.ts';
import type { Rest } from './rest.ts';

const quantityScale = 9;
const usualQuoteScale = 18; // one scale per asset, whatever the ticks of the pairs that are priced in it
const minCostInUsd = 10n;

export type Catalog = {
  readonly instruments: (symbols: readonly string[], deadlineMs: number) => Promise<Read<readonly Instrument[]>>;
  /** Asks the venue for its list where one of these symbols is not known yet. */
  readonly learn: (symbols: readonly string[], deadlineMs: number) => Promise<Read<undefined>>;
  readonly known: (symbol: string) => Instrument | undefined;
  /** @throws Unreadable where the symbol is not known: its quantities cannot be counted */
  readonly instrumentOf: (symbol: string) => Instrument;
};

type RowProblem = { readonly reason: UnreadableReason; readonly why: string };

export const compact = (symbol: string): string => symbol.replaceAll('/', '');

export function catalogOver(rest: Rest): Catalog {
  const bySymbol = new Map<string, Instrument>();
  const byCompact = new Map<string, Instrument | 'ambiguous'>();

  const remember = (instrument: Instrument): void => {
    bySymbol.set(instrument.symbol, instrument);
    const short = compact(instrument.symbol);
    const other = byCompact.get(short);
    byCompact.set(short, other === undefined || (other !== 'ambiguous' && other.symbol === instrument.symbol) ? instrument : 'ambiguous');
  };

  const known = (symbol: string): Instrument | undefined => {
    if (symbol.includes('/')) return bySymbol.get(symbol);
    const found = byCompact.get(symbol);
    return found === 'ambiguous' ? undefined : found;
  };

  /** Reads the list; rows that cannot be read are kept as reasons, because they matter only to who asks for them. */
  const load = async (deadlineMs: number): Promise<Read<ReadonlyMap<string, RowProblem>>> => {
    const answer = await rest.read('trading', '/v2/assets?asset_class=crypto', deadlineMs);
    if (answer.kind === 'no-such-order') return { kind: 'unclear', why: 'the venue has no list of assets' };
    if (answer.kind === 'unclear') return answer;
    const unreadable = new Map<string, RowProblem>();
    const rows = rest.readable(() => listOf(answer.json, 'assets').map((row) => new Fields(row, 'asset')));
    if ('why' in rows) return { kind: 'unclear', why: rows.why };
    for (const row of rows.value) {
      const read = readable(() => instrumentFrom(row), (reason, why) => void unreadable.set(nameOf(row), { reason, why }));
      if ('value' in read) remember(read.value);
    }
    return { kind: 'read', value: unreadable };
  };

  return {
    known,
    instrumentOf: (symbol) => {
      const instrument = known(symbol);
      if (instrument === undefined) throw new Unreadable('unknown-symbol', `"${symbol.slice(0, 40)}" is in no list of the venue's pairs, so its quantities cannot be counted`);
      return instrument;
    },
    learn: async (symbols, deadlineMs) => {
      if (symbols.every((symbol) => known(symbol) !== undefined)) return { kind: 'read', value: undefined };
      const loaded = await load(deadlineMs);
      return loaded.kind === 'read' ? { kind: 'read', value: undefined } : loaded;
    },
    instruments: async (symbols, deadlineMs) => {
      const loaded = await load(deadlineMs);
      if (loaded.kind === 'unclear') return loaded;
      const instruments: Instrument[] = [];
      for (const symbol of symbols) {
        const instrument = known(symbol);
        const problem = loaded.value.get(symbol);
        if (problem !== undefined) {
          rest.tellUnreadable(problem.reason, problem.why);
          return { kind: 'unclear', why: problem.why };
        }
        if (instrument === undefined) return { kind: 'unclear', why: `the venue lists no pair "${symbol}"; correct the configuration` };
        instruments.push(instrument);
      }
      return { kind: 'read', value: instruments };
    },
  };
}

function instrumentFrom(row: Fields): Instrument {
  const symbol = row.text('symbol');
  const [base, quote, ...more] = symbol.split('/');
  if (base === undefined || base === '' || quote === undefined || quote === '' || more.length > 0) throw new Unreadable('out-of-range', `asset "${symbol}" is no pair`);
  const increment = row.decimalText('price_increment');
  const priceScale = decimalsOf(increment);
  const quoteScale = Math.max(usualQuoteScale, quantityScale + priceScale);
  const instrument: Instrument = {
    symbol, base, quote, quantityScale, priceScale, quoteScale,
    quantityStepUnits: row.units('min_trade_increment', quantityScale),
    minQuantityUnits: row.units('min_order_size', quantityScale),
    minNotionalUnits: quote === 'USD' ? minCostInUsd * pow10(quoteScale) : 0n,
    priceTickUnits: tryParseUnits(increment, priceScale) ?? 0n,
  };
  if (instrument.quantityStepUnits <= 0n || instrument.minQuantityUnits < 0n || instrument.priceTickUnits <= 0n) {
    throw new Unreadable('out-of-range', `asset ${symbol} has a step that is not above zero`);
  }
  return instrument;
}

/** Under which symbol a row that cannot be read is asked for, if any. */
const nameOf = (row: Fields): string => {
  const symbol = row.raw('symbol');
  return symbol?.kind === 'string' ? symbol.value : '';
};

const decimalsOf = (decimal: string): number => (decimal.split('.')[1] ?? '').replace(/0+$/, '').length;

/** The symbols that rows of an answer name, so that they can be learnt before the rows are read. */
export const symbolsIn = (rows: readonly JsonNode[], where: string): readonly string[] => [
  ...new Set(rows.map((row) => new Fields(row, where).optionalText('symbol')).filter((symbol) => symbol !== undefined)),
];
