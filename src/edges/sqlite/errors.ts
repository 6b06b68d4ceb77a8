/**
 * Why a data folder cannot be opened, read or written, one code per cause, and what to do about each.
 *
 * Owns the words. Every message says what happened to the orders: without a journal none leaves.
 */
import { BreakwaterError, reasonOf } from '../../base/index.ts';
import type { ErrorCode } from '../../base/index.ts';

export type StoreCause =
  | 'held' | 'disk-full' | 'io-error' | 'read-only' | 'damaged' | 'tail-lost' | 'emptied' | 'replaced' | 'anchor-lost' | 'foreign' | 'closed' | 'failed' | 'index-behind' | 'backup';

const restore = 'Restore the data folder from a backup or a standby, or keep this one aside for the record and start a new one; then reconcile with the venue before trading';

/** Also the source of the reference of errors. */
export const storeCauses: Readonly<Record<StoreCause, { readonly code: ErrorCode; readonly title: string; readonly whatToDo: string }>> = {
  held: { code: 'BW-7101', title: 'Another process holds the data folder', whatToDo: 'Use the running one (breakwater status), stop it, or give this one a folder of its own with --data. A holder that is dead no longer counts; one that is only stopped does, until it is killed' },
  'disk-full': { code: 'BW-7102', title: 'The disk is full', whatToDo: 'Free space on the disk of the data folder and start again. What was acknowledged is safe, and a reserve was given back, so that a start can still write down that it halted' },
  'io-error': { code: 'BW-7103', title: 'The disk failed to read or write', whatToDo: 'Look at the disk (dmesg, smartctl, quotas and size limits) before starting again; the last entries are read afresh at the next start' },
  'read-only': { code: 'BW-7104', title: 'The data folder cannot be written', whatToDo: 'Give this user write access to the folder, or mount it writable. For reading only, use "breakwater journal verify" or "breakwater journal tail"' },
  damaged: { code: 'BW-7105', title: 'The journal file is damaged', whatToDo: `Run "breakwater journal verify" to see where. ${restore}` },
  'tail-lost': { code: 'BW-7106', title: 'Acknowledged entries are missing at the end of the journal', whatToDo: `The file journal.db-wal was probably cut, damaged or deleted; put it back if you have it. ${restore}` },
  emptied: { code: 'BW-7107', title: 'The journal file is missing or was cut to nothing', whatToDo: restore },
  replaced: { code: 'BW-7108', title: 'The journal file is not the one this folder belongs to', whatToDo: `Put the right journal.db back, with its journal.db-wal. ${restore}` },
  'anchor-lost': { code: 'BW-7109', title: 'The anchor file is missing or damaged', whatToDo: 'Nothing proves that the end of the journal is whole. Put the file "anchor" back; or run "breakwater journal verify", compare the head with the venue, a backup or a standby, and then run "breakwater journal rebuild-anchor"' },
  foreign: { code: 'BW-7110', title: 'The file is no journal that this release can read', whatToDo: 'Check the path given with --data; for a newer format, start the release that wrote it' },
  closed: { code: 'BW-7111', title: 'The store is closed', whatToDo: 'Open it again' },
  failed: { code: 'BW-7112', title: 'The store failed in an unexpected way', whatToDo: 'Start again; the last entries are read afresh. Report it if it happens twice' },
  'index-behind': { code: 'BW-7116', title: 'The index of older keys lacks what the journal left behind', whatToDo: 'Put segments/keys.db back if you have it, or stop the runtime and run "breakwater journal reindex", which makes it anew from the segments' },
  backup: { code: 'BW-7117', title: 'This is a backup, not a data folder', whatToDo: 'Make a data folder of it with "breakwater backup restore FOLDER --data NEW-FOLDER", which shuts the gate; a backup is never traded on' },
};

export class StoreError extends BreakwaterError {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly reason: StoreCause;
  readonly detail: string;

  constructor(reason: StoreCause, detail: string) {
    const { code, title, whatToDo } = storeCauses[reason];
    super(`${title}: ${detail}. No order leaves without the journal. ${whatToDo}.`);
    this.code = code;
    this.retryable = reason === 'held';
    this.reason = reason;
    this.detail = detail;
  }
}

export type BackupCause = 'occupied' | 'unfinished' | 'unproven';

/** Also the source of the reference of errors. */
export const backupCauses: Readonly<Record<BackupCause, { readonly code: ErrorCode; readonly title: string; readonly whatToDo: string }>> = {
  occupied: { code: 'BW-7113', title: 'The folder is not free', whatToDo: 'Name a folder that is new or empty; nothing was written' },
  unfinished: { code: 'BW-7114', title: 'This is no finished backup', whatToDo: 'Its making was cut off, or the path is wrong. Take another one, or name the folder that holds manifest.json' },
  unproven: { code: 'BW-7115', title: 'The backup cannot be believed', whatToDo: 'Do not restore it. Take another one, or restore an older one; "breakwater backup verify" names everything that is wrong' },
};

/** A backup was not taken, or not restored. Orders are not touched by either. */
export class BackupError extends BreakwaterError {
  readonly code: ErrorCode;
  readonly retryable = false;
  readonly reason: BackupCause;

  constructor(reason: BackupCause, detail: string) {
    const { code, title, whatToDo } = backupCauses[reason];
    super(`${title}: ${detail}. ${whatToDo}.`);
    this.code = code;
    this.reason = reason;
  }
}

const byResultCode: Readonly<Record<number, StoreCause>> = { 8: 'read-only', 10: 'io-error', 11: 'damaged', 13: 'disk-full', 14: 'read-only', 26: 'damaged' };
const byFileError: Readonly<Record<string, StoreCause>> = {
  ENOSPC: 'disk-full', EDQUOT: 'disk-full', EFBIG: 'io-error', EIO: 'io-error', EACCES: 'read-only', EPERM: 'read-only', EROFS: 'read-only',
};

/** What SQLite or the file system threw, as one of our causes. */
export function storeErrorOf(thrown: unknown, doing: string): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const { errcode, code } = thrown as { readonly errcode?: unknown; readonly code?: unknown };
  const cause = typeof errcode === 'number' ? byResultCode[errcode & 0xff] : typeof code === 'string' ? byFileError[code] : undefined;
  const number = typeof errcode === 'number' ? ` (SQLite ${errcode})` : '';
  return new StoreError(cause ?? 'failed', `${doing}: ${reasonOf(thrown)}${number}`);
}
