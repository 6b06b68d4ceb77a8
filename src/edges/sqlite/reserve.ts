/**
 * Room set aside on the disk for the day it is full: given back then, so that the next start can still write down that it
 * halted, and what the venue answers meanwhile.
 */
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESERVE_BYTES = 1_024 * 1_024;
const PLENTY_BYTES = 8 * RESERVE_BYTES; // with less than this free, the reserve would be the trouble it is meant for

const reservePath = (directory: string): string => join(directory, 'reserve');

export function setAside(directory: string): void {
  try {
    const { bavail, bsize } = statfsSync(directory);
    if (existsSync(reservePath(directory)) || bavail * bsize < PLENTY_BYTES) return;
    writeFileSync(reservePath(directory), new Uint8Array(RESERVE_BYTES));
  } catch {
    giveBack(directory); // half a reserve is none
  }
}

export const giveBack = (directory: string): void => rmSync(reservePath(directory), { force: true });
