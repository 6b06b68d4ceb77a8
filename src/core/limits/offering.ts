/**
 * What becomes of limits that somebody offers: the configuration at a start, the file when it is read again, a person who approves.
 *
 *   O1. What is tighter is in force in the turn that takes it; what is looser waits until a person approves it.
 *   O2. A proposal that is over can no longer be approved, and what was let pass for a time ends by itself.
 *   O3. Where two people or more are named, whoever approves is one of them and not the one who asked.
 *   O4. The first configuration of a journal is taken as it is: there is nothing to compare it with.
 *   O5. A limit that is taken out blocks; put back as it was agreed, or tighter, it is in force at once.
 *   O6. Whoever approves is shown all that becomes looser by it, what is let pass for a time as well: approved without an end it would stay.
 */
import { canonicalText } from '../../base/index.ts';
import { sha256Hex } from '../../journal/index.ts';
import { agreedOf, heldOf, temporaryOf } from './changing.ts';
import type { Agreement, ChangeFact, Changes } from './changing.ts';
import { endOverrides } from './overriding.ts';
import { isSamePerson } from './people.ts';
import type { LimitTexts } from './texts.ts';
import { ceilingOf, changesBetween, tightest, withMissing } from './tightness.ts';

/** `named`: by a person. */
export type Offer = { readonly texts: LimitTexts; readonly by: string; readonly named: boolean; readonly reason: string; readonly holdForMs: number };
export type Approving = { readonly id: string; readonly by: string; readonly reason: string; readonly untilMs?: number; readonly people: readonly string[] };
type Emit = (fact: ChangeFact) => void;

/** The facts that follow from limits that are offered. `emit` folds each before the next is asked for. */
export function offer(changes: Changes, { texts, by, named, reason, holdForMs }: Offer, nowMs: number, emit: Emit): void {
  expire(changes, nowMs, emit);
  const before = agreedOf(changes);
  if (before === undefined) return emit({ type: 'limits.agreed', texts, because: 'first', changes: [], by }); // O4
  const next = within(before, texts);
  const looser = changesBetween(next.texts, texts);
  const changed = changesBetween(before.texts, next.texts);
  const fallback = temporaryOf(changes)?.fallback;
  const forGood = changesBetween(fallback === undefined ? next.texts : within(fallback, texts).texts, texts); // O6
  if (changed.length > 0) emit({ type: 'limits.agreed', ...next, ...(fallback === undefined ? {} : { fallback: within(fallback, texts) }), because: 'tightened', changes: changed, by });
  const held = heldOf(changes);
  if (looser.length === 0) {
    if (held !== undefined) emit({ type: 'limits.lapsed', id: held.id, why: 'withdrawn' });
    return;
  }
  if (held !== undefined && !named && canonicalText(held.texts) === canonicalText(texts)) return; // it waits already, and with its own end
  if (held !== undefined) emit({ type: 'limits.lapsed', id: held.id, why: 'replaced' });
  emit({ type: 'limits.held', id: `lp_${sha256Hex(canonicalText({ texts, by, nowMs })).slice(0, 8)}`, ...agreement(texts, withMissing(next.remembered ?? next.texts, texts)), changes: forGood, by, named, reason, endsAtMs: nowMs + holdForMs });
}

/** @returns why not; undefined where it is done */
export function approve(changes: Changes, { id, by, reason, untilMs, people }: Approving, nowMs: number, emit: Emit): { readonly kind: 'nothing-to-do' | 'not-allowed'; readonly why: string } | undefined {
  expire(changes, nowMs, emit);
  const held = heldOf(changes);
  if (held === undefined) return { kind: 'nothing-to-do', why: 'nothing is held for approval; what was may have ended' }; // O2
  if (held.id !== id) return { kind: 'nothing-to-do', why: `${id} is not held for approval; ${held.id} is` };
  if (people.length > 0 && !people.some((one) => isSamePerson(one, by))) return { kind: 'not-allowed', why: `${by} is not among those who may approve (${people.join(', ')})` };
  if (people.length > 1 && !held.named) return { kind: 'not-allowed', why: `nobody has asked for it by name yet: "${held.by}" is no person. One of ${people.join(', ')} runs "breakwater reload --by NAME --reason WHY", and another approves` }; // O3
  if (people.length > 1 && isSamePerson(held.by, by)) return { kind: 'not-allowed', why: `${by} asked for it, so somebody else of ${people.join(', ')} has to approve` }; // O3
  if (untilMs !== undefined && untilMs <= nowMs) return { kind: 'not-allowed', why: 'its end has passed already' };
  emit({ type: 'limits.approved', id, by, reason, ...(untilMs === undefined ? {} : { untilMs }) });
  return undefined;
}

/** O2. What has ended by now. */
export function expire(changes: Changes, nowMs: number, emit: Emit): void {
  const [held, temporary, before] = [heldOf(changes), temporaryOf(changes), agreedOf(changes)];
  if (held !== undefined && nowMs >= held.endsAtMs) emit({ type: 'limits.lapsed', id: held.id, why: 'time' });
  if (temporary !== undefined && before !== undefined && nowMs >= temporary.endsAtMs) {
    emit({ type: 'limits.agreed', ...temporary.fallback, because: 'ended', changes: changesBetween(before.texts, temporary.fallback.texts), by: 'breakwater' });
  }
  endOverrides(changes.overrides, nowMs, emit);
}

/** When something of it ends next. */
export function nextEndOf(changes: Changes): number | undefined {
  const ends = [heldOf(changes)?.endsAtMs, temporaryOf(changes)?.endsAtMs, ...(changes.overrides.size === 0 ? [] : [...changes.overrides.values()].map(({ endsAtMs }) => endsAtMs))].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** What may be in force at once of what is asked for. O5. */
function within(before: Agreement, texts: LimitTexts): Agreement {
  const ceiling = before.remembered ?? before.texts;
  const least = tightest(ceiling, texts);
  return agreement(changesBetween(least, texts).length === 0 ? texts : least, ceilingOf(ceiling, texts));
}

const agreement = (texts: LimitTexts, remembered: LimitTexts): Agreement => (changesBetween(texts, remembered).length === 0 ? { texts } : { texts, remembered });
