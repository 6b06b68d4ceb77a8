/** Where what is used of a venue's rate budget is kept: beside the journal, for the next life and for whoever else asks the same venue from this folder. */
import { join } from 'node:path';
import { MemoryQuotaStore } from '../../calls/index.ts';
import { fileQuotaStore } from '../../edges/files/index.ts';
import type { QuotaStore } from '../../ports/index.ts';

/** @param owner a name that no other process has */
export const quotaIn = (data: string, venue: string, owner: string): QuotaStore => fileQuotaStore(join(data, 'quota', venue), owner);

/** For who looks on and must leave nothing behind: it shares what a runtime keeps there, and where none has, or it may not write, it keeps its own count. */
export function quotaBeside(data: string, venue: string, owner: string): QuotaStore {
  const [kept, own] = [quotaIn(data, venue, owner), new MemoryQuotaStore()];
  const isKept = kept.read().then((found) => found !== undefined, () => false);
  return {
    read: async () => ((await isKept) ? kept : own).read(),
    replace: async (version, text) => ((await isKept) ? kept.replace(version, text).catch(() => true) : own.replace(version, text)),
  };
}
