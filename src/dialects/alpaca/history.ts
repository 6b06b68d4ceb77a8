/**
 * Market data of the past: trades, quotes and bars of some symbols, in pages.
 *
 *   H1. A page holds the rows of one symbol after the other. Its token names the symbol and the last row it shows, so that
 *       who follows the tokens sees every row once, whatever is dealt meanwhile.
 */
import type { Desk } from '../../ports/index.ts';
import { badData, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { refuse } from './call.ts';
import type { Call } from './call.ts';
import { symbolsAsked } from './market.ts';
import type { Kind } from './market.ts';
import type { Row, Shapes } from './shapes.ts';
import { momentOf } from './time.ts';
import { folded, timeframeOf } from './timeframe.ts';
import type { Timeframe } from './timeframe.ts';

const dayMs = 86_400_000;
const usualLimit = 1_000;
const mostRows = 10_000;

/** `place` tells the rows of one symbol apart and rises with them. */
type Placed = { readonly place: number; readonly row: Row };
type Range = { readonly fromMs: number; readonly untilMs: number };
type Source = (desk: Desk, symbol: string, range: Range, shapes: Shapes) => readonly Placed[];
type Token = { readonly symbol: string; readonly place: number };

const trades: Source = (desk, symbol, { fromMs, untilMs }, { trade }) => desk.prints(symbol, fromMs, untilMs).map((print) => ({ place: print.id, row: trade(print) }));
const quotes: Source = (desk, symbol, { fromMs, untilMs }, { quote }) => desk.quotes(symbol, fromMs, untilMs).map((one) => ({ place: one.atMs, row: quote(one) }));
/** A bar belongs to a time if it begins in it; the minutes it is made of may lie beyond. */
const barsOf = (timeframe: Timeframe): Source => (desk, symbol, { fromMs, untilMs }, { bar }) =>
  folded(desk.bars(symbol, timeframe(fromMs), Infinity), timeframe).filter(({ startMs }) => startMs >= fromMs && startMs < untilMs).map((one) => ({ place: one.startMs, row: bar(one) }));

export const listTrades = (call: Call, kind: Kind): Answer => pageOf(call, kind, 'trades', trades);
export const listQuotes = (call: Call, kind: Kind): Answer => pageOf(call, kind, 'quotes', quotes);
export const listBars = (call: Call, kind: Kind): Answer => pageOf(call, kind, 'bars', barsAsked(call));

/** The same for one stock, which the path names: its rows stand alone. */
export function ofStock(call: Call, kind: Kind, what: string): Answer | undefined {
  const source = what === 'trades' ? trades : what === 'quotes' ? quotes : what === 'bars' ? barsAsked(call) : undefined;
  if (source === undefined) return undefined;
  const symbol = call.parts[0] ?? '';
  const { rows, token } = page(call, kind, symbolsAsked(call, kind, symbol), source);
  return ok({ [what]: rows[symbol] ?? [], symbol, next_page_token: token });
}

function barsAsked({ request: { query } }: Call): Source {
  const asked = query.get('timeframe') ?? '';
  return barsOf(timeframeOf(asked) ?? refuse(badData(`invalid timeframe: ${asked}`)));
}

function pageOf(call: Call, kind: Kind, what: string, source: Source): Answer {
  const { rows, token } = page(call, kind, symbolsAsked(call, kind), source);
  return ok({ [what]: rows, next_page_token: token });
}

function page({ desk, request: { query } }: Call, { shapes }: Kind, asked: readonly string[], source: Source): { rows: Record<string, readonly Row[]>; token: string | null } {
  const symbols = asked.toSorted();
  const range = rangeAsked(desk, query);
  const isDescending = sortAsked(query) === 'desc';
  const limit = limitAsked(query);
  const after = tokenAsked(query);
  const rows: Record<string, readonly Row[]> = {};
  let left = limit;
  let last: Token | undefined;
  for (const symbol of symbols) {
    if (after !== undefined && symbol < after.symbol) continue;
    const all = isDescending ? source(desk, symbol, range, shapes).toReversed() : source(desk, symbol, range, shapes);
    const unseen = after?.symbol !== symbol ? all : all.filter(({ place }) => (isDescending ? place < after.place : place > after.place));
    if (unseen.length === 0) continue;
    if (left === 0) return { rows, token: last === undefined ? null : written(last) };
    const shown = unseen.slice(0, left);
    left -= shown.length;
    rows[symbol] = shown.map(({ row }) => row);
    last = { symbol, place: shown.at(-1)?.place ?? 0 };
    if (shown.length < unseen.length) return { rows, token: written(last) };
  }
  return { rows, token: null };
}

/** From the beginning of the day until now, unless told; both ends are in it. */
function rangeAsked(desk: Desk, query: URLSearchParams): Range {
  const at = (name: string, otherwise: number): number => {
    const text = query.get(name);
    return text === null || text === '' ? otherwise : (momentOf(text) ?? refuse(badData(`invalid ${name}: ${text}`)));
  };
  const nowMs = desk.nowMs();
  const [fromMs, toMs] = [at('start', Math.floor(nowMs / dayMs) * dayMs), at('end', nowMs)];
  return fromMs <= toMs ? { fromMs, untilMs: toMs + 1 } : refuse(badData('end should not be before start'));
}

function sortAsked(query: URLSearchParams): 'asc' | 'desc' {
  const sort = query.get('sort') ?? 'asc';
  return sort === 'asc' || sort === 'desc' ? sort : refuse(badData(`invalid sort: ${sort}`));
}

function limitAsked(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null || text === '') return usualLimit;
  const limit = Number(text);
  return Number.isSafeInteger(limit) && limit >= 1 && limit <= mostRows ? limit : refuse(badData(`invalid limit: must be between 1 and ${mostRows}`));
}

const written = ({ symbol, place }: Token): string => btoa(`${symbol}|${place}`);

function tokenAsked(query: URLSearchParams): Token | undefined {
  const text = query.get('page_token');
  if (text === null || text === '') return undefined;
  const [, symbol, place] = /^([A-Z./]+)\|(\d{1,16})$/.exec(plainToken(text)) ?? [];
  return symbol === undefined || place === undefined ? refuse(badData('invalid page_token')) : { symbol, place: Number(place) };
}

function plainToken(text: string): string {
  try {
    return atob(text);
  } catch {
    return ''; // not of our making
  }
}
