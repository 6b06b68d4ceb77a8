/**
 * Which limits are agreed, what is held for approval, and what was let pass for a time.
 *
 *   A1. What is agreed is a fold of the journal: no file and no start can make it looser, only a person's approval does.
 *   A2. One proposal is held at a time, that of the configuration as it was last read.
 */
import { Table, invariant } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import type { changeFacts } from './change-facts.ts';
import { evolveOverrides } from './overriding.ts';
import type { Override, OverrideFact } from './overriding.ts';
import type { LimitTexts } from './texts.ts';
import type { LimitChange } from './tightness.ts';

export type ChangeFact = FactOf<typeof changeFacts> | OverrideFact;
/** `remembered`: where limits are missing, the same with what was agreed for those. */
export type Agreement = { readonly texts: LimitTexts; readonly remembered?: LimitTexts };
export type HeldChange = Agreement & { readonly id: string; readonly changes: readonly LimitChange[]; readonly by: string; readonly named: boolean; readonly reason: string; readonly heldAtMs: number; readonly endsAtMs: number };
/** Looser limits that were let pass for a time. */
export type Temporary = { readonly fallback: Agreement; readonly by: string; readonly reason: string; readonly endsAtMs: number };

/** The first three have one row or none; overrides are there by id. */
export type Changes = { readonly agreed: Table<Agreement>; readonly held: Table<HeldChange>; readonly temporary: Table<Temporary>; readonly overrides: Table<Override> };

const ROW = 'limits';

export const emptyChanges = (): Changes => ({ agreed: new Table(), held: new Table(), temporary: new Table(), overrides: new Table() });
export const agreedOf = ({ agreed }: Changes): Agreement | undefined => agreed.get(ROW);
export const heldOf = ({ held }: Changes): HeldChange | undefined => held.get(ROW);
export const temporaryOf = ({ temporary }: Changes): Temporary | undefined => temporary.get(ROW);

export function evolveChanges(changes: Changes, fact: ChangeFact, atMs: number): void {
  const { agreed, held, temporary } = changes;
  switch (fact.type) {
    case 'limits.agreed': {
      agreed.set(ROW, bare(fact));
      const before = temporaryOf(changes);
      if (fact.fallback === undefined) temporary.delete(ROW);
      else if (before !== undefined) temporary.set(ROW, { ...before, fallback: fact.fallback });
      return;
    }
    case 'limits.held': {
      const { id, changes: asked, by, named, reason, endsAtMs } = fact;
      return held.set(ROW, { ...bare(fact), id, changes: asked, by, named, reason, heldAtMs: atMs, endsAtMs });
    }
    case 'limits.approved': {
      const proposal = heldOf(changes);
      const inForce = agreedOf(changes);
      invariant(proposal?.id === fact.id && inForce !== undefined, `what is approved was held (${fact.id})`);
      held.delete(ROW);
      agreed.set(ROW, bare(proposal));
      if (fact.untilMs === undefined) temporary.delete(ROW);
      else temporary.set(ROW, { fallback: temporaryOf(changes)?.fallback ?? inForce, by: fact.by, reason: fact.reason, endsAtMs: fact.untilMs });
      return;
    }
    case 'limits.lapsed': return held.delete(ROW);
    case 'limits.rejected': return heldOf(changes)?.id === fact.id ? held.delete(ROW) : changes.overrides.delete(fact.id);
    case 'limits.reload-refused': return;
    default: return evolveOverrides(changes.overrides, fact, atMs);
  }
}

const bare = ({ texts, remembered }: Agreement): Agreement => (remembered === undefined ? { texts } : { texts, remembered });
