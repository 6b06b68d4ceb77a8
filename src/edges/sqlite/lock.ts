/**
 * One writer per data folder. The lock is a lock of the kernel on `lock.db`, held for life: it goes when the process does,
 * however it dies, and a stopped process keeps it. `holder.json` beside it only tells people who it is.
 *
 * Nobody may open `lock.db` by other means: closing any handle of it would give the kernel's lock away.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError, storeErrorOf } from './errors.ts';

const SQLITE_BUSY = 5;

export class FolderLock {
  readonly #database: DatabaseSync;

  /** Throws StoreError `held`. */
  constructor(directory: string) {
    const holder = join(directory, 'holder.json');
    try {
      this.#database = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
    } catch (thrown) {
      throw storeErrorOf(thrown, `opening ${join(directory, 'lock.db')}`);
    }
    try {
      this.#database.exec('BEGIN EXCLUSIVE');
      writeFileSync(holder, `${JSON.stringify({ pid: process.pid })}\n`);
    } catch (thrown) {
      this.#database.close();
      if (((thrown as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_BUSY) throw storeErrorOf(thrown, `locking ${directory}`);
      throw new StoreError('held', `${nameOf(holder)} has ${directory} open`);
    }
  }

  release(): void {
    this.#database.close();
  }
}

/** Whether a living process holds the folder. For other processes than the holder. */
export function isHeld(directory: string): boolean {
  const database = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (thrown) {
    if (((thrown as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_BUSY) throw storeErrorOf(thrown, `looking at the lock of ${directory}`);
    return true;
  } finally {
    database.close();
  }
}

function nameOf(holder: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(holder, 'utf8')) as { readonly pid?: unknown };
    if (typeof pid === 'number') return `process ${pid}`;
  } catch {
    // being written at this moment, or never was: the lock itself is what counts
  }
  return 'another process';
}
