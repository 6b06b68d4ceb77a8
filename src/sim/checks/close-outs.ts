/** K19: what a trip of the loss limit lets follow is done once, whatever dies in between, and is never left undone. */
import { LOSS } from '../../core/index.ts';
import type { Fact } from '../../core/index.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';

export class CloseOuts {
  readonly #tally: Tally;
  readonly #owed = new Set<number>(); // trips, by the time of each
  readonly #begun = new Set<string>();
  readonly #acted = new Set<number>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  fold(fact: Fact): void {
    switch (fact.type) {
      case 'breaker.opened':
        if (fact.breaker === LOSS && fact.by === 'risk' && fact.evidence?.['follows'] !== undefined) this.#owed.add(fact.atMs);
        return;
      case 'breaker.closed': if (fact.breaker === LOSS) this.#owed.clear(); return; // a person has looked
      case 'kill.begun':
        if (this.#begun.has(fact.id)) throw new Violation('K19', `${fact.id} is begun a second time`);
        this.#begun.add(fact.id);
        return;
      case 'risk.acted':
        if (this.#acted.has(fact.trippedAtMs)) throw new Violation('K19', `what follows from the trip of ${fact.trippedAtMs} is done a second time`);
        if (!this.#owed.has(fact.trippedAtMs)) throw new Violation('K19', `something follows from a trip of ${fact.trippedAtMs} that nobody knows`);
        this.#acted.add(fact.trippedAtMs);
        this.#owed.delete(fact.trippedAtMs);
        return this.#tally.state(`the loss limit: ${fact.word} ${fact.outcome}`);
      default: return;
    }
  }

  /** In the end nothing is owed. */
  check(): void {
    const [trip] = this.#owed;
    if (trip !== undefined) throw new Violation('K19', `what was to follow from the trip of ${trip} was never done`);
  }
}
