/**
 * The last word before an order leaves.
 *
 *   S1. Nothing is sent that this function has not judged, with the books as they stand in that very turn.
 *   S2. What is prepared is reserved in the same turn, so the next order already sees it.
 *   S3. An order that may not leave yet, because a venue was not reconciled since the start or not lately, or no price has been seen, waits;
 *       it never leaves later than its venue's `resendWithinMs` after it was asked for.
 *   S4. An order that somebody wants gone is never sent again, whatever became of the first request.
 *   S5. Where a circuit is open the order waits, if the circuit may close before the order is too old, and is refused otherwise.
 *   S6. What only half the limits refuse, because not everything was heard since the start, waits as for a venue that was not looked at yet.
 *   S7. Where a venue has a dead-man timer of its own, what adds risk waits until it is set, as for a venue that was not looked at yet.
 */
import type { Instrument } from '../../base/index.ts';
import { instrumentAt, isUnwatched, marketKey } from '../market/index.ts';
import type { Prices, VenueProfile } from '../market/index.ts';
import { isGrave } from '../health/index.ts';
import { differenceOf, isOpened } from '../ledger/index.ts';
import { judge, overridesFor, repeatedTooOften } from '../limits/index.ts';
import type { Case, Judgement, LimitFact, Verdict } from '../limits/index.ts';
import { clientOrderIdFor } from '../orders/index.ts';
import type { Order, OrderFact } from '../orders/index.ts';
import type { World } from '../world.ts';
import { openCircuitFor } from './circuits.ts';
import { CLOSER } from './closing.ts';
import { HEALTH, rungFor } from './floor.ts';
import { isShut, SYSTEM } from './ladder.ts';
import { reducing } from './reducing.ts';
import { isClosing } from './stops.ts';
import { caseOf } from './surroundings.ts';

/** What may follow from the question whether an order may leave. */
export type AdmissionFact = OrderFact | LimitFact;

/** May be asked for an order that is `intended`, `prepared` (put off) or `absent`. */
export function admit(world: World, prices: Prices, order: Order, nowMs: number): AdmissionFact[] {
  const profile = world.market.venues.get(order.venue);
  const instrument = instrumentAt(world.market, order.venue, order.symbol);
  if (profile === undefined || instrument === undefined) return refuse(order, unlisted(order));
  if (order.cancelSeq > 0) return [{ type: 'order.abandoned', orderId: order.id, why: `cancelled by ${order.cancelBy ?? 'somebody'} before it left: ${order.cancelReason ?? ''}` }]; // S4
  if (order.source === CLOSER) return [{ type: 'order.abandoned', orderId: order.id, why: 'a closing order that was put off is sized afresh' }]; // F3 in closing.ts
  const age = nowMs - order.intendedAtMs;
  if (age > profile.resendWithinMs) return [{ type: 'order.abandoned', orderId: order.id, why: `not sent within ${profile.resendWithinMs} ms of being asked for` }]; // S3

  const shut = shutFor(world, order);
  if (shut !== undefined) return refuse(order, shut);
  const circuit = openCircuitFor(world, order, nowMs);
  if (circuit !== undefined) return circuit.againMs === undefined || circuit.againMs > order.intendedAtMs + profile.resendWithinMs ? refuse(order, circuit.verdict) : []; // S5
  const price = prices.price(order.venue, order.symbol, nowMs);
  if (waitsForTimer(world, order)) return []; // S7
  if (!areBooksFresh(world, order.venue, instrument, nowMs) || price === undefined) return []; // S3

  const given = caseOf(world, prices, order, instrument, price, nowMs);
  const judgement = judge(given);
  if (judgement.kind === 'refused' && isSoon(world, given)) return []; // S6
  if (judgement.kind === 'refused') return [...throttled(order, repeatedTooOften(given)), ...refuse(order, judgement.verdict, judgement)];
  const { approval } = judgement;
  const attempt = order.phase === 'prepared' ? order.attempt : order.attempt + 1;
  return [
    ...used(world, order, judgement.passed, nowMs),
    {
      type: 'order.prepared', orderId: order.id, attempt, clientOrderId: clientOrderIdFor(order.id, attempt, profile.capabilities),
      reserveAsset: approval.reserveAsset, reserveUnits: approval.reserveUnits, worstPriceUnits: approval.worstPriceUnits,
      referencePriceUnits: approval.reference.priceUnits, referenceSource: approval.reference.source, referenceAgeMs: approval.reference.ageMs,
      ...(judgement.observed.length === 0 ? {} : { onlyObserved: judgement.observed }),
    },
    { type: 'order.sending', orderId: order.id, attempt, timeoutMs: profile.submitTimeoutMs, arrivesByMs: arrivesBy(profile, nowMs) },
  ];
}

/** S6. A start is no illness: soon everything was heard, or the system is called what it is. */
function isSoon({ health: { system } }: World, given: Case): boolean {
  if (given.scale === undefined || system.state !== 'recovering' || isGrave(system.before)) return false;
  const { scale: _scale, ...whole } = given;
  return judge(whole).kind === 'approved';
}

/** From `nowMs` on the request may leave for as long as its deadline, and be on its way for as long as the venue's bound says. */
const arrivesBy = (profile: VenueProfile, nowMs: number): number => nowMs + profile.submitTimeoutMs + profile.capabilities.arrivalBoundMs;

/** The code under which people are told that a venue's own dead-man timer is not set. */
export const TIMER_NOT_SET = 'BW-3123';

/** S7. What takes risk away does not wait: an order that nobody watches is worse than none only where it adds some. */
export const waitsForTimer = (world: World, order: Order): boolean => isUnwatched(world.market, order.venue) && addsRisk(world, order);

export const addsRisk = (world: World, order: Order): boolean => !isClosing(world, order) && reducing(world, order, SYSTEM, world.gate) !== undefined;

/** Whether books and venue were compared lately enough to judge by. */
export function areBooksFresh({ ledger, limits }: World, venue: string, { base, quote }: Instrument, nowMs: number): boolean {
  const comparedAtMs = ledger.reconciled.get(venue)?.atMs;
  return comparedAtMs !== undefined && nowMs - comparedAtMs <= (limits?.booksMaxAgeMs ?? Number.POSITIVE_INFINITY) && isOpened(ledger, venue, [base, quote]);
}

/** Why nothing may leave for this order's venue and instrument now, whatever the order is; undefined when something may. */
export function shutFor(world: World, order: Order): Verdict | undefined {
  const { market, ledger } = world;
  if (isClosing(world, order)) return undefined; // F4 in closing.ts
  const { scope, gate } = rungFor(world, order);
  if (isShut(gate.state)) {
    const where = scope === SYSTEM ? '' : ` for ${scope}`;
    return { control: 'gate', code: 'BW-3100', limit: 'ACTIVE', observed: `${gate.state}${where} by ${gate.by}: ${gate.reason}`, wouldPass: gate.by === HEALTH ? 'an order once "breakwater components" says that the system has come back' : `an order after "breakwater resume${scope === SYSTEM ? '' : ` --scope ${scope}`}"` };
  }
  if (gate.state === 'REDUCING') {
    const verdict = reducing(world, order, scope, gate);
    if (verdict !== undefined) return verdict;
  }
  const suspended = market.suspended.get(order.venue);
  if (suspended !== undefined) {
    return { control: 'venue', code: 'BW-3101', limit: 'usable', observed: `${order.venue} is suspended (${suspended.cause}): ${suspended.detail}`, wouldPass: 'an order after a reconciliation with the venue has worked again' };
  }
  const quarantine = market.quarantined.get(marketKey(order.venue, order.symbol));
  if (quarantine !== undefined) {
    return { control: 'quarantine', code: 'BW-3102', limit: 'no foreign orders', observed: `${order.symbol} is quarantined: ${quarantine.cause}`, wouldPass: `an order after "breakwater reconcile --release ${order.symbol}"` };
  }
  const instrument = instrumentAt(market, order.venue, order.symbol);
  const difference = instrument === undefined ? undefined : differenceOf(ledger, order.venue, [instrument.base, instrument.quote]);
  if (difference !== undefined) {
    return {
      control: 'books', code: 'BW-3103', limit: 'books equal the venue', observed: `${difference.asset}: ledger ${difference.ledgerUnits}, venue ${difference.venueUnits} (units)`,
      wouldPass: 'an order after the difference is explained ("breakwater reconcile")',
    };
  }
  return undefined;
}

/** First of all: whatever else a crash cuts off, no other order passes by it. */
function used(world: World, order: Order, passed: readonly Verdict[], nowMs: number): LimitFact[] {
  if (passed.length === 0) return [];
  return overridesFor(world.changes.overrides, order, nowMs).flatMap(({ id, control, usedBy }) => passed.filter((verdict) => usedBy === undefined && verdict.control === control)
    .map(({ limit, observed }) => ({ type: 'limits.override-used' as const, id, orderId: order.id, limit, observed })));
}

const unlisted = (order: Order): Verdict =>
  ({ control: 'instrument', code: 'BW-3004', limit: 'configured instruments', observed: `${order.symbol} at ${order.venue} is not listed`, wouldPass: 'an order for an instrument that the configuration names and the venue lists' });

function refuse(order: Order, verdict: Verdict, { others = [], observed = [] }: Partial<Extract<Judgement, { kind: 'refused' }>> = {}): OrderFact[] {
  if (order.phase !== 'intended') return [{ type: 'order.abandoned', orderId: order.id, why: `${verdict.control}: ${verdict.observed}` }];
  return [{ type: 'order.blocked', orderId: order.id, ...verdict, ...(others.length === 0 ? {} : { others }), ...(observed.length === 0 ? {} : { onlyObserved: observed }) }];
}

/** First of all: whatever else a crash cuts off, the strategy stays stopped. */
const throttled = ({ strategy, venue, symbol, side }: Order, why: string | undefined): LimitFact[] => (why === undefined ? [] : [{ type: 'strategy.throttled', strategy, venue, symbol, side, why }]);
