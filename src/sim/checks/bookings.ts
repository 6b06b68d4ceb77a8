/** K5: what is booked was executed, once; no balance is adjusted without a named person; books and venue differ only where something is hidden or done by hand. */
import { formatUnits } from '../../base/index.ts';
import { imbalances } from '../../core/index.ts';
import type { Fact, World } from '../../core/index.ts';
import type { EntryHeader } from '../../journal/index.ts';
import type { Tally } from '../tally.ts';
import type { AtVenue } from './at-venue.ts';
import { Violation } from './violation.ts';

const SCALE = 9;

export type BookingsOptions = { readonly tally: Tally; readonly venue: AtVenue; readonly mayDiffer: boolean; readonly later: (compare: () => void) => void };

export class Bookings {
  readonly #options: BookingsOptions;
  readonly #booked = new Map<string, number>(); // `exchange order id quantity` → how often
  readonly #fees = new Set<string>();

  constructor(options: BookingsOptions) {
    this.#options = options;
  }

  check(world: World): void {
    const crooked = imbalances(world.ledger);
    if (crooked.size > 0) throw new Violation('K5', [...crooked].map(([asset, units]) => `${asset} sums to ${units}`).join(', '));
  }

  fold(fact: Fact, { actor }: EntryHeader): void {
    const { tally, mayDiffer, later } = this.#options;
    switch (fact.type) {
      case 'fill.booked':
        later(() => this.#checkExecuted(fact.venueOrderId, fact.quantityUnits));
        return tally.state(fact.orderId === undefined ? 'foreign fill booked' : 'fill booked');
      case 'fee.posted':
        if (this.#fees.has(fact.feeId)) throw new Violation('K5', `the fee ${fact.feeId} is posted a second time`);
        this.#fees.add(fact.feeId);
        return;
      case 'balance.adjusted':
        if (!actor.startsWith('operator:')) throw new Violation('K5', `${fact.asset} is adjusted from ${fact.ledgerUnits} to ${fact.venueUnits} by ${actor}, and no tolerance is configured`);
        return tally.state('adopted by a person');
      case 'fill.unattributed': return tally.state('fill before its order was known');
      case 'balance.differed':
        if (!mayDiffer) throw new Violation('K5', `${fact.asset} differs: ledger ${fact.ledgerUnits}, venue ${fact.venueUnits}, fees up to ${fact.feeMostUnits}, and nothing was hidden or traded by hand`);
        return tally.state('books differed');
      case 'foreign.found': return tally.state('foreign order found');
      case 'reconciliation.done': return tally.state(fact.agreed ? 'reconciled' : 'reconciled with a difference');
      default: return;
    }
  }

  #checkExecuted(venueOrderId: string, quantityUnits: bigint): void {
    const name = `${venueOrderId} ${quantityUnits}`;
    const times = (this.#booked.get(name) ?? 0) + 1;
    this.#booked.set(name, times);
    const executed = this.#options.venue.executions(name);
    if (times > executed) throw new Violation('K5', `${formatUnits(quantityUnits, SCALE)} of ${venueOrderId} is booked ${times} times, and was executed ${executed} times`);
  }
}
