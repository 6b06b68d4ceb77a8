/**
 * The emergency log in memory: it outlives processes, as a disk does, and everything that goes wrong with a file goes wrong
 * here on command. The bytes are those of a file; only the file is not there.
 */
import { FIRST_MARK, readEmergencies, SLOT_BYTES, SlottedLog } from '../journal/index.ts';
import type { EmergencyReading, EmergencySheet } from '../journal/index.ts';
import type { EmergencyLog } from '../ports/index.ts';

const HEADS = 2;

/** What befalls one write. `torn`: its first bytes are there and the answer is an error. `hangs`: it never answers; its bytes are there or not. */
export type SheetFault = { readonly kind: 'refused' } | { readonly kind: 'torn'; readonly keepBytes: number } | { readonly kind: 'hangs'; readonly written: boolean };

export type MemoryLogOptions = {
  /** Asked once per write, in order. */
  readonly fault?: () => SheetFault | undefined;
  /** How long a write takes; without it none takes any time. */
  readonly write?: { readonly timer: (delayMs: number, run: () => void) => unknown; readonly delayMs: () => number };
};

/** The place where a log lies. */
export class EmergencyPlace {
  readonly bytes: number;
  content: Uint8Array | undefined;
  readonly aside: Uint8Array[] = [];
  #opened = 0;

  constructor(slots = 40) {
    this.bytes = (HEADS + slots) * SLOT_BYTES;
  }

  /** A process opens it. Whoever had it open before is dead. */
  open(options: MemoryLogOptions = {}): EmergencyLog {
    const log = new SlottedLog(this.#sheet(options));
    const writer = 'runtime';
    return {
      prepare: () => log.prepare(),
      append: (said) => log.append(said),
      read: async () => (this.content === undefined ? [] : [{ writer, ...(await log.read()) }]),
      letGo: (name, mark, journal, afresh) => (name === writer ? log.letGo(mark, journal, afresh).then(() => undefined, (thrown: unknown) => ({ cause: 'failed', detail: String(thrown) })) : Promise.resolve(undefined)),
      close: () => log.close(),
    };
  }

  /** What stands there now, for checkers. */
  get reading(): EmergencyReading {
    return this.content === undefined ? { journal: '', base: FIRST_MARK, records: [], end: FIRST_MARK, finding: undefined } : readEmergencies(this.content, this.bytes);
  }

  #sheet({ fault, write }: MemoryLogOptions): EmergencySheet {
    this.#opened += 1;
    const opened = this.#opened;
    const put = (at: number, bytes: Uint8Array): void => {
      if (opened === this.#opened) this.content?.set(bytes, at); // what a dead process had not written by now never comes
    };
    const taking = (): Promise<void> => (write === undefined ? Promise.resolve() : new Promise((resolve) => void write.timer(write.delayMs(), resolve)));
    return {
      bytes: this.bytes,
      read: () => Promise.resolve(this.content?.slice()),
      readAt: (at, length) => Promise.resolve(this.content?.slice(at, at + length) ?? new Uint8Array()),
      make: (bytes, keepAs) => {
        if (keepAs !== undefined && this.content !== undefined) this.aside.push(this.content);
        this.content = bytes.slice();
        return Promise.resolve();
      },
      writeAt: async (at, bytes) => {
        const befallen = fault?.();
        await taking();
        if (befallen === undefined) return put(at, bytes);
        if (befallen.kind === 'torn') put(at, bytes.subarray(0, befallen.keepBytes));
        if (befallen.kind === 'hangs') {
          if (befallen.written) put(at, bytes);
          await new Promise(() => undefined);
        }
        throw new Error(befallen.kind === 'torn' ? 'the write was torn' : 'the disk refused the write');
      },
      close: () => Promise.resolve(),
    };
  }
}
