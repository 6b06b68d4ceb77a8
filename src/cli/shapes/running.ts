/** The lines of commands that run for a while, and what a simulation comes to. */
import { z } from 'zod';
import { code, count, counts, hash } from './words.ts';

const url = z.string().regex(/^http:\/\//);
const assetView = z.strictObject({ asset: z.string(), books: z.string(), feesPending: z.string(), venue: z.string(), verdict: z.enum(['equal', 'within-fees', 'differs']) });
const booksView = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('compared'), agree: z.boolean(), exact: z.boolean(), assets: z.array(assetView) }),
  z.strictObject({ kind: z.literal('moving') }),
  z.strictObject({ kind: z.literal('unread'), why: z.string() }),
]);

export const demoLine = z.union([
  z.strictObject({ event: z.literal('ready'), exchange: url, listening: url, controlSocket: z.string(), logFile: z.string() }),
  z.strictObject({
    event: z.literal('order'), orderId: z.string(), side: z.string(), symbol: z.string(), type: z.string(), key: z.string(), seq: count, startedAtMs: count, phases: z.array(z.string()),
    endedAtMs: count.optional(), why: z.string().optional(), clientOrderId: z.string().optional(), tookMs: count,
  }),
  z.strictObject({ event: z.literal('notice'), type: z.string(), text: z.string() }),
  z.strictObject({ event: z.literal('books'), ...booksView.options[0].shape }),
  z.strictObject({ event: z.literal('books'), ...booksView.options[1].shape }),
  z.strictObject({ event: z.literal('books'), ...booksView.options[2].shape }),
  z.strictObject({
    schema: z.literal('breakwater/demo/1'), ok: z.boolean(), orders: count, fills: count, unknown: count, live: count, duplicates: count, booksAgree: z.boolean(), blocked: count, rejected: count,
    abandoned: count, doubted: count, intakes: count, sentAgain: count, unanswered: z.array(z.unknown()), refused: count, lost: z.array(z.unknown()), uncalled: z.array(z.unknown()),
    exchangeOrders: count.nullable(), faults: counts, books: z.union([z.array(assetView), booksView]), journalHead: z.union([hash, z.literal('')]), journalSeq: count, boots: count, broken: z.string().optional(),
  }).describe('the last line'),
]);

export const startLine = z.strictObject({ listening: url, controlSocket: z.string(), stranded: z.strictObject({ code, message: z.string() }).optional() });

export const exchangeLine = z.strictObject({ listening: url });

export const sim = z.strictObject({
  runs: count, intents: count, simulatedMs: count, faults: counts, states: counts, seed: count.optional(), journalHash: hash.optional(),
  failed: z.array(z.strictObject({
    seed: count, verdict: z.string(), invariant: z.string().optional(), detail: z.string().optional(), journalHash: hash, needs: z.array(z.string()).optional(), tail: z.array(z.string()),
  })),
});
