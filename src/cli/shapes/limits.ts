/** What a running runtime answers about limits and their changes. */
import { z } from 'zod';
import { amount, at, correlationId } from './words.ts';

const change = z.strictObject({ limit: z.string(), from: z.string(), to: z.string(), direction: z.enum(['tighter', 'looser', 'other']).describe('`other`: partly both, or not to be compared') });
const held = z.strictObject({
  id: z.string(), by: z.string(), person: z.boolean().describe('false: a start or a signal asked'), reason: z.string(), since: at, until: at.describe('from then on it is void'), changes: z.array(change),
}).nullable();

const override = z.strictObject({
  id: z.string(), control: z.string(), venue: z.string(), symbol: z.string(), strategy: z.string(), side: z.enum(['buy', 'sell']), quantity: amount.describe('the largest order'), by: z.string(), reason: z.string(), until: at,
  grantedBy: z.string().nullable(), usedBy: z.string().nullable().describe('the order that passed by it'),
});

export const reload = z.strictObject({ inForce: z.array(change).describe('in force from now on'), held, warnings: z.array(z.string()), correlationId });
export const limitsLs = z.strictObject({
  limits: z.array(z.strictObject({ limit: z.string(), value: z.string() })), missing: z.array(z.strictObject({ limit: z.string(), was: z.string() })).describe('limits that are not configured any more: each blocks'),
  held, temporary: z.strictObject({ by: z.string(), reason: z.string(), until: at, changes: z.array(change).describe('what becomes of it then') }).nullable(), overrides: z.array(override), approvers: z.array(z.string()),
});
export const limitsOverride = z.strictObject({ override: override.nullable(), correlationId });
export const limitsReject = z.strictObject({ id: z.string(), by: z.string(), askedBy: z.string().nullable(), withdrawn: z.boolean().describe('by the one who had asked for it'), correlationId });
export const limitsApprove = z.strictObject({ id: z.string(), by: z.string(), inForce: z.array(change), until: at.nullable().describe('null: for good'), correlationId });
