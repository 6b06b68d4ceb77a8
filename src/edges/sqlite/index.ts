/**
 * The journal on this machine's disk: SQLite in a thread of its own, one writer per folder, an anchor outside the database.
 *
 * In a data folder: `journal.db` with its `-wal` and `-shm` (the entries), `anchor` (where they ended, for finding a loss),
 * `lock.db` (held by the writer for life), `holder.json` (who that is, for people) and `reserve` (room for the day the disk is full).
 * In `segments/`: a read-only file for each closed segment, `index.json` (what they hold) and `keys.db` (the index of older keys).
 */
export { readAnchor } from './anchor.ts';
export { openSqliteStore } from './store.ts';
export type { OpenStoreOptions, SqliteStore } from './store.ts';
export { openKeys } from './keys.ts';
export type { KeyArchive } from './keys.ts';
export { createBackup } from './backup.ts';
export type { BackupStep } from './backup.ts';
export { listBackups, verifyBackup } from './backup-check.ts';
export { originalIsHeld, restoreBackup } from './restore.ts';
export type { Manifest } from './manifest.ts';
export { BackupError, StoreError, backupCauses, storeCauses } from './errors.ts';
export type { BackupCause, StoreCause } from './errors.ts';
export { firstKept, makeKeysAnew } from './keys-anew.ts';
export type { KeysAnew } from './keys-anew.ts';
export { openReader } from './reader.ts';
export { verifyFolder } from './verify-folder.ts';
export type { EntryReader, FolderVerdict } from './verify-folder.ts';
export type { JournalReader } from './reader.ts';
export { journalBytes } from './place.ts';
export { FORMAT as JOURNAL_FORMAT } from './schema.ts';
