/** The index of older keys in memory: it outlives processes, as a disk does. What was not answered may be there or not. */
import type { Archive, ArchivedRow } from '../ports/index.ts';
import type { KeptRow } from '../core/index.ts';

export class MemoryArchive implements Archive {
  readonly #rows = new Map<string, KeptRow>(); // by `table key`
  readonly #names = new Map<string, string>(); // any name → `table key`
  #through = 1;

  through(): Promise<number> {
    return Promise.resolve(this.#through);
  }

  keep(rows: readonly ArchivedRow[], segment: number): Promise<void> {
    for (const { row, names } of rows) {
      const own = `${row.table} ${row.key}`;
      this.#rows.set(own, row);
      for (const name of names) this.#names.set(name, own);
    }
    this.#through = Math.max(this.#through, segment);
    return Promise.resolve();
  }

  lookup(names: readonly string[]): Promise<readonly KeptRow[]> {
    const found = new Map<string, KeptRow>();
    for (const name of names) {
      const own = this.#names.get(name);
      const row = own === undefined ? undefined : this.#rows.get(own);
      if (own !== undefined && row !== undefined) found.set(own, row);
    }
    return Promise.resolve([...found.values()]);
  }

  /** Everything, for checkers. */
  get rows(): ReadonlyMap<string, KeptRow> {
    return this.#rows;
  }
}
