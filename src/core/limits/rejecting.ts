/**
 * What waits for approval and is turned down: looser limits, or an override.
 *
 *   J1. What is rejected is gone in the turn that rejects it, and nobody can approve it any more; who and why is in the record.
 *   J2. Whoever asked may withdraw it. Where people are named, else one of them rejects it; where none are, anybody with a name.
 *   J3. An override that was granted lets more pass, so anybody with a name takes it back: what makes tighter needs nobody's leave.
 */
import { heldOf } from './changing.ts';
import type { ChangeFact, Changes } from './changing.ts';
import { expire } from './offering.ts';
import { isSamePerson } from './people.ts';

export type Rejecting = { readonly id: string; readonly by: string; readonly reason: string; readonly people: readonly string[] };

/** @returns why not; undefined where it is done */
export function reject(changes: Changes, { id, by, reason, people }: Rejecting, nowMs: number, emit: (fact: ChangeFact) => void): { readonly kind: 'nothing-to-do' | 'not-allowed'; readonly why: string } | undefined {
  expire(changes, nowMs, emit);
  const held = heldOf(changes);
  const asked = changes.overrides.get(id);
  const found = held?.id === id ? held : asked;
  if (found === undefined) return { kind: 'nothing-to-do', why: `${id} does not wait for approval; it may have ended${held === undefined ? '' : `, and ${held.id} is held`}` };
  const withdrawn = isSamePerson(found.by, by);
  const isGranted = asked?.grantedBy !== undefined; // J3
  if (!withdrawn && !isGranted && people.length > 0 && !people.some((one) => isSamePerson(one, by))) return { kind: 'not-allowed', why: `${by} neither asked for it nor is among those who approve and reject (${people.join(', ')})` }; // J2
  emit({ type: 'limits.rejected', id, by, reason, withdrawn }); // J1
  return undefined;
}
