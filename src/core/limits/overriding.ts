/**
 * One order past one limit: asked for by one person, granted by another, for a few minutes.
 *
 *   E1. It opens one control for one strategy, instrument and side, up to a size, and for one order; nothing else passes by it.
 *   E2. Nobody grants what he asked for, however few people there are: who is alone changes the limit.
 *   E3. It opens a limit that is reached, never one that is missing, nor a measurement that nobody has.
 *   E4. It ends by itself, used or not.
 */
import { sha256Hex } from '../../journal/index.ts';
import type { FactOf } from '../../journal/index.ts';
import { canonicalText } from '../../base/index.ts';
import type { Side, Table } from '../../base/index.ts';
import type { Verdict } from './case.ts';
import type { overrideFacts } from './override-facts.ts';
import { isSamePerson } from './people.ts';

export type OverrideFact = FactOf<typeof overrideFacts>;
export type Override = {
  readonly id: string; readonly control: string; readonly venue: string; readonly symbol: string; readonly strategy: string; readonly side: Side; readonly mostUnits: bigint;
  readonly by: string; readonly reason: string; readonly askedAtMs: number; readonly endsAtMs: number; readonly grantedBy?: string; readonly usedBy?: string;
};
export type AskOverride = Omit<Override, 'id' | 'askedAtMs' | 'grantedBy' | 'usedBy'>;
export type GrantOverride = { readonly id: string; readonly by: string; readonly reason: string; readonly people: readonly string[] };
type Refusal = { readonly kind: 'nothing-to-do' | 'not-allowed'; readonly why: string };
type Emit = (fact: OverrideFact) => void;

/** E3. By control: the one answer that an override turns. */
const opened: Readonly<Record<string, Verdict['code']>> = {
  'price-collar': 'BW-3012', 'price-drift': 'BW-3015', 'order-value': 'BW-3020', position: 'BW-3021', 'order-quantity': 'BW-3022', 'net-value': 'BW-3023', 'gross-value': 'BW-3024', duplicate: 'BW-3043',
};
export const overridable: readonly string[] = Object.keys(opened);
export const LONGEST_OVERRIDE_MS = 3_600_000;
const MOST_AT_ONCE = 20;

export const isOpened = (controls: readonly string[] | undefined, { control, code }: Verdict): boolean => controls?.includes(control) === true && opened[control] === code;

export function askOverride(overrides: Table<Override>, asked: AskOverride, nowMs: number, emit: Emit): Refusal | undefined {
  if (!overridable.includes(asked.control)) return { kind: 'not-allowed', why: `the control "${asked.control}" is never overridden; those that may be are ${overridable.join(', ')}` };
  if (asked.endsAtMs <= nowMs || asked.endsAtMs > nowMs + LONGEST_OVERRIDE_MS) return { kind: 'not-allowed', why: `an override lasts at most ${LONGEST_OVERRIDE_MS / 60_000} minutes` };
  if (overrides.size >= MOST_AT_ONCE) return { kind: 'not-allowed', why: `${MOST_AT_ONCE} overrides are open already: what is no exception any more is a limit to be changed` };
  emit({ type: 'limits.override-asked', id: `lo_${sha256Hex(canonicalText({ ...asked, nowMs })).slice(0, 8)}`, ...asked });
  return undefined;
}

export function grantOverride(overrides: Table<Override>, { id, by, reason, people }: GrantOverride, nowMs: number, emit: Emit): Refusal | undefined {
  const asked = overrides.get(id);
  if (asked === undefined || nowMs >= asked.endsAtMs) return { kind: 'nothing-to-do', why: `no override ${id} is asked for, or its time is over` };
  if (asked.grantedBy !== undefined) return { kind: 'nothing-to-do', why: `${id} was granted by ${asked.grantedBy} already` };
  if (isSamePerson(asked.by, by)) return { kind: 'not-allowed', why: `${by} asked for it, and nobody grants what he asked for` }; // E2
  if (people.length > 0 && !people.some((one) => isSamePerson(one, by))) return { kind: 'not-allowed', why: `${by} is not among those who may approve (${people.join(', ')})` };
  emit({ type: 'limits.override-granted', id, by, reason });
  return undefined;
}

type Asking = { readonly id: string; readonly venue: string; readonly symbol: string; readonly strategy: string; readonly side: Side; readonly quantityUnits: bigint };
const NONE: readonly Override[] = [];

/** E1. Those by which this order may pass; one that it used before still counts for it, and for no other. */
export function overridesFor(overrides: Table<Override>, { id, venue, symbol, strategy, side, quantityUnits }: Asking, nowMs: number): readonly Override[] {
  if (overrides.size === 0) return NONE;
  return [...overrides.values()].filter((one) => one.grantedBy !== undefined && nowMs < one.endsAtMs && (one.usedBy ?? id) === id
    && one.venue === venue && one.symbol === symbol && one.strategy === strategy && one.side === side && quantityUnits <= one.mostUnits);
}

/** E4. */
export function endOverrides(overrides: Table<Override>, nowMs: number, emit: Emit): void {
  for (const { id, endsAtMs } of [...overrides.values()]) if (nowMs >= endsAtMs) emit({ type: 'limits.override-ended', id });
}

export function evolveOverrides(overrides: Table<Override>, fact: OverrideFact, atMs: number): void {
  if (fact.type === 'limits.override-asked') {
    const { type: _, ...asked } = fact;
    return overrides.set(fact.id, { ...asked, askedAtMs: atMs });
  }
  const known = overrides.get(fact.id);
  if (known === undefined) return; // its end came first
  switch (fact.type) {
    case 'limits.override-granted': return overrides.set(fact.id, { ...known, grantedBy: fact.by });
    case 'limits.override-used': return overrides.set(fact.id, { ...known, usedBy: fact.orderId });
    case 'limits.override-ended': return overrides.delete(fact.id);
  }
}
