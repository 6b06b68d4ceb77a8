/** Circuits, as a running runtime tells them. docs/reference/http-api.md says what each field means. */
import { z } from 'zod';
import { at, correlationId, count } from './words.ts';

const until = z.union([at, z.literal('a person closes it')]);
const counts = { calls: count, failures: count, slow: count, inARow: count };
const breaker = z.strictObject({
  name: z.string(), guards: z.enum(['orders', 'reads', 'prices', 'new risk']), phase: z.enum(['closed', 'open', 'half-open']), sentence: z.string(), until: until.optional(),
  held: z.strictObject({ as: z.enum(['open', 'closed', 'metrics-only']), until, by: z.string(), reason: z.string() }).optional(),
  lastOpened: z.strictObject({
    at, rule: z.string(), windowMs: count, counts: z.strictObject(counts), errors: z.array(z.string()), streak: count,
    reason: z.string().optional(), evidence: z.record(z.string(), z.string()).optional(), by: z.string().optional(),
  }).optional(),
  lately: z.strictObject({ ...counts, errors: z.array(z.string()) }).optional(),
  rules: z.strictObject({
    failuresToOpen: count.nullable(), failurePercent: count, slowPercent: count, slowAfterMs: count, leastCalls: count, windowMs: count, openMs: count, openMostMs: count, jitterPercent: count,
    successesToClose: count, probeTimeoutMs: count, rampMs: count,
  }).optional(),
});

export const breakersLs = z.strictObject({ breakers: z.array(breaker) });
export const breakersShow = z.strictObject({ breaker });
export const breakersDid = z.strictObject({ breaker, correlationId });
