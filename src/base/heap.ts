/** The first of many at hand, by an order of its own; what is added and taken costs the logarithm of how many there are. */
export class Heap<T> {
  #all: T[];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean, all: Iterable<T> = []) {
    this.#isBefore = isBefore;
    this.#all = [...all].sort((a, b) => (isBefore(a, b) ? -1 : 1)); // what is sorted is a heap
  }

  get size(): number {
    return this.#all.length;
  }

  get first(): T | undefined {
    return this.#all[0];
  }

  add(one: T): void {
    const all = this.#all;
    let at = all.push(one) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = all[above] as T;
      if (!this.#isBefore(one, parent)) break;
      all[at] = parent;
      at = above;
    }
    all[at] = one;
  }

  take(): T | undefined {
    const all = this.#all;
    const [first, last] = [all[0], all.pop()];
    if (last === undefined || all.length === 0) return first;
    let at = 0;
    for (let below = 1; below < all.length; below = 2 * at + 1) {
      if (below + 1 < all.length && this.#isBefore(all[below + 1] as T, all[below] as T)) below += 1;
      const child = all[below] as T;
      if (!this.#isBefore(child, last)) break;
      all[at] = child;
      at = below;
    }
    all[at] = last;
    return first;
  }
}
