/**
 * What part of the limits on exposure holds now: a system that is not well takes half the risk.
 *
 *   G1. What may only bring a position nearer to zero is measured by the whole limits: taking risk away is never made harder.
 *   G2. A refusal by half a limit names the half, the whole, and why only half holds; nobody is told a limit that was not configured without a word.
 */
import { reducesOnly } from './reducing.ts';
import type { Case } from './case.ts';

export type Scale = { readonly percent: 100 | 50; readonly why: string };

/** @param whole in any unit; half of it is rounded down, against the order */
export const inForce = (whole: bigint, given: Pick<Case, 'scale' | 'standing' | 'proposal'>): bigint => (isHalved(given) ? whole / 2n : whole);

const isHalved = ({ scale, standing, proposal }: Pick<Case, 'scale' | 'standing' | 'proposal'>): boolean => scale !== undefined && scale.percent !== 100 && !reducesOnly(standing, proposal); // G1

/** G2. A limit as it stands in a refusal. */
export function limitText(whole: bigint, given: Pick<Case, 'scale' | 'standing' | 'proposal'>, show: (units: bigint) => string): string {
  return isHalved(given) ? `${show(inForce(whole, given))}, ${given.scale?.percent}% of ${show(whole)} while ${given.scale?.why}` : show(whole);
}

/** G2. Added to what would pass. */
export const orOnceWell = (given: Pick<Case, 'scale' | 'standing' | 'proposal'>): string => (isHalved(given) ? ', or by the whole limit once "breakwater components" says healthy' : '');
