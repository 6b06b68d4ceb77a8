/**
 * Limits as people read them, and how they change: the configuration read again, what is held for approval, who approves.
 *
 *   M1. The configuration is taken whole or refused whole, and either is in the journal before anybody is told.
 *   M2. What is looser waits; whoever lets it pass has a name and a reason, as in C1 of commands.ts.
 */
import { agreedOf, changesBetween, heldOf, isSamePerson, temporaryOf } from '../core/index.ts';
import type { HeldChange, LimitChange, LimitTexts, World } from '../core/index.ts';
import type { ServedAnswer } from '../ports/index.ts';
import type { Cause, Runtime } from '../runtime/index.ts';
import { json, problem } from './answers.ts';
import { nameless, person, textIn } from './commands.ts';
import type { CommandParts, Words } from './commands.ts';
import { confirmed } from './confirmed.ts';
import { grantOverride, isOverride, shownOverrides } from './overrides.ts';
import { time } from './shown.ts';

/** The configuration as it was just read: the limits that it asks for, or everything that stands in the way. */
export type Reread =
  | { readonly kind: 'read'; readonly limits: LimitTexts; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export type Reloaded =
  | { readonly kind: 'refused'; readonly problems: readonly string[]; readonly seq: number }
  | { readonly kind: 'taken'; readonly inForce: readonly LimitChange[]; readonly held: HeldChange | undefined; readonly warnings: readonly string[]; readonly seq: number };

const REFUSED = 'BW-2040';
const NOTHING: LimitTexts = { maxOrderValue: {}, maxPosition: {}, priceCollarPpm: {} };

/** M1. One turn; not durable yet when it answers. */
export function reload(runtime: Runtime, reread: Reread, asked: { readonly by: string; readonly named: boolean; readonly reason: string }, cause: Cause): Reloaded {
  if (reread.kind === 'refused') return { ...reread, seq: runtime.limits.refuse(asked.by, REFUSED, reread.problems, cause).seq };
  const before = agreedOf(runtime.world.changes)?.texts ?? NOTHING;
  const { seq } = runtime.limits.offer(reread.limits, asked, cause);
  const after = agreedOf(runtime.world.changes)?.texts ?? NOTHING;
  return { kind: 'taken', inForce: changesBetween(before, after), held: heldOf(runtime.world.changes), warnings: reread.warnings, seq };
}

export async function reloadLimits(parts: CommandParts, reread: (() => Reread) | undefined, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  if (words === undefined) return problem('BW-2008', correlationId, { detail: 'The body is no JSON object.' });
  if (reread === undefined) return problem('BW-2009', correlationId, { detail: 'This runtime was started without a configuration file, so there is nothing to read again.' });
  const by = textIn(words, 'by');
  const asked = { by: by ?? 'somebody at the control socket', named: by !== undefined, reason: textIn(words, 'reason') ?? 'no reason given' };
  const done = reload(parts.runtime, reread(), asked, { actor: `operator:${asked.by}`, correlationId });
  await confirmed(parts.runtime, parts.clock, done.seq, parts.confirmWithinMs);
  if (done.kind === 'refused') {
    return problem(REFUSED, correlationId, {
      detail: `The configuration was refused whole, and nothing changed: ${done.problems.join('; ')}.`, did: 'wrote the refusal into the journal', because: 'a configuration is taken whole or not at all',
      doNext: ['mend the file; "breakwater config validate" shows each place', 'what needs a restart comes into force by one', 'run "breakwater reload" again'],
    });
  }
  const held = shownHeld(done.held);
  return json(held === null ? 200 : 207, { inForce: done.inForce, held, warnings: done.warnings, correlationId });
}

/** M2. */
export async function approveLimits(parts: CommandParts, id: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  if (isOverride(id)) return grantOverride(parts, id, words, correlationId);
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const forMs = words?.['forMs'];
  if (forMs !== undefined && (typeof forMs !== 'number' || !Number.isSafeInteger(forMs) || forMs <= 0)) return problem('BW-2008', correlationId, { detail: '"forMs" must be a whole number of ms above zero.' });
  const { runtime, clock, confirmWithinMs } = parts;
  const before = agreedOf(runtime.world.changes)?.texts ?? NOTHING;
  const { outcome, seq } = runtime.limits.approve(id, { ...who, forMs }, { actor: `operator:${who.by}`, correlationId });
  const after = agreedOf(runtime.world.changes)?.texts ?? NOTHING;
  const temporary = temporaryOf(runtime.world.changes);
  await confirmed(runtime, clock, seq, confirmWithinMs);
  if (outcome.kind === 'nothing-to-do') return problem('BW-2041', correlationId, { detail: `${outcome.why}.`, doNext: ['run "breakwater limits ls"', 'run "breakwater reload" to ask again'] });
  if (outcome.kind === 'not-allowed') return problem('BW-2042', correlationId, { detail: `${outcome.why}.`, because: 'what lets more pass takes two people where two are named', doNext: ['run "breakwater limits ls"'] });
  return json(200, { id, by: who.by, inForce: changesBetween(before, after), until: temporary === undefined || forMs === undefined ? null : time(temporary.endsAtMs), correlationId });
}

/** What waits is turned down, or an override taken back. */
export async function rejectLimits(parts: CommandParts, id: string, words: Words | undefined, correlationId: string): Promise<ServedAnswer> {
  const who = person(words);
  if (who === undefined) return nameless(correlationId);
  const { runtime, clock, confirmWithinMs } = parts;
  const { held, overrides } = runtime.world.changes;
  const asked = [...held.values(), ...overrides.values()].find((one) => one.id === id);
  const { outcome, seq } = runtime.limits.reject(id, who, { actor: `operator:${who.by}`, correlationId });
  await confirmed(runtime, clock, seq, confirmWithinMs);
  if (outcome.kind === 'nothing-to-do') return problem('BW-2041', correlationId, { detail: `${outcome.why}.`, doNext: ['run "breakwater limits ls"'] });
  if (outcome.kind === 'not-allowed') return problem('BW-2042', correlationId, { detail: `${outcome.why}.`, because: 'what waits is withdrawn by who asked, or rejected by who may approve it', doNext: ['run "breakwater limits ls"'] });
  return json(200, { id, by: who.by, askedBy: asked?.by ?? null, withdrawn: asked !== undefined && isSamePerson(asked.by, who.by), correlationId });
}

/** Every limit in force, what waits, and what ends by itself. */
export function limitsOf(runtime: Runtime, world: World): object {
  const { changes } = world;
  const agreed = agreedOf(changes);
  const temporary = temporaryOf(changes);
  return {
    limits: changesBetween(NOTHING, agreed?.texts ?? NOTHING).map(({ limit, to }) => ({ limit, value: to })),
    missing: agreed?.remembered === undefined ? [] : changesBetween(agreed.texts, agreed.remembered).map(({ limit, to }) => ({ limit, was: to })),
    held: shownHeld(heldOf(changes)),
    temporary: temporary === undefined || agreed === undefined ? null : { by: temporary.by, reason: temporary.reason, until: time(temporary.endsAtMs), changes: changesBetween(agreed.texts, temporary.fallback.texts) },
    overrides: shownOverrides(world),
    approvers: runtime.limits.approvals.people,
  };
}

const shownHeld = (held: HeldChange | undefined): object | null =>
  (held === undefined ? null : { id: held.id, by: held.by, person: held.named, reason: held.reason, since: time(held.heldAtMs), until: time(held.endsAtMs), changes: held.changes });
