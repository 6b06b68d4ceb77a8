/**
 * Those who wait for a connection, in the order in which they came. Pure: nobody is called and no time is read.
 *
 *   Z1. First in, first out among those who have not left.
 *   Z2. Leaving costs nothing, and who has left is not served.
 */
export class Line<T> {
  readonly #waiting = new Set<T>(); // a set gives back in the order of adding

  get length(): number {
    return this.#waiting.size;
  }

  join(item: T): void {
    this.#waiting.add(item);
  }

  /** False where it was not in the line any more. */
  leave(item: T): boolean {
    return this.#waiting.delete(item);
  }

  next(): T | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first);
    return first;
  }
}
