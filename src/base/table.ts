/**
 * A keyed view: values by key, read in key order, with a digest of its content that costs only what changed.
 *
 *   T1. Two tables with the same content have the same digest, whatever the history of either.
 *   T2. Iteration is in key order, so that no decision depends on the order of arrival.
 *   T3. A table of texts is one of values to whoever uses it: where it keeps which is not to be seen.
 *
 * Values are immutable: a change is a `set` of a new value. The digest guards against divergence, not against malice;
 * that is what the journal's chain is for.
 *
 * A table of texts is for what is done with: once its text was needed, a row is kept as its canonical text alone, a third of the room of
 * its value, and is read anew whenever somebody asks. Taking such a table apart and putting it together costs no reading at all.
 */
import { canonicalText, parseCanonical } from './canonical.ts';

type Lanes = [number, number, number, number];
/** Exactly one of `value` and `text` is there. `lanes`: what the row adds to the sum, once it was counted. */
type Row<V> = { value: V | undefined; text: string | undefined; lanes: Lanes | undefined };

const MOST_ADDED = 10_000; // between two sortings: nobody may be sorting at all

export class Table<V> {
  readonly #keepsTexts: boolean;
  readonly #rows = new Map<string, Row<V>>();
  readonly #changed = new Set<string>();
  readonly #sum: Lanes = [0, 0, 0, 0];
  #keys: readonly string[] | undefined; // in order, as they once were
  readonly #added = new Set<string>(); // since then
  #deleted = false; // since then

  constructor(keeps: 'values' | 'texts' = 'values') {
    this.#keepsTexts = keeps === 'texts';
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): V | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : valueOf(row);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  set(key: string, value: V): void {
    const row = this.#rows.get(key);
    this.#changed.add(key);
    if (row === undefined) {
      if (this.#keys !== undefined) this.#added.add(key);
      if (this.#added.size > MOST_ADDED) this.#forgetKeys();
      this.#rows.set(key, { value, text: undefined, lanes: undefined });
    } else [row.value, row.text] = [value, undefined];
  }

  delete(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    if (row.lanes !== undefined) this.#combine(row.lanes, -1);
    this.#rows.delete(key);
    this.#changed.delete(key);
    this.#deleted = true;
  }

  clear(): void {
    this.#rows.clear();
    this.#changed.clear();
    this.#sum.fill(0);
    this.#forgetKeys();
  }

  /** Sorting what came since the last time and putting it in its places costs much less than sorting all. */
  keys(): readonly string[] {
    if (this.#keys === undefined) this.#keys = [...this.#rows.keys()].sort();
    else if (this.#added.size > 0 || this.#deleted) {
      const before = this.#deleted ? this.#keys.filter((key) => this.#rows.has(key) && !this.#added.has(key)) : this.#keys;
      this.#keys = merged(before, [...this.#added].filter((key) => this.#rows.has(key)).sort());
    }
    this.#added.clear();
    this.#deleted = false;
    return this.#keys;
  }

  #forgetKeys(): void {
    this.#keys = undefined;
    this.#added.clear();
    this.#deleted = false;
  }

  *entries(): IterableIterator<[string, V]> {
    for (const key of this.keys()) {
      const row = this.#rows.get(key);
      if (row !== undefined) yield [key, valueOf(row)];
    }
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Every value, in whatever order is cheapest. For sums and searches whose result does not depend on the order. */
  *unordered(): IterableIterator<V> {
    for (const row of this.#rows.values()) yield valueOf(row);
  }

  /** The canonical text of a row. */
  textOf(key: string): string | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : this.#textIn(row);
  }

  /** Keys and canonical texts, in key order. */
  *texts(): IterableIterator<[string, string]> {
    for (const key of this.keys()) {
      const text = this.textOf(key);
      if (text !== undefined) yield [key, text];
    }
  }

  /** Makes this table exactly that of these rows, given as `texts` gives them. */
  restore(rows: readonly (readonly [string, string])[]): void {
    this.clear();
    const keys: string[] = [];
    let inOrder = true;
    for (const [key, text] of rows) {
      this.#rows.set(key, this.#keepsTexts ? { value: undefined, text, lanes: undefined } : { value: parseCanonical(text) as V, text: undefined, lanes: undefined });
      this.#changed.add(key);
      inOrder &&= keys.length === 0 || (keys[keys.length - 1] ?? '') < key;
      keys.push(key);
    }
    if (inOrder) this.#keys = keys;
  }

  digest(): string {
    for (const key of this.#changed) {
      const row = this.#rows.get(key);
      if (row === undefined) continue;
      if (row.lanes !== undefined) this.#combine(row.lanes, -1);
      row.lanes = hashLanes(`${JSON.stringify(key)}:`, this.#textIn(row));
      this.#combine(row.lanes, 1);
    }
    this.#changed.clear();
    return this.#sum.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #textIn(row: Row<V>): string {
    const text = row.text ?? canonicalText(row.value);
    if (this.#keepsTexts) [row.value, row.text] = [undefined, text];
    return text;
  }

  #combine(lanes: Lanes, sign: 1 | -1): void {
    for (let i = 0; i < 4; i++) this.#sum[i] = ((this.#sum[i] ?? 0) + sign * (lanes[i] ?? 0)) | 0;
  }
}

const valueOf = <V>(row: Row<V>): V => (row.text === undefined ? row.value as V : parseCanonical(row.text) as V);

/** 128 bits of two texts as if they were one, by four multiplicative lanes that feed one another. */
function hashLanes(first: string, second: string): Lanes {
  let a = 0x6a09e667;
  let b = 0xbb67ae85 | 0;
  let c = 0x3c6ef372;
  let d = 0xa54ff53a | 0;
  let text = first;
  for (let i = 0, left = first.length + second.length; left > 0; left--) {
    const unit = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ unit, 0x9e3779b1);
    b = c ^ Math.imul(b ^ unit, 0x85ebca77);
    c = d ^ Math.imul(c ^ unit, 0xc2b2ae3d);
    d = a ^ Math.imul(d ^ unit, 0x27d4eb2f);
    i += 1;
    if (i === text.length) [text, i] = [second, 0];
  }
  const mix = (x: number): number => {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
    return (x ^ (x >>> 15)) | 0;
  };
  return [mix(a ^ d), mix(b ^ a), mix(c ^ b), mix(d ^ c)];
}

/** Two lists in order as one. */
function merged(a: readonly string[], b: readonly string[]): string[] {
  const all: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (right === undefined || (left !== undefined && left < right)) {
      all.push(left ?? '');
      i += 1;
    } else {
      all.push(right);
      j += 1;
    }
  }
  return all;
}
