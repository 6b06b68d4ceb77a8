/**
 * How much of a position an order may still take away.
 *
 *   R1. What counts as reducing brings the position towards zero and never through it, though everything open on its side is filled first.
 *   R2. Open orders of the other side give no room: they may never be filled.
 */
import type { Proposal, Standing } from './case.ts';

/** What an order of this side may be, at most, and still only reduce; nothing where the position lies on its own side. */
export function reducibleUnits({ positionUnits, openBuyUnits, openSellUnits }: Standing, side: Proposal['side']): bigint {
  const room = side === 'sell' ? positionUnits - openSellUnits : -positionUnits - openBuyUnits; // R2
  return room > 0n ? room : 0n;
}

/** R1. */
export const reducesOnly = (standing: Standing, { side, quantityUnits }: Pick<Proposal, 'side' | 'quantityUnits'>): boolean =>
  quantityUnits > 0n && quantityUnits <= reducibleUnits(standing, side);
