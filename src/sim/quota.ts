/** What is used of a rate budget, kept by a machine: it outlives the processes on it, and takes its time as a disk does. */
import { MemoryQuotaStore } from '../calls/index.ts';
import type { Clock, QuotaStore } from '../ports/index.ts';
import type { SimProcess } from './process.ts';

export class QuotaPlace {
  readonly #kept = new MemoryQuotaStore();

  /** As a process sees it: it ends with it, and what was on its way to the disk may have arrived. */
  open(process: SimProcess, disk: { readonly timer: Clock['timer']; readonly delayMs: () => number }): QuotaStore {
    const later = <T>(perform: () => Promise<T>): Promise<T> => new Promise((resolve, reject) => void disk.timer(disk.delayMs(), () => { perform().then(resolve, reject); }));
    return {
      read: process.wrap('quota.read', () => later(() => this.#kept.read())),
      replace: process.wrap('quota.replace', (version: number, text: string) => later(() => this.#kept.replace(version, text))),
    };
  }
}
