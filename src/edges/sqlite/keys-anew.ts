/**
 * The index of older keys while it is made anew: beside its place, and put there in one step.
 *
 *   N1. Only by whoever holds the folder. Cut off anywhere, the old index is there, or none: never half of one.
 *   N2. What removed segments left behind is in no segment any more: an index that has it is gone on with, or its loss is named.
 */
import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { GENESIS_HASH } from '../../journal/index.ts';
import type { Origin } from '../../journal/index.ts';
import type { Archive } from '../../ports/index.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { KeyFile, keysPath } from './key-file.ts';
import { FolderLock } from './lock.ts';
import { readIndex, renamed, segmentsFolder, syncPath } from './segment-files.ts';

export interface KeysAnew extends Pick<Archive, 'keep'> {
  /** What an index that was there before is still good for, or undefined where all is made from the segments. */
  readonly goesOnFrom: number | undefined;
  /** Puts it in its place. */
  finish(): void;
  /** Lets go of the folder; what was not finished is gone. */
  close(): void;
}

/** The first entry that is still kept, and the segment it begins. */
export function firstKept(directory: string): Origin & { readonly segment: number } {
  const lines = readIndex(directory);
  const kept = lines.find(({ removed }) => !removed);
  if (kept !== undefined) return { seq: kept.firstSeq, previousHash: kept.previousHash, segment: kept.number };
  const last = lines.at(-1);
  return last === undefined ? { seq: 1, previousHash: GENESIS_HASH, segment: 1 } : { seq: last.lastSeq + 1, previousHash: last.lastHash, segment: last.number + 1 };
}

/** @param acceptGap make it although what removed segments left behind cannot be known any more. Throws StoreError. */
export function makeKeysAnew(directory: string, identity: string, acceptGap: boolean): KeysAnew {
  const [path, fresh] = [keysPath(directory), `${keysPath(directory)}.new`];
  const lock = new FolderLock(directory);
  const discard = (which: string): void => ['', '-wal', '-shm', '-journal'].forEach((end) => rmSync(`${which}${end}`, { force: true }));
  let file: KeyFile | undefined;
  try {
    discard(fresh);
    const { segment } = firstKept(directory);
    const reach = segment === 1 ? undefined : copyOf(path, fresh, identity); // N2
    if (segment > 1 && (reach ?? 0) < segment) {
      discard(fresh);
      if (!acceptGap) throw new StoreError('index-behind', `segments 1 to ${segment - 1} were removed, and no index is there that has what they left behind; put ${path} from a backup there, or accept with --accept-gap that a repetition of something that old will look new`);
    }
    const goesOnFrom = reach !== undefined && reach >= segment ? reach : undefined;
    const made = (file = new KeyFile(directory, identity, fresh));
    return {
      goesOnFrom,
      keep: (rows, number) => Promise.resolve(made.keep(rows, number)),
      finish() {
        made.close();
        file = undefined;
        discard(path);
        renamed(fresh, path);
        syncPath(segmentsFolder(directory));
      },
      close() {
        file?.close();
        discard(fresh);
        lock.release();
      },
    };
  } catch (thrown) {
    file?.close();
    lock.release();
    throw storeErrorOf(thrown, `making ${path} anew`);
  }
}

/** @returns how far the copy reaches, or undefined where there is nothing that can be gone on with */
function copyOf(path: string, to: string, identity: string): number | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const about = source.prepare('SELECT identity, through_segment AS reach FROM about').get() as { identity: string; reach: number } | undefined;
      if (about?.identity !== identity || source.prepare('PRAGMA integrity_check').get()?.['integrity_check'] !== 'ok') return undefined;
      source.prepare('VACUUM INTO ?').run(to);
      return about.reach;
    } finally {
      source.close();
    }
  } catch {
    return undefined; // damaged: what it held is as good as lost
  }
}
