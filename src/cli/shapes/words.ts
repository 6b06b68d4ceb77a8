/** Words that occur in many shapes. Objects are strict: a field that is shown and not listed here is found by the contract test. */
import { z } from 'zod';

export const at = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/).describe('ISO 8601, in UTC');
export const count = z.int().nonnegative();
export const counts = z.record(z.string(), count);
export const amount = z.strictObject({ amount: z.string().regex(/^-?\d+(?:\.\d+)?$/).describe('decimal text, never a float'), asset: z.string() });
export const code = z.string().regex(/^BW-\d{4}$/);
export const hash = z.string().regex(/^[0-9a-f]{64}$/);
export const money = z.enum(['live', 'paper', 'sim']);
export const correlationId = z.string();

export const gate = z.strictObject({
  state: z.enum(['ACTIVE', 'REDUCING', 'HALTED', 'FLATTENING', 'LOCKED']), by: z.string(), reason: z.string(), since: at.nullable(), remembered: z.boolean().optional().describe('without a journal: whether the emergency log has it'),
});

export const reconciled = z.strictObject({ agreed: z.boolean(), at, ageMs: count }).nullable();

export const difference = z.strictObject({ asset: z.string(), books: amount, venue: amount, pendingFeesAtLeast: amount, pendingFeesAtMost: amount });

/** What a runtime without a journal says of each venue. */
export const sweep = z.strictObject({ venue: z.string(), asked: z.array(z.string()), open: z.array(z.string()).optional(), why: z.string().optional() });

export const entry = z.strictObject({
  seq: count, epoch: count, atMs: count, at, wallMs: count, bootId: z.string(), actor: z.string(), correlationId, type: z.string(), typeVersion: count, payloadHash: hash, hash,
  payload: z.unknown().describe('as docs/reference/facts.md says of this type'),
});

export const failure = z.strictObject({
  code, title: z.string(), detail: z.string(), because: z.string().optional(), did: z.string().optional(), doNext: z.array(z.string()).optional(),
  retry: z.enum(['no', 'yes', 'later', 'same-key']), correlationId: correlationId.optional(), problems: z.array(z.unknown()).optional().describe('everything that is wrong with a configuration'),
});
