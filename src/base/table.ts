/**
 * A keyed view: values by key, read in key order, with a digest of its content that costs only what changed.
 *
 *   T1. Two tables with the same content have the same digest, whatever the history of either.
 *   T2. Iteration is in key order, so that no decision depends on the order of arrival.
 *
 * Values are immutable: a change is a `set` of a new value. The digest guards against divergence, not against malice;
 * that is what the journal's chain is for.
 */
import { canonicalText } from './canonical.ts';

type Lanes = [number, number, number, number];

export class Table<V> {
  readonly #values = new Map<string, V>();
  readonly #hashes = new Map<string, Lanes>();
  readonly #changed = new Set<string>();
  readonly #sum: Lanes = [0, 0, 0, 0];
  #keys: readonly string[] | undefined;

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#keys = undefined;
    this.#values.set(key, value);
    this.#changed.add(key);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    this.#keys = undefined;
    this.#changed.add(key);
  }

  clear(): void {
    for (const key of [...this.#values.keys()]) this.delete(key);
  }

  keys(): readonly string[] {
    this.#keys ??= [...this.#values.keys()].sort();
    return this.#keys;
  }

  *entries(): IterableIterator<[string, V]> {
    for (const key of this.keys()) {
      const value = this.#values.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Every value, in whatever order is cheapest. For sums and searches whose result does not depend on the order. */
  unordered(): IterableIterator<V> {
    return this.#values.values();
  }

  digest(): string {
    for (const key of this.#changed) {
      const old = this.#hashes.get(key);
      if (old !== undefined) this.#combine(old, -1);
      const value = this.#values.get(key);
      if (value === undefined) this.#hashes.delete(key);
      else {
        const hash = hashLanes(`${JSON.stringify(key)}:${canonicalText(value)}`);
        this.#hashes.set(key, hash);
        this.#combine(hash, 1);
      }
    }
    this.#changed.clear();
    return this.#sum.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #combine(lanes: Lanes, sign: 1 | -1): void {
    for (let i = 0; i < 4; i++) this.#sum[i] = ((this.#sum[i] ?? 0) + sign * (lanes[i] ?? 0)) | 0;
  }
}

/** 128 bits of a text, by four multiplicative lanes that feed one another. */
function hashLanes(text: string): Lanes {
  let [a, b, c, d] = [0x6a09e667, 0xbb67ae85 | 0, 0x3c6ef372, 0xa54ff53a | 0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ unit, 0x9e3779b1);
    b = c ^ Math.imul(b ^ unit, 0x85ebca77);
    c = d ^ Math.imul(c ^ unit, 0xc2b2ae3d);
    d = a ^ Math.imul(d ^ unit, 0x27d4eb2f);
  }
  const mix = (x: number): number => {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
    return (x ^ (x >>> 15)) | 0;
  };
  return [mix(a ^ d), mix(b ^ a), mix(c ^ b), mix(d ^ c)];
}
