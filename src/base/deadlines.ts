/** When something is to be looked at again, by its name. Each name is kept once or twice, however often its time is put off. */
import { Heap } from './heap.ts';

type Deadline = { readonly name: string; readonly atMs: number };

export class Deadlines {
  readonly #heap = new Heap<Deadline>((a, b) => a.atMs < b.atMs);
  readonly #wanted = new Map<string, number>();
  readonly #queued = new Map<string, number>(); // the earliest in the heap, which may be before what is wanted

  /** @param atMs undefined, or Infinity, where it need not be looked at */
  set(name: string, atMs: number | undefined): void {
    if (atMs === undefined || atMs === Infinity) {
      this.#wanted.delete(name);
      return;
    }
    this.#wanted.set(name, atMs);
    const queued = this.#queued.get(name);
    if (queued === undefined || atMs < queued) this.#queue(name, atMs);
  }

  /** The names whose time has come; none of them is wanted any more. */
  due(nowMs: number): readonly string[] {
    let names: string[] | undefined;
    for (let first = this.#heap.first; first !== undefined && first.atMs <= nowMs; first = this.#heap.first) {
      this.#heap.take();
      const { name, atMs } = first;
      if (this.#queued.get(name) === atMs) this.#queued.delete(name);
      const wanted = this.#wanted.get(name);
      if (wanted === undefined) continue;
      if (wanted <= nowMs) {
        this.#wanted.delete(name);
        (names ??= []).push(name);
      } else if (!this.#queued.has(name)) this.#queue(name, wanted);
    }
    return names ?? NONE;
  }

  #queue(name: string, atMs: number): void {
    this.#heap.add({ name, atMs });
    this.#queued.set(name, atMs);
  }
}

const NONE: readonly string[] = [];
