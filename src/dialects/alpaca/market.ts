/**
 * Market data now: the latest quote, trade, book and bar, and snapshots of all of them. What is asked for is pairs or
 * stocks, never both; pairs are shown to anybody.
 */
import type { Desk, DeskBar, DeskPrint } from '../../ports/index.ts';
import { badSymbols, noEndpoint, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { refuse } from './call.ts';
import type { Call } from './call.ts';
import { cryptoShapes, levels, stockShapes } from './shapes.ts';
import type { Row, Shapes } from './shapes.ts';
import { daily, folded } from './timeframe.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Pairs or stocks: how their symbols look, which of the desk's instruments they are, and how their data is written. */
export type Kind = { readonly pattern: RegExp; readonly isStock: boolean; readonly shapes: Shapes };
export const crypto: Kind = { pattern: /^[A-Z]+\/[A-Z]+$/, isStock: false, shapes: cryptoShapes };
export const stocks: Kind = { pattern: /^[A-Z.]+$/, isStock: true, shapes: stockShapes };

/** The symbols asked for that are traded here. One of the right form that is not is left out; one of another form is an error. */
export function symbolsAsked({ desk, request }: Call, { pattern, isStock }: Kind, named = request.query.get('symbols') ?? ''): readonly string[] {
  const symbols = named.split(',');
  const wrong = symbols.filter((symbol) => !pattern.test(symbol));
  if (wrong.length > 0) refuse(badSymbols(wrong.join(','), pattern.source));
  const listed = new Set(desk.instruments().filter(({ stock }) => (stock !== undefined) === isStock).map(({ symbol }) => symbol));
  return [...new Set(symbols)].filter((symbol) => listed.has(symbol));
}

type Latest = (desk: Desk, symbol: string, shapes: Shapes) => Row | undefined;

const latestTrade = (desk: Desk, symbol: string): DeskPrint | undefined => desk.latestPrint(symbol);

function latestBar(desk: Desk, symbol: string): DeskBar | undefined {
  const print = latestTrade(desk, symbol);
  return print === undefined ? undefined : desk.bars(symbol, Math.floor(print.atMs / minuteMs) * minuteMs, print.atMs + 1)[0];
}

const shown = <T>(value: T | undefined, shape: (value: T) => Row): Row | undefined => (value === undefined ? undefined : shape(value));

const latestOf: Readonly<Record<string, Latest>> = {
  quotes: (desk, symbol, { quote }) => shown(desk.quote(symbol), quote),
  trades: (desk, symbol, { trade }) => shown(latestTrade(desk, symbol), trade),
  bars: (desk, symbol, { bar }) => shown(latestBar(desk, symbol), bar),
  orderbooks: (desk, symbol) => shown(desk.book(symbol), ({ bids, asks, atMs }) => ({ t: new Date(atMs), b: levels(bids), a: levels(asks) })),
};

/** By symbol, without those of which there is nothing. */
const bySymbol = (symbols: readonly string[], of: (symbol: string) => Row | undefined): Readonly<Record<string, Row>> =>
  Object.fromEntries(symbols.flatMap((symbol) => {
    const row = of(symbol);
    return row === undefined ? [] : [[symbol, row] as const];
  }));

export function latest(call: Call, kind: Kind, what: string): Answer {
  const of = latestOf[what];
  if (of === undefined || (kind.isStock && what === 'orderbooks')) return noEndpoint;
  return ok({ [what]: bySymbol(symbolsAsked(call, kind), (symbol) => of(call.desk, symbol, kind.shapes)) });
}

/** The latest of one stock, under the word for one of them. */
export function latestOfStock(call: Call, symbol: string, what: string): Answer {
  const of = what === 'orderbooks' ? undefined : latestOf[what];
  if (of === undefined) return noEndpoint;
  const [known] = symbolsAsked(call, stocks, symbol);
  const row = known === undefined ? undefined : of(call.desk, known, stockShapes);
  return ok({ symbol, [what.slice(0, -1)]: row ?? null });
}

export const cryptoSnapshots = (call: Call): Answer => ok({ snapshots: bySymbol(symbolsAsked(call, crypto), (symbol) => snapshot(call.desk, symbol, cryptoShapes)) });
export const stockSnapshots = (call: Call): Answer => ok(bySymbol(symbolsAsked(call, stocks), (symbol) => snapshot(call.desk, symbol, stockShapes)));

export function stockSnapshot(call: Call): Answer {
  const symbol = call.parts[0] ?? '';
  const [known] = symbolsAsked(call, stocks, symbol);
  return ok({ symbol, ...(known === undefined ? {} : snapshot(call.desk, known, stockShapes)) });
}

/** What there is none of is left out. */
function snapshot(desk: Desk, symbol: string, shapes: Shapes): Row | undefined {
  const today = daily(desk.nowMs());
  const day = (startMs: number): DeskBar | undefined => folded(desk.bars(symbol, startMs, startMs + dayMs), daily)[0];
  const parts = {
    latestTrade: shown(latestTrade(desk, symbol), shapes.trade),
    latestQuote: shown(desk.quote(symbol), shapes.quote),
    minuteBar: shown(latestBar(desk, symbol), shapes.bar),
    dailyBar: shown(day(today), shapes.bar),
    prevDailyBar: shown(day(today - dayMs), shapes.bar),
  };
  return Object.values(parts).every((part) => part === undefined) ? undefined : parts;
}
