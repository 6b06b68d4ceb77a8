/** Market data in the venue's short words. Prices and sizes are JSON numbers here; times are dates, which each encoding writes in its own way. */
import type { DeskBar, DeskLevel, DeskPrint, DeskQuote } from '../../ports/index.ts';
import { ratio } from './decimal.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Shapes = { readonly trade: (print: DeskPrint) => Row; readonly quote: (quote: DeskQuote) => Row; readonly bar: (bar: DeskBar) => Row };

const averageDecimals = 9;
const bar = ({ startMs, open, high, low, close, volume, value, trades }: DeskBar): Row => ({
  t: new Date(startMs), o: Number(open), h: Number(high), l: Number(low), c: Number(close), v: Number(volume), n: trades, vw: Number(ratio(value, volume, averageDecimals, 'down')),
});

export const cryptoShapes: Shapes = {
  trade: ({ id, price, quantity, side, atMs }) => ({ t: new Date(atMs), p: Number(price), s: Number(quantity), tks: side === 'buy' ? 'B' : 'S', i: id }),
  quote: ({ bid, bidSize, ask, askSize, atMs }) => ({ t: new Date(atMs), bp: Number(bid), bs: Number(bidSize), ap: Number(ask), as: Number(askSize) }),
  bar,
};

const [tape, place] = ['C', 'V']; // one feed of one exchange
export const stockShapes: Shapes = {
  trade: ({ id, price, quantity, atMs }) => ({ t: new Date(atMs), x: place, p: Number(price), s: Number(quantity), c: ['@'], i: id, z: tape }),
  quote: ({ bid, bidSize, ask, askSize, atMs }) => ({ t: new Date(atMs), ax: place, ap: Number(ask), as: Number(askSize), bx: place, bp: Number(bid), bs: Number(bidSize), c: ['R'], z: tape }),
  bar,
};

export const levels = (side: readonly DeskLevel[]): readonly Row[] => side.map(({ price, size }) => ({ p: Number(price), s: Number(size) }));
