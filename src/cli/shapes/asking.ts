/** What a running runtime answers. docs/reference/http-api.md says what each field means. */
import { z } from 'zod';
import { stop as independentStop } from './stopping.ts';
import { amount, at, code, correlationId, count, counts, difference, entry, gate, hash, money, reconciled, sweep } from './words.ts';
import { level } from './risk.ts';

const process = z.strictObject({ pid: count.nullable(), bootId: z.string(), epoch: count, version: z.string(), startedAt: at, uptimeMs: count });
const silence = z.strictObject({ since: at, lastHeard: at.nullable(), cutOff: z.boolean() }).nullable();

const venue = z.strictObject({
  name: z.string(), ready: z.boolean(), why: z.string().describe('it is not ready'), connected: z.boolean(),
  suspended: z.strictObject({ cause: z.string(), detail: z.string() }).nullable(), reconciled, differences: z.array(difference),
  unread: z.strictObject({ stream: counts, answers: counts }).describe('what it said that was thrown away, by reason, since this process began'),
  gateway: z.strictObject({
    lanes: z.record(z.string(), z.strictObject({ places: count.describe('requests that hold one'), waiting: count.describe('for a place') })),
    remaining: counts.describe('requests that it still allows, by its limits'), limited: count.describe('answers of 429 since this process began'), limitedForMs: count,
    banned: count, bannedForMs: count, heldBack: counts.describe('requests that were not let out, by why'), repeated: count.describe('reads that were asked again'),
  }).nullable().describe('the way out to it'),
  instruments: z.array(z.string()), quarantined: z.array(z.strictObject({ symbol: z.string(), cause: z.string() })),
  deadMan: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('none'), cancelOnDisconnect: z.boolean() }),
    z.strictObject({ state: z.literal('armed'), withinMs: count, until: at, leftMs: count, cancelOnDisconnect: z.boolean() }),
    z.strictObject({ state: z.literal('not-armed'), since: at, why: z.string(), cancelOnDisconnect: z.boolean() }),
  ]).describe('what the venue does when we fall silent: its own timer, and whether the end of our stream cancels too'),
});

const formats = z.strictObject({ reads: count, writes: count }).describe('up to which this release reads and writes');

const follower = z.strictObject({
  state: z.enum(['following', 'waiting', 'differs', 'stopped']), seq: count, lag: count.describe('entries on the disk that it has not folded'),
  compared: z.strictObject({ seq: count, ageMs: count }).nullable().describe('when it last agreed with what decides'), snapshotSeq: count,
}).nullable().describe('the second fold of what is on the disk');

const componentState = z.enum(['healthy', 'degraded', 'critical', 'failed', 'recovering', 'stopped', 'unknown']);
const safety = z.strictObject({
  state: z.enum(['healthy', 'degraded', 'critical', 'emergency-shutdown', 'recovering', 'failed', 'unwatched']), since: at.nullable(), cause: z.string(),
  restriction: z.enum(['none', 'halved', 'reduce-only', 'stop']).describe('what it means for new orders'), components: count.describe('that are watched'),
  worst: z.strictObject({ name: z.string(), state: componentState, since: at, cause: z.string() }).nullable(),
  awaits: z.string().nullable().describe('what is wanted for the next better state, and of whom'), until: at.nullable().describe('when it comes back, where nothing but time is wanted'),
}).describe('the whole, by its components');

const step = z.strictObject({ step: z.enum(['cancel', 'verify', 'close', 'confirm', 'disconnect', 'callback']), outcome: z.enum(['done', 'late', 'failed']), detail: z.string(), count, tookMs: count, at });
const stop = z.strictObject({
  id: z.string(), word: z.enum(['kill', 'flatten']), scope: z.string(), by: z.string(), reason: z.string(), plan: z.string().optional(), began: at, outcome: z.enum(['running', 'CONFIRMED', 'NOT CONFIRMED']),
  tookMs: count.optional(), open: z.array(z.string()).describe('what is not known to be stopped'), venues: z.array(z.strictObject({ venue: z.string(), confirmed: z.boolean(), steps: z.array(step) })),
  callbacks: z.array(step), closings: count.describe('instruments that were closed'),
}).describe('the receipt of a kill or a flatten');

const running = z.strictObject({
  sentence: z.string(), instance: z.string(), money, state: z.enum(['trading', 'waiting', 'reducing', 'halted', 'stopped']), gate, safety, ladder: z.array(gate.extend({ scope: z.string() })).describe('the system, and every scope that does not stand at ACTIVE'), stops: z.array(stop), venues: z.array(venue),
  orders: z.strictObject({ live: count, unknown: count, phases: counts, done: count, foreignOpen: count }),
  books: z.object({ openDifferences: count, pendingFees: count, booksAgree: z.boolean() }).catchall(count).describe('and how often what was booked'),
  signals: z.strictObject({ sinceStart: z.record(z.string(), counts), bursts: z.record(z.string(), at).describe('sources that delivered so fast that TradingView stops an alert, and when'), refusals: z.strictObject({ public: counts, control: counts }).describe('by code, since this process began'), recorded: counts, heartbeats: z.record(z.string(), z.strictObject({ lastHeard: at.nullable(), silent: silence })) }),
  risk: level.describe('how much of the limits is used'),
  waiting: z.array(z.strictObject({ id: z.string(), kind: z.enum(['limits', 'override']), what: z.string(), by: z.string(), reason: z.string(), since: at, until: at.describe('from then on it is void') })).describe('what is held for approval'),
  breakers: z.strictObject({ open: z.array(z.string()) }).describe('circuits that let nothing pass'),
  facts: counts.describe('entries of the journal by type'),
  journal: z.strictObject({ headSeq: count, durableSeq: count, headHash: hash, format: count.describe('of the record'), formats }), follower, process,
});
const stalled = z.strictObject({
  sentence: z.string(), instance: z.string(), money, state: z.literal('stalled'), gate, venues: z.tuple([]), journal: z.strictObject({ headSeq: count, durableSeq: count }), process,
}).describe('while the disk does not confirm');
const stranded = z.strictObject({
  sentence: z.string(), instance: z.string(), money, state: z.literal('stranded'), gate, cause: z.strictObject({ code, message: z.string() }), retryingEveryMs: count.nullable(), venues: z.tuple([]),
  process: z.strictObject({ pid: count }),
}).describe('without a journal');

export const status = z.union([running, stalled, stranded]);

const phases = ['intended', 'blocked', 'abandoned', 'prepared', 'sending', 'acknowledged', 'rejected', 'unknown', 'absent', 'working', 'cancelling', 'ended', 'booked'] as const;

const belonging = { source: z.string(), strategy: z.string(), trader: z.string(), desk: z.string(), client: z.string() };

const shownOrder = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{20}$/), venue: z.string(), symbol: z.string(), side: z.enum(['buy', 'sell']), action: z.string(), type: z.string(), timeInForce: z.string(),
  quantity: amount, limitPrice: amount.optional(), stopPrice: amount.optional(), filled: amount, filledValue: amount, stillPossible: amount, reserved: amount.optional(),
  phase: z.enum(phases), final: z.boolean(), since: at, ended: z.string().optional(), because: z.string().optional(),
  blocked: z.strictObject({ control: z.string(), code, limit: z.string(), observed: z.string(), wouldPass: z.string() }).optional(),
  cancel: z.strictObject({ by: z.string(), reason: z.string() }).optional(),
  amend: z.strictObject({ successorId: z.string(), quantity: amount }).optional().describe('it is being changed: what is to follow, and what this order would be of then'),
  replaces: z.string().optional(), replacedBy: z.string().optional(),
  wish: z.strictObject({ first: z.string(), quantity: amount, filledBefore: amount }).optional().describe('of an order that follows one that was changed'),
  ...belonging, key: z.string(), attempt: count, clientOrderIds: z.array(z.string()), venueOrderIds: z.array(z.string()),
  correlationId, intendedAt: at, signalTime: at.optional(), intendedSeq: count, phaseSeq: count,
});

const foreignOrder = z.strictObject({ venue: z.string(), venueOrderId: z.string(), symbol: z.string(), side: z.enum(['buy', 'sell']), open: z.boolean(), stillPossible: amount.optional(), ...belonging, since: at });

export const orders = z.strictObject({ state: z.enum(['live', 'unknown', 'blocked', 'all']), count, orders: z.array(shownOrder), foreign: z.array(foreignOrder).describe('at a venue, and asked for by nobody here') });

const inForce = { gate, inForce: z.literal(true), remembered: z.boolean(), note: z.string().optional() };
const swept = z.strictObject({ ...inForce, venues: z.array(sweep) }).describe('without a journal');

export const order = z.union([
  z.strictObject({ order: shownOrder, timeline: z.array(entry), through: count }),
  z.strictObject({ order: shownOrder, asked: z.enum(['now', 'before']), remembered: z.boolean(), note: z.string().optional(), correlationId }).describe('--cancel'),
  z.strictObject({ order: shownOrder.optional(), correlationId }).describe('--resolve'),
  swept,
]);

export const amend = z.strictObject({ key: z.string(), duplicate: z.boolean(), successorId: z.string(), order: shownOrder.optional(), successor: shownOrder.optional().describe('absent until the end of the order is known'), correlationId });

export const positions = z.strictObject({
  venues: z.array(z.strictObject({
    venue: z.string(), reconciled,
    assets: z.array(z.strictObject({ asset: z.string(), posted: amount, pendingFeesAtLeast: amount, pendingFeesAtMost: amount, holding: amount, reserved: amount, difference: difference.nullable() })),
    instruments: z.array(z.strictObject({ symbol: z.string(), position: amount, openBuys: amount, openSells: amount, quarantined: z.string().nullable() })),
  })),
});

export const components = z.strictObject({
  safety,
  components: z.array(z.strictObject({
    name: z.string(), kind: z.string(), critical: z.boolean(), by: z.string().describe('who registered it'), state: componentState, since: at, cause: z.string(),
    silentMs: count.nullable().describe('since it was last heard; null where nobody of this life listens'), checkEveryMs: count, timeoutMs: count, failures: count,
  })),
});

const quoted = { bid: amount.nullable(), ask: amount.nullable(), ageMs: count.nullable().describe('by the older of its two times, its own and ours') };

export const prices = z.strictObject({
  prices: z.array(z.strictObject({
    venue: z.string(), symbol: z.string(), trusted: z.boolean(), ...quoted, source: z.string().nullable().describe('the one that is used'), because: z.string().describe('why it is used, or none'), since: at.nullable(),
    sources: z.array(z.strictObject({ source: z.string(), used: z.boolean(), good: z.boolean(), why: z.string().nullable().describe('it is not good'), ...quoted })).describe('the preferred one first'),
  })),
});

export const reconcile = z.strictObject({
  did: z.array(z.string()), agreed: z.boolean(), correlationId,
  venues: z.array(z.strictObject({ venue: z.string(), conclusive: z.boolean(), agreed: z.boolean(), why: z.string().optional(), differences: z.array(difference.extend({ missing: amount })) })),
});

export const halt = z.union([z.strictObject({ scope: z.string().optional(), ...inForce, liveOrders: count, cancelling: count, correlationId }), swept, independentStop.describe('by the supervisor, where the runtime did not answer')]);

export const pause = z.strictObject({ scope: z.string(), gate, changed: z.boolean(), remembered: z.boolean(), note: z.string().optional(), correlationId });

const plan = z.strictObject({
  id: z.string(), word: z.enum(['kill', 'flatten']), scope: z.string(), gate: z.array(z.string()).describe('from, through, to'),
  cancel: z.strictObject({ ours: count, foreign: count, orders: z.array(z.strictObject({ venue: z.string(), id: z.string(), symbol: z.string(), ours: z.boolean() })) }),
  close: z.array(z.strictObject({ venue: z.string(), symbol: z.string(), side: z.enum(['buy', 'sell']), quantity: amount, value: amount.nullable(), market: z.enum(['open', 'no fresh price']) })),
  worstSlippage: z.array(amount), notTouched: z.array(z.strictObject({ venue: z.string(), asset: z.string(), held: z.string() })), unread: z.array(z.strictObject({ venue: z.string(), why: z.string() })),
  dataAgeMs: count, validForMs: count,
});

export const stopping = z.union([
  z.strictObject({ plan, correlationId }).describe('--plan'),
  z.strictObject({ gate, stop }).describe('followed to its end, or to --timeout'),
  z.strictObject({ ...inForce, joined: z.boolean(), stop: stop.optional(), liveOrders: count, cancelling: count, correlationId }).describe('--no-wait'),
  swept,
]);

const line = z.strictObject({ item: z.string(), met: z.boolean(), why: z.string(), doNext: z.string() });

export const resume = z.strictObject({ scope: z.string(), gate, changed: z.boolean(), checklist: z.array(line), correlationId });

export const strategyEnable = z.strictObject({ strategy: z.string(), enabled: z.literal(true), correlationId });
