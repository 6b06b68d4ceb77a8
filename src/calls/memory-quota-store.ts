import type { QuotaStore } from '../ports/index.ts';

/** Keeps it for as long as the process lives; for tests, and for whoever shares one budget in one process. */
export class MemoryQuotaStore implements QuotaStore {
  #kept: { readonly version: number; readonly text: string } | undefined;

  read(): Promise<{ readonly version: number; readonly text: string } | undefined> {
    return Promise.resolve(this.#kept);
  }

  replace(version: number, text: string): Promise<boolean> {
    if ((this.#kept?.version ?? 0) !== version) return Promise.resolve(false);
    this.#kept = { version: version + 1, text };
    return Promise.resolve(true);
  }
}
