/** What a running runtime answers about worth and loss. */
import { z } from 'zod';
import { amount, at, count } from './words.ts';

const levelName = z.enum(['normal', 'elevated', 'high', 'extreme']);
export const level = z.strictObject({ level: levelName, since: at.nullable(), causes: z.array(z.string()).describe('the limits that have it') });

const account = z.strictObject({
  currency: z.string(), onLossLimit: z.enum(['reduce', 'halt', 'flatten']).describe('what follows where a limit on loss is reached'), actedAt: at.nullable().describe('the newest trip of which what follows was done'), equity: amount.nullable().describe('null while it is not known'), looked: z.strictObject({ at, ageMs: count }).nullable(), unvalued: z.array(z.string()).describe('why it is not known; empty while it is'),
  day: z.strictObject({
    key: z.string().regex(/^\d{4}-\d\d-\d\d$/), zone: z.string(), endsAt: at, opening: amount.describe('what the account was worth'), result: amount.nullable().describe('gained; lost where it is less than zero'), lossLimit: amount.nullable(),
    traded: z.array(z.strictObject({ venue: z.string(), asset: z.string(), realised: amount.describe('by average cost, after fees'), fees: amount.describe('at their most until the venue tells them'), other: amount.describe('corrections within the tolerance') })),
  }).nullable(),
  drawdown: z.strictObject({ percent: z.number().nullable(), limitPercent: z.number().nullable(), best: amount.nullable() }),
  rounds: z.array(z.strictObject({ venue: z.string(), symbol: z.string(), lost: z.boolean(), at })).describe('the last round trips, the oldest first'),
});

export const risk = level.extend({
  account: account.nullable().describe('null where no currency is configured'),
  levels: z.array(z.strictObject({ cause: z.string(), level: levelName, since: at, usedPercent: z.number(), observed: z.string(), limit: z.string() })).describe('limits of which half or more is used'),
  breakers: z.array(z.strictObject({ name: z.string(), phase: z.enum(['open', 'half-open', 'closed']), until: at.nullable().describe('null: until a person resets it'), why: z.string() })),
});
