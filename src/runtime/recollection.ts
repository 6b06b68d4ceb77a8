/**
 * Looks up what earlier segments hold of the names an input speaks of, before the input is taken.
 *
 *   M1. An input is taken with an answer of the index that was given in the segment that is still open, or not at all.
 *   M2. Where the world itself knows every name, nothing is asked and nothing waits.
 *   M3. A look that fails lets nothing through: the input is not taken, and whoever sent it learns why.
 */
import { reasonOf } from '../base/index.ts';
import { namesIn } from '../core/index.ts';
import type { Input, KeptRow, Recalling } from '../core/index.ts';
import type { Archive } from '../ports/index.ts';
import { ForgetfulError } from './errors.ts';
import type { Turns } from './turns.ts';

export class Recollection {
  readonly #turns: Turns;
  readonly #archive: Archive | undefined;

  constructor(turns: Turns, archive: Archive | undefined) {
    this.#turns = turns;
    this.#archive = archive;
  }

  /** Hands the input on, with what is known of it; in this very tick where nothing has to be looked up. */
  with<T>(input: Input, take: (input: Recalling) => T): T | Promise<T> {
    const { world } = this.#turns;
    return this.#archive === undefined || namesIn(world, input, []).length === 0 ? take(input) : this.#look(this.#archive, input, take);
  }

  async #look<T>(archive: Archive, input: Input, take: (input: Recalling) => T): Promise<T> {
    const { world } = this.#turns;
    for (;;) {
      const segment = world.segment.number;
      const asked = new Set<string>();
      const rows = new Map<string, KeptRow>();
      for (;;) {
        const names = namesIn(world, input, [...rows.values()]).filter((name) => !asked.has(name));
        if (names.length === 0) break;
        for (const name of names) asked.add(name);
        let found: readonly KeptRow[];
        try {
          found = await archive.lookup(names);
        } catch (thrown) {
          throw new ForgetfulError(reasonOf(thrown)); // M3
        }
        for (const row of found) rows.set(`${row.table} ${row.key}`, row);
      }
      if (segment === world.segment.number) return take({ ...input, earlier: { segment, rows: [...rows.values()] } }); // M1
    }
  }
}
