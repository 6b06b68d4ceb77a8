/**
 * What the exchange does for an account that has fallen silent, where it is told to: the dead-man timer, and orders that end with the connection.
 * Owns what is cancelled and how the log tells why; when a timer is set and which connection counts is said to it.
 *
 *   D1. All open orders of the account are cancelled, whoever placed them and however, in the turn that says why.
 *   D2. A timer that ran out is off until it is set again: an order that comes after it rests.
 *   D3. The time of a timer goes on while the exchange is down; it runs out in the first turn after.
 */
import type { Desk, DeskProtection } from '../ports/index.ts';
import type { Account } from './account.ts';
import type { Turn } from './turn.ts';

/** Whether it has them, and how short and long a timer may be; neither unless told. */
export type ProtectionOptions = {
  readonly deadManTimer?: { readonly shortestMs: number; readonly longestMs: number };
  readonly cancelOnDisconnect?: boolean;
};

const reasons = { 'dead-man-timer': 'cancelled because the dead-man timer of its account ran out', disconnect: 'cancelled because the connection of its account ended' } as const satisfies Record<DeskProtection, string>;

/** The account whose timer runs out first, of those that have by now. */
export function firstToRunOut({ state, nowMs }: Turn): { readonly account: Account; readonly endsAtMs: number } | undefined {
  let first: { readonly account: Account; readonly endsAtMs: number } | undefined;
  for (const account of state.accounts.values()) {
    const endsAtMs = account.deadManEndsAtMs;
    if (endsAtMs !== undefined && endsAtMs <= nowMs && (first === undefined || endsAtMs < first.endsAtMs)) first = { account, endsAtMs };
  }
  return first;
}

export function runOut(turn: Turn, account: Account): void {
  turn.write({ type: 'dead-man-ran-out', accountId: account.id }); // D2
  cancelAll(turn, account, 'dead-man-timer');
}

function disconnected(turn: Turn, account: Account): void {
  if (account.live.size === 0) return;
  turn.write({ type: 'disconnected', accountId: account.id });
  cancelAll(turn, account, 'disconnect');
}

/** D1 */
function cancelAll(turn: Turn, account: Account, protection: DeskProtection): void {
  for (const { id } of [...account.live]) turn.write({ type: 'cancelled', orderId: id, reason: reasons[protection], protection });
}

/** What of it the desk shows; nothing that it was not told to have. */
export function protectionsOf(options: ProtectionOptions = {}, exchange: { turn<T>(act: (turn: Turn) => T): T; settled(): Promise<void>; isOver(): boolean }): Pick<Desk, 'deadMan' | 'tether'> {
  const { deadManTimer, cancelOnDisconnect = false } = options;
  const tethers = new Map<string, Set<() => void>>(); // by account: the connections whose end cancels its orders
  const tether = (accountId: string): (() => void) => {
    const held = tethers.get(accountId) ?? new Set();
    tethers.set(accountId, held);
    const cut = (): void => {
      if (tethers.get(accountId)?.delete(cut) === true && !exchange.isOver()) exchange.turn((turn) => disconnected(turn, turn.state.account(accountId)));
    };
    held.add(cut);
    return cut;
  };
  const set: NonNullable<Desk['deadMan']>['set'] = async (accountId, withinMs) => {
    if (deadManTimer === undefined || (withinMs !== undefined && (withinMs < deadManTimer.shortestMs || withinMs > deadManTimer.longestMs))) return { kind: 'out-of-bounds' };
    const endsAtMs = exchange.turn((turn) => {
      const untilMs = withinMs === undefined ? undefined : turn.nowMs + withinMs;
      if (untilMs !== undefined || turn.state.account(accountId).deadManEndsAtMs !== undefined) turn.write({ type: 'dead-man-set', accountId, endsAtMs: untilMs ?? null });
      return untilMs;
    });
    if (withinMs === undefined) tethers.delete(accountId);
    await exchange.settled();
    return { kind: 'set', endsAtMs };
  };
  return { ...(deadManTimer === undefined ? {} : { deadMan: { ...deadManTimer, set } }), ...(cancelOnDisconnect ? { tether } : {}) };
}
