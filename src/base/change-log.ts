/**
 * What has changed, by name, for whoever keeps something derived of it up to date. They ask when they need it; nobody is told.
 *
 *   C1. Whoever asks with the mark of his last answer misses no change; where too much has happened since, everything may have changed.
 */
const MOST = 8_192;

export class ChangeLog {
  #names: string[] = [];
  #before = 0; // how many were named before the first that is kept

  /** Where it stands: to ask from the next time. */
  get mark(): number {
    return this.#before + this.#names.length;
  }

  name(name: string): void {
    if (this.#names.length >= MOST) {
      this.#before += MOST / 2;
      this.#names = this.#names.slice(MOST / 2);
    }
    this.#names.push(name);
  }

  /** From now on everything may be another. */
  everything(): void {
    this.#before = this.mark + 1;
    this.#names = [];
  }

  /** The names of what changed since a mark, some of them perhaps more than once; undefined where that may be everything. */
  since(mark: number): readonly string[] | undefined {
    if (mark < this.#before) return undefined;
    return mark === this.mark ? NONE : this.#names.slice(mark - this.#before);
  }
}

const NONE: readonly string[] = [];
