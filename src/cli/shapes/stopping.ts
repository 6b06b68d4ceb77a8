/** What the supervisor answers of a stop that needs no runtime. */
import { z } from 'zod';
import { count } from './words.ts';

const receipt = z.strictObject({ step: z.enum(['fence', 'remember', 'cancel', 'close', 'confirm', 'restart']), outcome: z.enum(['done', 'late']), tookMs: count.describe('since it was asked for'), detail: z.string() });
const venue = z.strictObject({
  venue: z.string(), state: z.enum(['waiting', 'working', 'CONFIRMED', 'NOT CONFIRMED']), sweeps: count, cancels: count, closings: count,
  open: z.array(z.string()).describe('what stands in the way, in words'), receipts: z.array(receipt),
});

export const stop = z.strictObject({
  id: z.string(), word: z.enum(['halt', 'cancel', 'flatten', 'kill']), by: z.string(), reason: z.string(), sinceMs: count, state: z.enum(['fencing', 'sweeping', 'confirmed', 'over']).describe('over: the runtime was started again'),
  remembered: z.boolean().describe('whether the emergency log has it'), receipts: z.array(receipt), venues: z.array(venue),
});
