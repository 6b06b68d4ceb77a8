/** Controls that judge and record and block nothing: said wherever somebody looks, and loudest where the money is real. */
import type { World } from '../core/index.ts';
import type { MoneyKind } from './mode.ts';

export function observedOnly({ limits }: Pick<World, 'limits'>): readonly string[] {
  return limits?.observe ?? [];
}

/** For the sentence of a status; nothing where every control blocks. */
export function observedSentence(world: Pick<World, 'limits'>, money: MoneyKind): readonly string[] {
  const observed = observedOnly(world);
  if (observed.length === 0) return [];
  const what = observed.includes('all') ? 'no control blocks anything' : `${observed.join(', ')} ${observed.length === 1 ? 'blocks' : 'block'} nothing`;
  return [money === 'live' ? `WARNING, REAL MONEY: ${what}; it is only recorded (limits.observe).` : `${what[0]?.toUpperCase()}${what.slice(1)}; it is only recorded (limits.observe).`];
}
