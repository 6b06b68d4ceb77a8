/**
 * The ladder: how much may still leave, for the whole system or for a part of it.
 *
 *   L1. An order stands under every scope that it belongs to, and the strictest of them holds.
 *   L2. Upwards is a matter of one word by anybody; downwards takes a person with a name and a reason, and no start of a process does it.
 *   L3. Only a kill comes to LOCKED, and only a word that says so leads out of it.
 */
import { unreachable } from '../../base/index.ts';
import type { Table } from '../../base/index.ts';
import type { Gate } from './gate.ts';

export const rungs = ['ACTIVE', 'REDUCING', 'HALTED', 'FLATTENING', 'LOCKED'] as const;
export type Rung = (typeof rungs)[number];

const rankOf = (rung: Rung): number => rungs.indexOf(rung);
export const isStricter = (rung: Rung, than: Rung): boolean => rankOf(rung) > rankOf(than);
/** Whether nothing new leaves on this rung, whatever it is. */
export const isShut = (rung: Rung): boolean => rankOf(rung) >= rankOf('HALTED');
export const stricterOf = (one: Rung, other: Rung): Rung => (isStricter(other, one) ? other : one);

/** What a word may be said of. A configured venue is one account at one place: `account` and `venue` name the same, and are moved apart. */
export type Scope =
  | { readonly kind: 'system' }
  | { readonly kind: 'account' | 'venue'; readonly venue: string }
  | { readonly kind: 'instrument'; readonly venue: string; readonly symbol: string }
  | { readonly kind: 'strategy'; readonly strategy: string };

export const SYSTEM = 'system';

/** As it stands in facts, and as people write it: "system", "venue:alpaca", "instrument:alpaca:BTC/USD", "strategy:trend". */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case 'system': return SYSTEM;
    case 'account': case 'venue': return `${scope.kind}:${scope.venue}`;
    case 'instrument': return `instrument:${scope.venue}:${scope.symbol}`;
    case 'strategy': return `strategy:${scope.strategy}`;
    default: return unreachable(scope);
  }
}

/** Undefined where a text names no scope. */
export function readScope(text: string): Scope | undefined {
  if (text === SYSTEM) return { kind: 'system' };
  const [, kind, name = ''] = /^(account|venue|instrument|strategy):(.+)$/s.exec(text) ?? [];
  if (kind === 'account' || kind === 'venue') return { kind, venue: name };
  if (kind === 'strategy') return { kind, strategy: name };
  const at = name.indexOf(':');
  return kind === 'instrument' && at > 0 && at < name.length - 1 ? { kind, venue: name.slice(0, at), symbol: name.slice(at + 1) } : undefined;
}

/** Something that a scope may be about: an order of ours, or one that the venue tells of, whose strategy nobody knows. */
export type Placed = { readonly venue: string; readonly symbol: string; readonly strategy?: string };

export function covers(text: string, placed: Placed): boolean {
  const scope = readScope(text);
  switch (scope?.kind) {
    case undefined: return false;
    case 'system': return true;
    case 'account': case 'venue': return scope.venue === placed.venue;
    case 'instrument': return scope.venue === placed.venue && scope.symbol === placed.symbol;
    case 'strategy': return scope.strategy === placed.strategy;
    default: return unreachable(scope);
  }
}

/** Whether a scope reaches into a venue, and whether it takes in the whole of it. */
export function reaches(text: string, venue: string): 'whole' | 'part' | 'not' {
  const scope = readScope(text);
  switch (scope?.kind) {
    case 'system': return 'whole';
    case 'account': case 'venue': return scope.venue === venue ? 'whole' : 'not';
    case 'instrument': return scope.venue === venue ? 'part' : 'not';
    case 'strategy': return 'part';
    case undefined: return 'not';
    default: return unreachable(scope);
  }
}

export type Ladder = { readonly gate: Gate; readonly gates: Table<Gate> };

/** What is said of one scope itself. */
export const gateAt = ({ gate, gates }: Ladder, scope: string): Gate => (scope === SYSTEM ? gate : gates.get(scope) ?? UNMOVED);

const UNMOVED: Gate = { state: 'ACTIVE', by: 'nobody', reason: 'never stopped', sinceMs: 0 };

/** L1: the strictest of all that holds for this order, and of which scope it is; of equals the widest. */
export function gateFor(ladder: Ladder, { venue, symbol, strategy }: Placed): { readonly scope: string; readonly gate: Gate } {
  let [scope, gate] = [SYSTEM, ladder.gate];
  if (ladder.gates.size === 0) return { scope, gate };
  const names = [`account:${venue}`, `venue:${venue}`, `instrument:${venue}:${symbol}`, ...(strategy === undefined ? [] : [`strategy:${strategy}`])];
  for (const name of names) {
    const found = ladder.gates.get(name);
    if (found !== undefined && isStricter(found.state, gate.state)) [scope, gate] = [name, found];
  }
  return { scope, gate };
}
