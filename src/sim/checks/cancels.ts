/** K11: a cancel leaves soon after it is wanted, whatever the disk does. */
import type { Stage } from '../stage.ts';
import { Violation } from './violation.ts';

const CANCEL_WITHIN_MS = 250 + 20; // the rule, and one pass of the loop

export class Cancels {
  readonly #wanted = new Map<string, { readonly sinceMs: number; readonly life: string }>(); // that have not left, by order id

  /** Looked at in every step, because nothing may happen for a while. */
  check(stage: Stage): void {
    const { runtime, witness } = stage;
    if (runtime === undefined || stage.isFrozen || runtime.turns.failed !== undefined) return this.#wanted.clear();
    const life = runtime.world.life.bootId;
    const now = witness.nowMs();
    for (const order of runtime.world.orders.live.unordered()) {
      const [venueOrderId] = order.venueOrderIds;
      const wanted = order.cancelSeq > 0 && order.amend === undefined && // for an amend it waits for the disk: it takes no risk away
        venueOrderId !== undefined && (order.phase === 'acknowledged' || order.phase === 'working' || order.phase === 'cancelling');
      if (!wanted) continue;
      const known = this.#wanted.get(order.id);
      const since = known?.life === life ? known : { sinceMs: now, life };
      this.#wanted.set(order.id, since);
      if (witness.cancelLeft(venueOrderId)) continue;
      if (now - since.sinceMs > CANCEL_WITHIN_MS) throw new Violation('K11', `the cancel of ${order.id} is wanted for ${now - since.sinceMs} ms, and has not left`);
    }
  }
}
