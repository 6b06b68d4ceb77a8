/**
 * Timers waiting for their time, in a binary heap.
 *
 *   T1. They come out by time; those of the same time in the order in which they were set.
 *   T2. A cancelled timer never comes out, and does not keep its place for ever.
 */
export type Timer = { readonly atMs: number; readonly order: number; run: (() => void) | undefined };

export class Timers {
  #heap: Timer[] = [];
  #set = 0;
  #cancelled = 0;

  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  set(atMs: number, run: () => void): () => void {
    const timer: Timer = { atMs, order: this.#set++, run };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return () => this.#cancel(timer);
  }

  /** When the next timer is due. */
  nextAtMs(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.run !== undefined) return first.atMs;
      this.#pop();
      this.#cancelled -= 1;
    }
    return undefined;
  }

  take(): (() => void) | undefined {
    if (this.nextAtMs() === undefined) return undefined;
    const timer = this.#pop();
    const run = timer?.run;
    if (timer !== undefined) timer.run = undefined; // cancelling it from now on changes nothing
    return run;
  }

  #cancel(timer: Timer): void {
    if (timer.run === undefined) return;
    timer.run = undefined;
    this.#cancelled += 1;
    // Deadlines are nearly always cancelled: without this the heap would hold every request ever made.
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) {
      this.#heap = this.#heap.filter((waiting) => waiting.run !== undefined).sort((a, b) => (isBefore(a, b) ? -1 : 1));
      this.#cancelled = 0;
    }
  }

  #pop(): Timer | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== last && last !== undefined) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const timer = heap[index];
    while (timer !== undefined && index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, timer)) return;
      heap[index] = parent;
      heap[parentIndex] = timer;
      index = parentIndex;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    const timer = heap[0];
    for (let index = 0; timer !== undefined;) {
      const left = index * 2 + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) return;
      const childIndex = b !== undefined && isBefore(b, a) ? left + 1 : left;
      const child = heap[childIndex];
      if (child === undefined || isBefore(timer, child)) return;
      heap[index] = child;
      heap[childIndex] = timer;
      index = childIndex;
    }
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
