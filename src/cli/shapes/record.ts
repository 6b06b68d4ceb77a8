/** What is told of the record itself. */
import { z } from 'zod';
import { at, correlationId, count, entry, hash } from './words.ts';

const kinds = ['header', 'payload', 'hash', 'removed', 'inserted', 'moved', 'order', 'cut', 'rewritten', 'identity', 'anchor', 'segment', 'keys', 'fact', 'unreadable'] as const;

export const journalVerify = z.strictObject({
  findings: z.array(z.strictObject({ kind: z.enum(kinds), seq: count, detail: z.string() })).describe('the first hundred'),
  findingCount: count, entries: count, head: z.strictObject({ seq: count, hash }), anchored: z.boolean().describe('the end was compared with the anchor'), format: count.describe('of the record, at its end'),
});

export const journalRaiseFormat = z.strictObject({ format: count.describe('from here on'), correlationId });

export const journalLine = entry;

export const journalReindex = z.strictObject({
  entries: count, openSegment: count, rows: count.describe('that were left behind'), fromSegment: count, goneOnFrom: count.nullable().describe('the segment to which an index reached that was there'),
  gap: z.boolean().describe('what removed segments left behind is forgotten'),
});

export const journalAnchor = z.strictObject({ head: z.strictObject({ seq: count, hash }) });

const head = z.strictObject({ seq: count, hash, epoch: count });
const backup = z.strictObject({
  format: z.literal(1), journal: z.string(), journalFormat: count, head, entries: count, openSegment: count, keysThrough: count, takenAt: at, version: z.string(), source: z.string(), files: count, bytes: count,
});
const folder = z.string();

export const backupCreate = backup.extend({ folder });
export const backupVerify = z.strictObject({
  folder, backup: backup.nullable(), entries: count, findings: z.array(z.strictObject({ kind: z.string(), at: z.string().describe('a file, or an entry'), detail: z.string() })), findingCount: count,
});
export const backupList = z.strictObject({
  folder, backups: z.array(z.union([backup.extend({ name: z.string(), finished: z.literal(true) }), z.strictObject({ name: z.string(), finished: z.literal(false), why: z.string() })])),
});
export const backupRestore = z.strictObject({
  folder, backup, head, gate: z.literal('HALTED'), original: z.strictObject({ folder, held: z.boolean().nullable().describe('by a living process of this machine; null where that cannot be seen') }),
});
