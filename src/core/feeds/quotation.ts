/** What one source says of one instrument, in units, and how far two prices are apart. */
import { absolute, divide, parseUnitsRounded, smaller } from '../../base/index.ts';

export type Quotation = {
  readonly bidUnits: bigint;
  readonly askUnits: bigint;
  readonly quotedAtMs: number; // the source's own time for it
  readonly stampMs?: number; // the same as the source said it, where `quotedAtMs` was brought into our time: tells one quote from another
  readonly cameAtMs: number; // our time; of a question, when it left: an answer is never younger than that
};

/** As decimal text, the way most sources send it. Rounded away from the middle: a price that is finer than our units looks no better than it is. */
export function quotationOf(text: { readonly bid: string; readonly ask: string; readonly quotedAtMs: number }, priceScale: number, cameAtMs: number): Quotation | undefined {
  const bidUnits = parseUnitsRounded(text.bid, priceScale, 'down');
  const askUnits = parseUnitsRounded(text.ask, priceScale, 'up');
  return bidUnits === undefined || askUnits === undefined ? undefined : { bidUnits, askUnits, quotedAtMs: text.quotedAtMs, cameAtMs };
}

export const middleOf = ({ bidUnits, askUnits }: Quotation): bigint => divide(bidUnits + askUnits, 2n, 'down');

/** How far two prices are apart, in millionths of the smaller one; rounded up, so that a bound is never missed by a remainder. */
export const apartPpm = (one: bigint, other: bigint): number => (one <= 0n || other <= 0n ? Infinity : Number(divide(absolute(one - other) * 1_000_000n, smaller(one, other), 'up')));
