/**
 * Who is right where sources differ.
 *
 *   D1. Of three or more, most must stand within the bound around their median; who does not is outvoted, and stays so until it agrees again with
 *       one that is not: the silence of those who outvoted it proves nothing.
 *   D2. Of two that differ nobody knows which is right, and neither is believed, unless one was outvoted before.
 *   D3. Without a majority nobody is believed.
 */
import { divide } from '../../base/index.ts';
import { apartPpm } from './quotation.ts';

export type Voice = { readonly name: string; readonly middleUnits: bigint; readonly outvoted: boolean };
export type Dispute = { readonly name: string; readonly against: string; readonly apartPpm: number; readonly outvoted: boolean };

/** @param voices sources that are well by themselves @returns those that are not believed */
export function disputes(voices: readonly Voice[], boundPpm: number): readonly Dispute[] {
  const medianUnits = voices.length < 3 ? undefined : medianOf(voices.map(({ middleUnits }) => middleUnits));
  if (medianUnits === undefined) return ofFew(voices, boundPpm);
  const measured = voices.map(({ name, middleUnits }) => ({ name, apartPpm: apartPpm(middleUnits, medianUnits) }));
  const near = measured.filter((one) => one.apartPpm <= boundPpm);
  const isMajority = near.length * 2 > voices.length;
  return measured.filter((one) => !isMajority || one.apartPpm > boundPpm)
    .map((one) => ({ ...one, against: isMajority ? 'the median' : 'the median, and most sources are as far from it', outvoted: isMajority })); // D1 D3
}

function ofFew([one, other]: readonly Voice[], boundPpm: number): readonly Dispute[] {
  if (one === undefined) return [];
  if (other === undefined) return one.outvoted ? [{ name: one.name, against: 'those who outvoted it, and who are silent now', apartPpm: 0, outvoted: true }] : []; // D1
  const apart = apartPpm(one.middleUnits, other.middleUnits);
  if (apart <= boundPpm) return one.outvoted && other.outvoted ? [one, other].map(({ name }) => ({ name, against: 'those who outvoted both', apartPpm: apart, outvoted: true })) : [];
  const bad = [one, other].filter(({ outvoted }) => outvoted);
  return (bad.length > 0 ? bad : [one, other]).map(({ name, outvoted }) => ({ name, against: name === one.name ? other.name : one.name, apartPpm: apart, outvoted })); // D2
}

/** The middle one, or halfway between the two in the middle. */
function medianOf(units: readonly bigint[]): bigint {
  const sorted = units.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0n;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? upper;
  return divide(lower + upper, 2n, 'down');
}
