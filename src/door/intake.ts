/**
 * From a signal that was read to an answer: the turn it takes, and what the sender may be told of it.
 *
 *   I1. The answer is given once every fact it rests on is durable, and in time for a sender that waits three seconds.
 *   I2. A repetition is answered as the first delivery was, however late it comes.
 *   I3. A wish to cancel is taken while new risk is not: it goes past what waits for the disk.
 *   I4. A refusal that stands in the journal is no failure of the delivery: whoever sends again would get it again.
 */
import { BreakwaterError } from '../base/index.ts';
import { contentOfRouted, orderById, orderIdOf, redact, tooEarly, tooOld } from '../core/index.ts';
import type { Input, Malformed, Order, Outcome, Routed, Signal, World } from '../core/index.ts';
import { sha256Hex } from '../journal/index.ts';
import type { Clock, ServedAnswer } from '../ports/index.ts';
import type { Note, Runtime } from '../runtime/index.ts';
import { json, problem } from './answers.ts';
import type { DoorCode } from './answers.ts';
import { confirmed } from './confirmed.ts';
import type { Markets } from './source.ts';
import type { SignalFate, Tally } from './tally.ts';
import { comesTooEarly, VenueUnheardError } from './unheard.ts';

export type IntakeParts = {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly note: (note: Note) => void;
  readonly tally: Tally;
  readonly markets: Markets;
  readonly secrets: readonly string[]; // all that are known here: none of them is ever kept or shown
  readonly answerWithinMs: number;
};

/** One delivery: who sent it, and under which name it is followed through the journal. */
export type Delivery = { readonly source: string; readonly correlationId: string; readonly body: Uint8Array };

const CLOCK_TOLERANCE_MS = 5_000;
const KEPT_BYTES = 16_384;
const ageCodes: ReadonlySet<string> = new Set<DoorCode>(['BW-2012', 'BW-2013', 'BW-2014']);

export function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

export async function take(parts: IntakeParts, routed: Routed, maxAgeMs: number | undefined, delivery: Delivery): Promise<ServedAnswer> {
  const { runtime, clock } = parts;
  const stale = isKnown(runtime.world, routed.signal) ? undefined : staleness(routed.signal, clock.wallMs(), shorter(maxAgeMs, routed.signal.maxAgeMs)); // I2
  const input: Input = stale === undefined
    ? { kind: 'signal', routed }
    : { kind: 'refuse-signal', source: delivery.source, key: routed.signal.key, content: contentOfRouted(routed), ...stale };
  return turn(parts, input, delivery, (outcome, world, count) => told(parts, outcome, world, delivery, count));
}

/** Keeps a body that was not understood, and says why. It may have been an order. */
export function quarantine(parts: IntakeParts, malformed: Malformed, delivery: Delivery, sensitive: readonly string[]): Promise<ServedAnswer> {
  const { source, body, correlationId } = delivery;
  const code = codeOf(malformed);
  const hidden = [...parts.secrets, ...sensitive];
  const reason = redact(malformed.reason, hidden);
  const input: Input = { kind: 'quarantine', source, code, reason: `${malformed.code}: ${reason}`, bytes: body.length, bodyHash: sha256Hex(body), body: kept(body, hidden) };
  return turn(parts, input, delivery, (_outcome, _world, count) => {
    count('malformed');
    return refusedBody(malformed, reason, correlationId, 'kept the body, without its secrets');
  });
}

export function refusedBody(malformed: Malformed, reason: string, correlationId: string, did: string): ServedAnswer {
  return problem(codeOf(malformed), correlationId, { detail: reason, because: malformed.code, did, doNext: ['correct the message; see "Refusals" in the reference of signals'], word: malformed.code });
}

async function turn(parts: IntakeParts, input: Input, { source, correlationId }: Delivery, answer: (outcome: Outcome, world: World, count: (fate: SignalFate) => void) => ServedAnswer): Promise<ServedAnswer> {
  const { runtime, clock, tally, answerWithinMs } = parts;
  let fate: SignalFate | undefined; // counted once the answer may leave
  try {
    const cause = { actor: `signal:${source}`, correlationId };
    const isCancel = input.kind === 'signal' && input.routed.signal.action === 'cancel';
    const { told, seq } = await runtime.recollection.with(input, (whole) => {
      if (input.kind === 'signal' && !isKnown(runtime.world, input.routed.signal) && comesTooEarly(runtime.world, parts.markets, input.routed)) throw new VenueUnheardError(input.routed); // V1
      const taken = isCancel ? runtime.turns.take(whole, cause) : runtime.turns.takeNewRisk(whole, cause); // I3
      return { told: answer(taken.outcome, runtime.world, (became) => { fate = became; }), seq: taken.seq }; // what this turn saw; the head may have moved on before the disk has it
    });
    await confirmed(runtime, clock, seq, answerWithinMs); // I1
    if (fate !== undefined) tally.count(source, fate);
    return told;
  } catch (thrown) {
    tally.count(source, thrown instanceof VenueUnheardError ? 'early' : thrown instanceof BreakwaterError && thrown.code === 'BW-7002' ? 'busy' : 'failed');
    throw thrown;
  }
}

function told(parts: IntakeParts, outcome: Outcome, world: World, { source, correlationId }: Delivery, count: (fate: SignalFate) => void): ServedAnswer {
  switch (outcome.kind) {
    case 'order': {
      const order = orderById(world.orders, outcome.orderId);
      if (order === undefined) return problem('BW-2006', correlationId, { detail: `The order ${outcome.orderId} is not in the books.` });
      count(outcome.repeated ? 'duplicate' : order.phase === 'blocked' ? 'blocked' : 'order');
      return json(200, orderAnswer(order, outcome.repeated, correlationId));
    }
    case 'cancelled':
      count(outcome.repeated ? 'duplicate' : 'cancelled');
      return json(200, {
        success: true, outcome: 'cancelled', duplicate: outcome.repeated, orderIds: outcome.orderIds, correlationId,
        message: outcome.orderIds.length === 0 ? 'There was nothing open to cancel.' : `The cancel of ${outcome.orderIds.length} open order${outcome.orderIds.length === 1 ? '' : 's'} was asked for.`,
      });
    case 'amending': {
      const successor = orderById(world.orders, outcome.orderId);
      count(outcome.repeated ? 'duplicate' : 'amending');
      if (successor !== undefined) return json(200, { ...orderAnswer(successor, outcome.repeated, correlationId), replaces: outcome.replaces }); // the one before it had not left
      return json(200, {
        success: true, outcome: 'amending', duplicate: outcome.repeated, orderId: outcome.orderId, replaces: outcome.replaces, correlationId,
        message: `The order ${outcome.replaces} is being cancelled; ${outcome.orderId} follows it with what is left, once its end is known.`,
      });
    }
    case 'met':
      count(outcome.repeated ? 'duplicate' : 'met');
      return json(200, { success: true, outcome: 'met', duplicate: outcome.repeated, message: 'The position is there, or on its way: there is nothing to trade.', correlationId });
    case 'refused': {
      count(outcome.repeated ? 'duplicate' : 'refused');
      if (ageCodes.has(outcome.code)) return problem(outcome.code as DoorCode, correlationId, { detail: outcome.reason, did: 'recorded the refusal', doNext: ['compare the clocks of sender and server', 'send a fresh signal'] });
      return json(200, { success: false, outcome: 'refused', duplicate: outcome.repeated, refused: { code: outcome.code, reason: outcome.reason }, message: outcome.reason, correlationId }); // I4
    }
    case 'conflict':
      count('conflict');
      parts.note({ level: 'warning', code: outcome.code, message: `a signal of "${source}" used a key for something else`, detail: { reason: outcome.reason, correlationId } });
      return problem('BW-2011', correlationId, { detail: outcome.reason, doNext: ['give each wish its own key, or repeat a wish unchanged'] });
    case 'done': case 'no-such-order': case 'nothing-to-do': case 'not-allowed': case 'inconclusive':
      return json(200, { success: false, outcome: 'refused', duplicate: false, message: 'Nothing came of it.', correlationId });
  }
}

function orderAnswer(order: Order, duplicate: boolean, correlationId: string): object {
  const failed = order.phase === 'blocked' || order.phase === 'rejected' || order.phase === 'abandoned';
  return {
    success: !failed, outcome: order.phase === 'blocked' ? 'blocked' : 'order', duplicate, orderId: order.id, phase: order.phase, key: order.key,
    ...(order.blocked === undefined ? {} : { blocked: order.blocked }), message: sentence(order, duplicate), correlationId: duplicate ? order.correlationId : correlationId,
  };
}

function sentence(order: Order, duplicate: boolean): string {
  const what = `${duplicate ? 'A repetition: the' : 'The'} order ${order.id}`;
  switch (order.phase) {
    case 'blocked': return `${what} was blocked. ${order.because ?? ''}. It would pass: ${order.blocked?.wouldPass ?? 'see the journal'}.`;
    case 'rejected': case 'abandoned': return `${what} was ${order.phase}. ${order.because ?? ''}.`;
    case 'intended': return `${what} is accepted and leaves for ${order.venue} once the venue is reconciled and a price is known.`;
    case 'prepared': case 'sending': return `${what} is accepted and on its way to ${order.venue}.`;
    default: return `${what} is ${order.phase} at ${order.venue}.`;
  }
}

/** The shorter of what the source and the message itself allow. */
const shorter = (source: number | undefined, own: number | undefined): number | undefined => (source === undefined || own === undefined ? source ?? own : Math.min(source, own));

const isKnown = ({ orders, messages }: World, { key }: Signal): boolean => orderById(orders, orderIdOf(key)) !== undefined || orders.amends.has(orderIdOf(key)) || messages.dealt.has(key);

function staleness(signal: Signal, nowMs: number, maxAgeMs: number | undefined): { readonly code: string; readonly reason: string } | undefined {
  if (signal.signalTimeMs === undefined) return undefined;
  const stands = `The signal is of ${new Date(signal.signalTimeMs).toISOString()}, it is ${new Date(nowMs).toISOString()} here`;
  if (tooEarly(signal, nowMs, CLOCK_TOLERANCE_MS)) return { code: 'BW-2013', reason: `${stands}: it comes from the future by more than ${CLOCK_TOLERANCE_MS} ms. Nothing was sent; set the clocks.` };
  if (maxAgeMs === undefined) return { code: 'BW-2014', reason: `${stands}, and no limit says how old a signal may be. Nothing was sent; configure limits.signalMaxAge, or maxAge of the source.` };
  if (tooOld(signal, nowMs, maxAgeMs)) return { code: 'BW-2012', reason: `${stands}: it is older than ${maxAgeMs} ms. Nothing was sent.` };
  return undefined;
}

function codeOf({ code, status }: Malformed): DoorCode {
  if (status === 400) return 'BW-2020';
  if (code === 'not-its-own') return 'BW-2023';
  return code === 'unknown-ticker' || code === 'delayed-data' ? 'BW-2022' : 'BW-2021';
}

/** What is kept of a body: its text without secrets, cut before a character would be torn. */
function kept(body: Uint8Array, secrets: readonly string[]): string {
  const clean = new TextEncoder().encode(redact(new TextDecoder().decode(body), secrets));
  return new TextDecoder().decode(clean.subarray(0, KEPT_BYTES), { stream: true });
}
