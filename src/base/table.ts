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
 * A table of texts is for what is done with: once its text was needed, a row is kept as that text alone, a third of the room
 * of its value, and is read anew whenever somebody asks. Taking such a table apart and putting it together reads no row.
 */
import { canonicalText, parseCanonical } from './canonical.ts';
import { invariant } from './failure.ts';

type Lanes = [number, number, number, number];
/** `lanes`: what the row adds to the sum, once it was counted. */
type Row<V> = { value: V; lanes: Lanes | undefined };

const MOST_ADDED = 10_000; // between two sortings: nobody may be sorting at all

export class Table<V> {
  readonly #rows = new Map<string, Row<V>>();
  readonly #texts: Map<string, string> | undefined; // rows that are kept as text; each is counted
  readonly #changed = new Set<string>(); // in #rows, and not counted as they are
  readonly #sum: Lanes = [0, 0, 0, 0];
  #keys: readonly string[] | undefined; // in order, as they once were
  readonly #added = new Set<string>(); // since then
  #deleted = false; // since then

  constructor(keeps: 'values' | 'texts' = 'values') {
    this.#texts = keeps === 'texts' ? new Map() : undefined;
  }

  get size(): number {
    return this.#rows.size + (this.#texts?.size ?? 0);
  }

  get(key: string): V | undefined {
    const row = this.#rows.get(key);
    if (row !== undefined) return row.value;
    const text = this.#texts?.get(key);
    return text === undefined ? undefined : parseCanonical(text) as V;
  }

  has(key: string): boolean {
    return this.#rows.has(key) || this.#texts?.has(key) === true;
  }

  set(key: string, value: V): void {
    this.#changed.add(key);
    const row = this.#rows.get(key);
    if (row !== undefined) {
      row.value = value;
      return;
    }
    if (!this.#dropText(key) && this.#keys !== undefined) this.#added.add(key);
    if (this.#added.size > MOST_ADDED) this.#forgetKeys();
    this.#rows.set(key, { value, lanes: undefined });
  }

  delete(key: string): void {
    const row = this.#rows.get(key);
    if (row !== undefined) {
      if (row.lanes !== undefined) this.#combine(row.lanes, -1);
      this.#rows.delete(key);
      this.#changed.delete(key);
    } else if (!this.#dropText(key)) return;
    this.#deleted = true;
  }

  clear(): void {
    this.#rows.clear();
    this.#texts?.clear();
    this.#changed.clear();
    this.#sum.fill(0);
    this.#forgetKeys();
  }

  /** Sorting what came since the last time and putting it in its places costs much less than sorting all. */
  keys(): readonly string[] {
    if (this.#keys === undefined) this.#keys = [...this.#rows.keys(), ...this.#texts?.keys() ?? []].sort();
    else if (this.#added.size > 0 || this.#deleted) {
      const before = this.#deleted ? this.#keys.filter((key) => this.has(key) && !this.#added.has(key)) : this.#keys;
      this.#keys = merged(before, [...this.#added].filter((key) => this.has(key)).sort());
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
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Every value, in whatever order is cheapest. For sums and searches whose result does not depend on the order. */
  *unordered(): IterableIterator<V> {
    for (const { value } of this.#rows.values()) yield value;
    for (const text of this.#texts?.values() ?? []) yield parseCanonical(text) as V;
  }

  /** The canonical text of a row. */
  textOf(key: string): string | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? this.#texts?.get(key) : this.#written(key, row);
  }

  /** Keys and canonical texts, in key order. */
  *texts(): IterableIterator<[string, string]> {
    for (const key of this.keys()) {
      const text = this.textOf(key);
      if (text !== undefined) yield [key, text];
    }
  }

  /** Keys and canonical texts, in whatever order is cheapest. */
  *unorderedTexts(): IterableIterator<[string, string]> {
    const written = [...this.#rows].map(([key, row]): [string, string] => [key, this.#written(key, row)]);
    yield* this.#texts ?? written;
  }

  /** Makes this table exactly that of these rows, given as `texts` gives them. */
  restore(rows: readonly (readonly [string, string])[]): void {
    this.clear();
    const keys: string[] = [];
    let last: string | undefined;
    let inOrder = true;
    for (const [key, text] of rows) {
      const lanes = hashLanes(key, text);
      this.#combine(lanes, 1);
      if (this.#texts === undefined) this.#rows.set(key, { value: parseCanonical(text) as V, lanes });
      else this.#texts.set(key, text);
      inOrder &&= last === undefined || last < key;
      keys.push(last = key);
    }
    invariant(this.size === rows.length, 'a row stands in a table once');
    this.#keys = inOrder ? keys : undefined;
  }

  digest(): string {
    for (const key of [...this.#changed]) {
      const row = this.#rows.get(key);
      if (row !== undefined) this.#count(key, row, canonicalText(row.value));
    }
    return this.#sum.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** The text of a row; from now on, in a table of texts, the row itself. */
  #written(key: string, row: Row<V>): string {
    const text = canonicalText(row.value);
    if (this.#texts !== undefined) this.#count(key, row, text);
    return text;
  }

  #count(key: string, row: Row<V>, text: string): void {
    if (row.lanes !== undefined) this.#combine(row.lanes, -1);
    row.lanes = hashLanes(key, text);
    this.#combine(row.lanes, 1);
    this.#changed.delete(key);
    if (this.#texts === undefined) return;
    this.#texts.set(key, text);
    this.#rows.delete(key);
  }

  /** @returns whether there was one */
  #dropText(key: string): boolean {
    const text = this.#texts?.get(key);
    if (text === undefined) return false;
    this.#combine(hashLanes(key, text), -1);
    this.#texts?.delete(key);
    return true;
  }

  #combine(lanes: Lanes, sign: 1 | -1): void {
    for (let i = 0; i < 4; i++) this.#sum[i] = ((this.#sum[i] ?? 0) + sign * (lanes[i] ?? 0)) | 0;
  }
}

/** 128 bits of a row, by four multiplicative lanes that feed one another. */
function hashLanes(key: string, value: string): Lanes {
  let a = 0x6a09e667;
  let b = 0xbb67ae85 | 0;
  let c = 0x3c6ef372;
  let d = 0xa54ff53a | 0;
  for (const text of [`${JSON.stringify(key)}:`, value]) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = b ^ Math.imul(a ^ unit, 0x9e3779b1);
      b = c ^ Math.imul(b ^ unit, 0x85ebca77);
      c = d ^ Math.imul(c ^ unit, 0xc2b2ae3d);
      d = a ^ Math.imul(d ^ unit, 0x27d4eb2f);
    }
  }
  return [mix(a ^ d), mix(b ^ a), mix(c ^ b), mix(d ^ c)];
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) | 0;
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
