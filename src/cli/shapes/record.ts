/** What is told of the record itself. */
import { z } from 'zod';
import { count, entry, hash } from './words.ts';

const kinds = ['header', 'payload', 'hash', 'removed', 'inserted', 'moved', 'order', 'cut', 'rewritten', 'identity', 'anchor', 'segment', 'unreadable'] as const;

export const journalVerify = z.strictObject({
  findings: z.array(z.strictObject({ kind: z.enum(kinds), seq: count, detail: z.string() })).describe('the first hundred'),
  findingCount: count, entries: count, head: z.strictObject({ seq: count, hash }), anchored: z.boolean().describe('the end was compared with the anchor'),
});

export const journalLine = entry;
