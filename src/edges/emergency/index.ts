/**
 * The emergency log on this machine's disk: in the data folder, in `emergency/`, one preallocated file per writer. Needs no SQLite.
 */
export { openEmergencyLog } from './folder-log.ts';
export { fileSheet } from './file-sheet.ts';
