/**
 * Which source is used.
 *
 *   C1. One that is not good is left at once, for the first in the order that is good.
 *   C2. One that was bad is taken again after a stable time: shorter into a gap, longer in place of one that is good. So a fault that comes and goes
 *       moves the choice once, not with each coming.
 *   C3. One that was never bad since the start may be taken at once.
 */
export type Standing = { readonly name: string; readonly goodSinceMs: number | undefined }; // undefined: not good now; -Infinity: never bad

/** @param standings in the order of preference */
export function choose(current: string | undefined, standings: readonly Standing[], bounds: { readonly resumeAfterMs: number; readonly returnAfterMs: number }, nowMs: number): string | undefined {
  const steady = (one: Standing, forMs: number): boolean => one.goodSinceMs !== undefined && nowMs - one.goodSinceMs >= forMs;
  const place = standings.findIndex(({ name }) => name === current);
  const isGood = standings[place]?.goodSinceMs !== undefined;
  if (!isGood) return standings.find((one) => steady(one, bounds.resumeAfterMs))?.name; // C1 C3
  return standings.slice(0, place).find((one) => steady(one, bounds.returnAfterMs))?.name ?? current; // C2
}
