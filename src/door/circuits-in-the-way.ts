/**
 * The open circuits of a scope, for whoever wants it to go on: opening the gate does not close them, and orders would still not leave.
 *
 *   C1. One that time closes is told. One that only a person closes keeps the line open until somebody names it: whoever opens the gate
 *       shall not believe that all goes on, nor close by the way what another person has opened.
 *   C2. Nothing is acknowledged but by its name: what has opened since somebody looked is not. What was acknowledged stands in the record,
 *       beside the reason for going on.
 */
import { isTradingKind, kindOf, scopeOf, SYSTEM } from '../core/index.ts';
import type { Circuit, World } from '../core/index.ts';
import { openCircuits } from './breakers.ts';

export type InTheWay = { readonly met: boolean; readonly why: string; readonly doNext: string };
export type Within = { readonly scope: string; readonly venues: readonly string[]; readonly symbols: readonly string[] };

export function circuitsInTheWay(world: World, within: Within, acknowledged: ReadonlySet<string>): InTheWay {
  const found = openCircuits(world).filter(({ name }) => concerns(name, within));
  const unnamed = found.filter(({ name }) => waitsForSomebody(world.breakers.get(name)) && !acknowledged.has(name)); // C2
  const names = unnamed.map(({ name }) => name);
  return {
    met: unnamed.length === 0, why: found.length === 0 ? 'yes' : `${unnamed.length === 0 ? 'yes, and what they stop stays stopped: ' : ''}${found.map(({ sentence }) => sentence.replace(/\.$/, '')).join('; ')}`,
    doNext: unnamed.length === 0 ? '' : `${names.map((name) => `breakwater breakers reset ${name} --reason "…"`).join(', ')}; or go on with what they stop left stopped: --acknowledge ${names.join(',')}`,
  };
}

/** C2 */
export function withAcknowledged(reason: string, { breakers }: Pick<World, 'breakers'>, acknowledged: ReadonlySet<string>): string {
  const names = [...acknowledged].filter((name) => waitsForSomebody(breakers.get(name)));
  return names.length === 0 ? reason : `${reason} (with ${names.join(', ')} open)`;
}

/** C1 */
const waitsForSomebody = (circuit: Circuit | undefined): boolean =>
  circuit !== undefined && (circuit.command?.hold === 'open' ? circuit.command.until === 'manual' : circuit.phase === 'open' && circuit.until === 'manual');

function concerns(breaker: string, { scope, venues, symbols }: Within): boolean {
  if (!isTradingKind(breaker)) return venues.includes(kindOf(breaker));
  const of = scopeOf(breaker);
  return scope === SYSTEM || of === 'default' || venues.includes(of) || symbols.includes(of) || scope === `strategy:${of}`;
}
