/**
 * Which cancels the venue has refused (429) and not answered since: to ask for them once more is no first try.
 *
 * Bounded: the oldest is forgotten, and is a first try again, which costs one more request at most.
 */
import type { HttpOutcome, HttpRequest } from '../../ports/index.ts';

const KEPT = 1_000;
const REFUSED = 429;
const nameOf = ({ method, url }: HttpRequest): string => `${method} ${url}`;

export class RefusedBefore {
  readonly #names = new Set<string>(); // in the order of their refusal

  has(asked: HttpRequest): boolean {
    return this.#names.has(nameOf(asked));
  }

  answered(asked: HttpRequest, outcome: HttpOutcome): void {
    if (outcome.kind !== 'answered') return;
    this.#names.delete(nameOf(asked));
    if (outcome.status !== REFUSED) return;
    this.#names.add(nameOf(asked));
    const [oldest] = this.#names;
    if (this.#names.size > KEPT && oldest !== undefined) this.#names.delete(oldest);
  }
}
