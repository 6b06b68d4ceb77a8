/**
 * A file to which whole lines are appended and which keeps them: the log of the exchange, on a disk.
 * Owns bytes and their durability; does not know what a line means.
 *
 *   F1. An append resolves only after `fdatasync` has covered its lines and all lines before them.
 *   F2. A line without its end was never acknowledged: it is cut off when the file is opened.
 *   F3. After a failed write or sync nothing is acknowledged any more: what the disk then holds is only known by opening again.
 */
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BreakwaterError, reasonOf } from '../../base/index.ts';

export interface LineLog {
  /** Every whole line, in order. */
  read(): Promise<readonly string[]>;
  append(lines: readonly string[]): Promise<void>;
  /** Waits for appends under way, then gives the file back. */
  close(): Promise<void>;
}

export class LineLogError extends BreakwaterError {
  readonly code = 'BW-4821';
  readonly retryable = false;
  constructor(path: string, why: string) {
    super(`The log ${path} takes no more lines: ${why}. Whether the last ones are on the disk is not known; free or mend the disk, then open the log again.`);
  }
}

/** Opens the log at `path`, with its folder if need be, and cuts off a torn last line. */
export async function openLineLog(path: string): Promise<LineLog> {
  const file = await openFile(path);
  try {
    const bytes = await file.readFile();
    const wholeBytes = bytes.lastIndexOf(NEWLINE) + 1;
    if (wholeBytes < bytes.length) await file.truncate(wholeBytes); // F2
    await file.datasync();
    await syncFolder(dirname(path)); // or a new file could be lost with its name
    return new GroupedLog(path, file);
  } catch (thrown) {
    await file.close();
    throw new LineLogError(path, reasonOf(thrown));
  }
}

const NEWLINE = 0x0a;

async function openFile(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, 'a+');
  } catch (thrown) {
    throw new LineLogError(path, reasonOf(thrown));
  }
}

type Waiting = { readonly text: string; readonly resolve: () => void; readonly reject: (cause: unknown) => void };

/** Appends that arrive while one sync is under way share the next. */
class GroupedLog implements LineLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #broken: LineLogError | undefined;

  constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  async read(): Promise<readonly string[]> {
    const { size } = await this.#file.stat();
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await this.#file.read(bytes, at, size - at, at);
      if (bytesRead === 0) throw new LineLogError(this.#path, 'it became shorter while it was read');
      at += bytesRead;
    }
    return bytes.toString('utf8').split('\n').slice(0, -1);
  }

  append(lines: readonly string[]): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    if (lines.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: `${lines.join('\n')}\n`, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    this.#broken ??= new LineLogError(this.#path, 'it was closed');
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // appends of the same turn go together
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#file.appendFile(batch.map(({ text }) => text).join(''));
        await this.#file.datasync();
        for (const { resolve } of batch) resolve(); // F1
      } catch (thrown) {
        this.#broken = new LineLogError(this.#path, reasonOf(thrown)); // F3
        for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(this.#broken);
      }
    }
    this.#writing = undefined;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
