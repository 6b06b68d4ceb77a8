/** The words of a fault plan: what a request or a frame is about, what can go wrong with it, and which goes with which. */
import type { RequestKind } from '../classifier.ts';

const requestWords = [
  'order.create', 'order.read', 'order.find', 'order.list', 'order.cancel', 'order.replace',
  'activity.list', 'account.read', 'positions.read', 'quote.read', 'asset.read',
] as const satisfies readonly RequestKind[];
const streamWords = ['stream.open', 'stream.event'] as const;
const priceWords = ['price.shown'] as const;
export const onWords = [...requestWords, ...streamWords, ...priceWords, 'any'] as const;

export type FaultOn = (typeof onWords)[number];
/** What a rule can meet; `other` only by `any`. */
export type Happening = RequestKind | (typeof streamWords)[number] | (typeof priceWords)[number];

type Meaning = { readonly on: readonly Happening[]; readonly delayMs: number; readonly means: string };

const requests: readonly Happening[] = [...requestWords, 'other'];
const singleOrder: readonly Happening[] = ['order.create', 'order.read', 'order.find', 'order.replace'];
const events: readonly Happening[] = ['stream.event'];
const PRICE_SPELL_MS = 30_000;

/** Each fault: where it can strike, the delay it has when none is given, and what it does, for the reference. */
export const faults = {
  'request-lost': { on: requests, delayMs: 0, means: 'never reaches the desk; the client waits' },
  'request-late': { on: requests, delayMs: 5_000, means: 'reaches the desk `delayMs` late, while the client waits' },
  'answer-lost': { on: requests, delayMs: 0, means: 'executed; the client waits for ever' },
  'answer-late': { on: requests, delayMs: 5_000, means: 'executed; the answer comes `delayMs` late' },
  'accepted-then-5xx': { on: requests, delayMs: 0, means: 'executed, and answered with 500, 502 or 503' },
  'error-5xx': { on: [...requests, 'stream.open'], delayMs: 0, means: 'not executed; answered with 500, 502 or 503 (a stream is refused)' },
  'rate-limited': { on: requests, delayMs: 1_000, means: 'not executed; answered with 429 and a Retry-After of `delayMs`, in whole seconds' },
  reset: { on: [...requests, 'stream.open', 'stream.event'], delayMs: 0, means: 'not executed; the connection is cut' },
  'reset-after': { on: requests, delayMs: 0, means: 'executed; the connection is cut in place of an answer' },
  'half-open': { on: [...requests, 'stream.open', 'stream.event'], delayMs: 5_000, means: 'the connection stays open and is silent from then on: a stream for good, requests like this one for `delayMs`' },
  'html-error': { on: requests, delayMs: 0, means: 'an HTML page with 502, 503, 404 or 200; executed or not, by chance' },
  unauthorized: { on: requests, delayMs: 5_000, means: 'not executed; requests like this one are answered with 401 for `delayMs`' },
  'not-yet-visible': { on: ['order.create', 'order.read', 'order.find', 'order.list'], delayMs: 3_000, means: 'reads do not show the order until `delayMs` after it was taken' },
  'fill-late': { on: ['order.create', 'order.cancel'], delayMs: 5_000, means: 'executed; for `delayMs` nothing shows what is filled from then on: reads show the order, even over, with too little filled, activities lack its executions, its events are never sent' },
  'wrong-order': { on: singleOrder, delayMs: 0, means: 'executed; the answer is about another order of the account' },
  'cancel-ignored': { on: ['order.cancel'], delayMs: 0, means: 'not executed; answered as if the cancel had been taken: a venue that lies' },
  'mute-stream': { on: ['stream.open', 'stream.event'], delayMs: 0, means: 'the stream stays open, answers pings, and sends nothing more' },
  'event-duplicated': { on: events, delayMs: 0, means: 'sent again, `delayMs` later' },
  'event-reordered': { on: events, delayMs: 1_000, means: 'sent after the next one, or `delayMs` later if none comes' },
  'event-lost': { on: events, delayMs: 0, means: 'never sent' },
  'price-frozen': { on: priceWords, delayMs: PRICE_SPELL_MS, means: 'for `delayMs` the same quote is shown on, with its time' },
  'price-stale': { on: priceWords, delayMs: PRICE_SPELL_MS, means: 'for `delayMs` prices go on and their time stands still' },
  'price-crossed': { on: priceWords, delayMs: PRICE_SPELL_MS, means: 'for `delayMs` bid and ask are shown in each other\'s place: the bid is above the ask' },
  'price-jumped': { on: priceWords, delayMs: PRICE_SPELL_MS, means: 'for `delayMs` prices are ten times, twice or a tenth of what they are, by chance' },
  'price-mute': { on: priceWords, delayMs: PRICE_SPELL_MS, means: 'for `delayMs` nothing is said of the instrument: reads leave it out, and the stream of the market stays open, answers pings and is silent of it' },
} as const satisfies Record<string, Meaning>;

export type Fault = keyof typeof faults;
export type PriceFault = Extract<Fault, `price-${string}`>;
export const faultWords = Object.keys(faults) as readonly Fault[];

export const isPriceFault = (fault: Fault): fault is PriceFault => fault.startsWith('price-');

const meaningOf = (fault: Fault): Meaning => faults[fault];
export const defaultDelayMs = (fault: Fault): number => meaningOf(fault).delayMs;

/** Whether this fault can strike this happening; `any` stands for all that it can strike. */
export const strikes = (fault: Fault, on: Happening | 'any'): boolean => on === 'any' || meaningOf(fault).on.includes(on);
export const placesOf = (fault: Fault): readonly Exclude<Happening, 'other'>[] => meaningOf(fault).on.filter((place) => place !== 'other');
export const priceFaults = faultWords.filter((fault): fault is PriceFault => isPriceFault(fault));
