/**
 * Which cancels the venue has answered with a word about the cancel itself: done, or too late, or no. To ask for one of them once more is
 * to make sure, and less urgent than to ask for one that it has not seen yet.
 *
 * Bounded: the oldest is forgotten, and is a first try again, which costs one more request at most. What the venue has refused as too much
 * is not here, but in what is kept of the rate budget.
 */
const KEPT = 1_000;

export class AnsweredBefore {
  readonly #names = new Set<string>(); // in the order of their answers

  has(name: string): boolean {
    return this.#names.has(name);
  }

  answered(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
    const [oldest] = this.#names;
    if (this.#names.size > KEPT && oldest !== undefined) this.#names.delete(oldest);
  }
}
