/** Which line a fact gives. */
import { formatUnits, unreachable } from '../../base/index.ts';
import type { BreakerFact } from '../breakers/index.ts';
import type { Fact } from '../events.ts';
import type { HealthFact } from '../health/index.ts';
import type { LedgerFact } from '../ledger/index.ts';
import type { LimitFact } from '../limits/index.ts';
import { assetScale, instrumentAt } from '../market/index.ts';
import type { Market, MarketFact } from '../market/index.ts';
import type { MessageFact } from '../messages/index.ts';
import { belongingOf } from '../orders/index.ts';
import type { Order, OrderFact } from '../orders/index.ts';
import { TIMER_NOT_SET } from '../safety/admission.ts';
import type { SegmentFact } from '../segments/index.ts';
import type { RiskFact } from '../valuation/index.ts';
import type { Stamped } from '../world.ts';
import { ofLimits } from './limits.ts';
import { ofRisk } from './risk.ts';

/** A fact as it stands in the journal, with the order it speaks of before it and after it. */
export type Recorded = {
  readonly fact: Fact;
  readonly header: Stamped & { readonly actor: string };
  readonly before: Order | undefined;
  readonly order: Order | undefined;
};

export type Detail = Readonly<Record<string, string | number | boolean>>;
export type Line = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly component: 'order' | 'signal' | 'books' | 'venue' | 'gate' | 'health' | 'limits' | 'breaker' | 'journal' | 'risk';
  readonly code?: string;
  readonly message: string;
  readonly detail: Detail;
};

type Said = Omit<Line, 'detail'> & { readonly detail?: Detail };

export function lineOf({ fact, header, order }: Recorded, market: Market): Line {
  const { detail, ...said } = wordsFor(fact, order, market);
  return {
    ...said,
    detail: {
      event: fact.type, seq: header.seq,
      ...(order === undefined ? {} : { intentId: order.key, orderId: order.id, venue: order.venue }),
      correlationId: order?.correlationId ?? header.correlationId, // A1
      ...detail,
    },
  };
}

function wordsFor(fact: Fact, order: Order | undefined, market: Market): Said {
  const family = fact.type.slice(0, fact.type.indexOf('.'));
  switch (family) {
    case 'order': case 'foreign': return ofOrder(fact as OrderFact, order, market);
    case 'fill': case 'fee': case 'balance': case 'activity': case 'reconciliation': return ofBooks(fact as LedgerFact, market);
    case 'signal': return ofSignal(fact as MessageFact);
    case 'venue': case 'instrument': return ofMarket(fact as MarketFact);
    case 'breaker': return ofBreaker(fact as BreakerFact);
    case 'component': case 'safety': return ofHealth(fact as HealthFact);
    case 'segment': return ofSegment(fact as SegmentFact);
    case 'risk': return { component: 'risk', ...ofRisk(fact as RiskFact) };
    case 'strategy': case 'limits': return { component: 'limits', ...ofLimits(fact as LimitFact) };
    default: return ofRest(fact as Rest);
  }
}

function ofOrder(fact: OrderFact, order: Order | undefined, market: Market): Said {
  const of = (level: Line['level'], message: string, detail?: Detail): Said => ({ level, component: 'order', message, ...(detail === undefined ? {} : { detail }) });
  switch (fact.type) {
    case 'order.intended': return of('info', `asked for by "${fact.source}": ${fact.side} ${quantity(market, fact, fact.quantityUnits)} ${fact.symbol}, ${fact.orderType}`, belongingOf(fact));
    case 'order.blocked': return { ...of('warn', `blocked by ${fact.control}: ${fact.observed}; the limit is ${fact.limit}; ${fact.wouldPass} would pass`, { control: fact.control }), code: fact.code };
    case 'order.prepared': return of('info', 'passed every control', { attempt: fact.attempt, clientOrderId: fact.clientOrderId });
    case 'order.sending': return of('info', `being sent to ${order?.venue ?? 'the venue'}`, { attempt: fact.attempt, timeoutMs: fact.timeoutMs });
    case 'order.deferred': return of('warn', `did not reach the venue and is tried again: ${fact.why}`);
    case 'order.acknowledged': return of('info', 'the venue has it', { venueOrderId: fact.venueOrderId, via: fact.via });
    case 'order.working': return of('info', 'stands in the book of the venue', { via: fact.via });
    case 'order.rejected': return of('warn', `refused by the venue: ${fact.reason}: ${fact.message}`, { via: fact.via });
    case 'order.doubted': return of('warn', `unknown: ${fact.why}. It counts in full until there is evidence`);
    case 'order.unseen': return of('info', `not found by ${fact.source}`, { sightings: fact.sightings });
    case 'order.absent': return of('info', `proven never to have reached the venue: ${fact.evidence}`, { attempt: fact.attempt });
    case 'order.abandoned': return of('warn', `not sent: ${fact.why}`);
    case 'order.cancel-requested': return of('info', `to be cancelled, says ${fact.by}: ${fact.reason}`);
    case 'order.amend-accepted': return of('info', `is to become another, says ${fact.by ?? `"${fact.source}"`}: it is cancelled, and what is left of ${order === undefined ? `${fact.totalUnits} units` : quantity(market, order, fact.totalUnits)} follows once its end is known`, { successorId: fact.successorId });
    case 'order.amend-ended': return { ...of('warn', `nothing follows it: ${fact.why}`, { successorId: fact.successorId }), code: fact.code };
    case 'order.cancelling': return of('info', 'the venue has taken the cancel', { via: fact.via });
    case 'order.ended': return of('info', `over at the venue: ${fact.state}${fact.reason === undefined ? '' : ` (${fact.reason})`}`, { via: fact.via });
    case 'order.booked': return of('info', 'over, and wholly booked');
    case 'order.alarmed': return of('error', `${fact.kind}: ${fact.detail}`);
    case 'foreign.found': return of('error', `an order at ${fact.venue} is not ours; ${fact.symbol} is quarantined`, { venue: fact.venue, venueOrderId: fact.venueOrderId, via: fact.via });
    case 'foreign.ended': return of('info', 'an order that is not ours is over', { venue: fact.venue, venueOrderId: fact.venueOrderId });
    default: return unreachable(fact);
  }
}

function ofBooks(fact: LedgerFact, market: Market): Said {
  const of = (level: Line['level'], message: string, detail: Detail = {}): Said => ({ level, component: 'books', message, detail: { venue: fact.venue, ...detail } });
  const amount = (asset: string, units: bigint): string => { const scale = assetScale(market, fact.venue, asset); return scale === undefined ? `${units} units of ${asset}` : `${formatUnits(units, scale)} ${asset}`; };
  switch (fact.type) {
    case 'fill.booked': return of('info', `booked: ${fact.side} ${quantity(market, fact, fact.quantityUnits)} ${fact.symbol}${price(market, fact)}`, { fillId: fact.fillId, venueOrderId: fact.venueOrderId });
    case 'fee.posted': return of('info', `a fee was taken: ${amount(fact.asset, fact.units)}`, { feeId: fact.feeId });
    case 'balance.opened': return of('info', `the books of ${fact.asset} begin`);
    case 'balance.adjusted': return of('warn', `the books of ${fact.asset} were set from ${amount(fact.asset, fact.ledgerUnits)} to ${amount(fact.asset, fact.venueUnits)}`, fact.by === undefined ? {} : { by: fact.by });
    case 'balance.differed': return { ...of('error', `books and venue differ: ${amount(fact.asset, fact.ledgerUnits)} in the books, ${amount(fact.asset, fact.venueUnits)} at the venue`), code: 'BW-3103' };
    case 'balance.agreed': return of('info', `books and venue agree again on ${fact.asset}`);
    case 'activity.read': return of('debug', 'executions were read');
    case 'fill.unattributed': return of('warn', 'an execution belongs to an order that nobody here knows yet', { fillId: fact.fillId, venueOrderId: fact.venueOrderId });
    case 'reconciliation.done': return of(fact.agreed ? 'debug' : 'warn', fact.agreed ? 'books and venue were compared, and agree' : 'books and venue were compared, and do not agree', { openOrders: fact.openOrders });
    default: return unreachable(fact);
  }
}

function ofSignal(fact: MessageFact): Said {
  const of = (level: Line['level'], message: string, detail: Detail = {}): Said => ({ level, component: 'signal', message, detail: { source: fact.source, ...('key' in fact ? { intentId: fact.key } : {}), ...detail } });
  switch (fact.type) {
    case 'signal.quarantined': return { ...of('error', `a signal of "${fact.source}" was not understood; it may have been an order: ${fact.reason}`, { bytes: fact.bytes, bodyHash: fact.bodyHash }), code: fact.code };
    case 'signal.refused': return { ...of('warn', `refused: ${fact.reason}`), code: fact.code };
    case 'signal.cancelled': return of('info', `asked to cancel ${fact.orderIds.length} orders`);
    case 'signal.keyed': return of('debug', 'was given a key');
    case 'signal.sized': return of('info', fact.outcome === 'met' ? `the position it names in ${fact.symbol} is there, or on its way` : `named a position in ${fact.symbol}; an order for the difference follows`, { venue: fact.venue });
    case 'signal.silent': return of('error', `the source "${fact.source}" is silent: no sign of life within ${fact.everyMs + fact.graceMs} ms${fact.cutOff ? ', after so many triggers that TradingView stops an alert' : ''}`, { everyMs: fact.everyMs, graceMs: fact.graceMs, cutOff: fact.cutOff });
    case 'signal.heard': return of('info', `the source "${fact.source}" says again that it is alive`, { silentMs: fact.silentMs });
    default: return unreachable(fact);
  }
}

function ofMarket(fact: MarketFact): Said {
  const of = (level: Line['level'], message: string, detail: Detail = {}): Said => ({ level, component: 'venue', message, detail });
  switch (fact.type) {
    case 'venue.listed': return of('info', `${fact.venue.name} is used with this profile from here on`, { venue: fact.venue.name });
    case 'venue.suspended': return { ...of('error', `${fact.venue} is suspended, ${fact.cause}: ${fact.detail}`, { venue: fact.venue }), code: 'BW-3101' };
    case 'venue.restored': return of('info', `${fact.venue} may be used again`, { venue: fact.venue });
    case 'venue.dead-man-armed': return of('info', `${fact.venue} cancels every open order after ${fact.withinMs} ms without a word of ours`, { venue: fact.venue });
    case 'venue.dead-man-lapsed': return { ...of('error', `the dead-man timer of ${fact.venue} is not set: ${fact.why}`, { venue: fact.venue }), code: TIMER_NOT_SET };
    case 'instrument.listed': return of('info', `${fact.instrument.symbol} is listed`, { venue: fact.venue });
    case 'instrument.quarantined': return { ...of('error', `${fact.symbol} is quarantined: ${fact.cause}`, { venue: fact.venue }), code: 'BW-3102' };
    case 'instrument.released': return of('warn', `${fact.symbol} was released by ${fact.by}: ${fact.reason}`, { venue: fact.venue });
    default: return unreachable(fact);
  }
}

function ofBreaker(fact: BreakerFact): Said {
  const { breaker } = fact;
  const of = (level: Line['level'], message: string, detail: Detail = {}): Said => ({ level, component: 'breaker', message, detail: { breaker, ...detail } });
  const because = 'reason' in fact && fact.reason !== undefined ? `: ${fact.reason}` : '';
  switch (fact.type) {
    case 'breaker.opened': {
      const { rule, forMs, untilMs, counts: { calls, failures, slow, inARow }, windowMs, errors, by } = fact;
      const last = errors.at(-1);
      const why = rule === 'tripped' ? `tripped${by === undefined ? '' : ` by ${by}`}${because}` : `${rule}, with ${inARow} failures in a row, and ${failures} of ${calls} calls failed and ${slow} slow within ${windowMs} ms${last === undefined ? '' : `; last error: ${last}`}`;
      return { ...of('error', `the circuit ${breaker} is open ${untilMs === undefined ? 'until a person closes it' : `for ${forMs} ms`}: ${why}`, { rule, forMs, streak: fact.streak, calls, failures, slow, inARow, ...fact.evidence }), code: 'BW-3104' };
    }
    case 'breaker.probing': return of('info', `the circuit ${breaker} is being tried out`);
    case 'breaker.closed': return of('warn', `the circuit ${breaker} is closed again, by ${fact.by}${because}`, { by: fact.by });
    case 'breaker.commanded': return of('warn', fact.hold === 'metrics-only' ? `the circuit ${breaker} only counts, says ${fact.by}${because}` : `the circuit ${breaker} is held ${fact.hold} by ${fact.by}${because}`, { hold: fact.hold, by: fact.by, ...(fact.untilMs === undefined ? {} : { untilMs: fact.untilMs }) });
    case 'breaker.released': return of('warn', `the circuit ${breaker} is held no more, by ${fact.by}${because}`, { by: fact.by });
    default: return unreachable(fact);
  }
}

function ofHealth(fact: HealthFact): Said {
  const of = (level: Line['level'], message: string, detail: Detail = {}): Said => ({ level, component: 'health', message, detail });
  switch (fact.type) {
    case 'component.registered': return of('info', `${fact.component} is watched from here on`, { of: fact.component, kind: fact.kind, critical: fact.critical, by: fact.by });
    case 'component.changed': return of(componentLevels[fact.to], `${fact.component} is ${fact.to}, and was ${fact.from}: ${fact.cause}`, { of: fact.component, from: fact.from, to: fact.to });
    case 'component.removed': return of('warn', `${fact.component} is not watched any more, says ${fact.by}: ${fact.reason}`, { of: fact.component, by: fact.by });
    case 'safety.changed': return of(systemLevels[fact.to], `the system is ${fact.to}, and was ${fact.from}: ${fact.cause}`, { from: fact.from, to: fact.to });
    default: return unreachable(fact);
  }
}

const componentLevels = { healthy: 'info', recovering: 'info', unknown: 'warn', stopped: 'warn', degraded: 'warn', critical: 'error', failed: 'error' } as const;
const systemLevels = { healthy: 'info', recovering: 'warn', degraded: 'warn', critical: 'error', 'emergency-shutdown': 'error', failed: 'error' } as const;

function ofSegment(fact: SegmentFact): Said {
  const of = (level: Line['level'], message: string, detail: Detail): Said => ({ level, component: 'journal', message, detail });
  switch (fact.type) {
    case 'segment.opened': return of('info', `segment ${fact.segment} begins`, { segment: fact.segment, left: fact.left });
    case 'segment.recalled': return of('debug', 'something of an earlier segment is needed again', { rows: fact.rows.length });
    case 'segment.removed': return of('info', `segment ${fact.segment} is deleted: ${fact.because}`, { segment: fact.segment });
    default: return unreachable(fact);
  }
}

type Rest = Exclude<Fact, BreakerFact | OrderFact | LedgerFact | MessageFact | MarketFact | HealthFact | SegmentFact | RiskFact | LimitFact>;

function ofRest(fact: Rest): Said {
  const of = (level: Line['level'], message: string, detail: Detail = {}): Said => ({ level, component: 'gate', message, detail });
  switch (fact.type) {
    case 'runtime.booted': return of('info', 'a new life has the journal', { version: fact.version, previousSeq: fact.previousSeq });
    case 'runtime.stopped': return of('info', `stopped in good order: ${fact.reason}`);
    case 'journal.restored': return of('warn', `this journal was put back from the backup ${fact.backup} by ${fact.by}; what came after entry ${fact.headSeq} is not in it`, { backup: fact.backup, by: fact.by });
    case 'format.raised': return { ...of('warn', `the format of the journal was raised from ${fact.from} to ${fact.to} by ${fact.by}: ${fact.reason}`, { by: fact.by }), component: 'journal' };
    case 'gate.halted': return { ...of('warn', `halted by ${fact.by}: ${fact.reason}`, { by: fact.by }), code: 'BW-3100' };
    case 'gate.moved': return of('warn', `${fact.scope} moved from ${fact.from} to ${fact.to} by ${fact.by}: ${fact.reason}`, { by: fact.by, scope: fact.scope });
    case 'kill.begun': return { ...of('error', `${fact.word} of ${fact.scope} begun by ${fact.by}: ${fact.reason}`, { by: fact.by, stop: fact.id }), code: 'BW-3100' };
    case 'kill.step': return of(fact.outcome === 'done' ? 'info' : 'error', `${fact.step}${fact.venue === '' ? '' : ` at ${fact.venue}`} ${fact.outcome} after ${fact.tookMs} ms: ${fact.detail}`, { stop: fact.id });
    case 'kill.closing': return of('warn', `closing order ${fact.orderId} for ${fact.symbol} at ${fact.venue}`, { stop: fact.id, orderId: fact.orderId });
    case 'kill.ended': return fact.outcome === 'CONFIRMED' ? of('warn', `confirmed after ${fact.tookMs} ms`, { stop: fact.id }) : { ...of('error', `NOT CONFIRMED after ${fact.tookMs} ms: ${fact.open.join('; ')}`, { stop: fact.id }), code: 'BW-3110' };
    case 'gate.resumed': return of('warn', `resumed by ${fact.by}: ${fact.reason}`, { by: fact.by });
    case 'invariant.broken': return { ...of('error', `a belief of ours was false, and the gate is shut: ${fact.belief}`), code: 'BW-9001' };
    case 'emergency.imported': return of(fact.finding === undefined ? 'warn' : 'error', `taken over from the emergency log: ${fact.records.length} records${fact.finding === undefined ? '' : `. ${fact.finding}`}`, { writer: fact.writer, records: fact.records.length, through: fact.throughSeq });
    default: return unreachable(fact);
  }
}

type At = { readonly venue: string; readonly symbol: string };

function quantity(market: Market, { venue, symbol }: At, units: bigint): string {
  const instrument = instrumentAt(market, venue, symbol);
  return instrument === undefined ? `${units} units of` : formatUnits(units, instrument.quantityScale);
}

function price(market: Market, { venue, symbol, priceUnits }: At & { readonly priceUnits: bigint }): string {
  const instrument = instrumentAt(market, venue, symbol);
  return instrument === undefined || priceUnits === 0n ? '' : ` at ${formatUnits(priceUnits, instrument.priceScale)} ${instrument.quote}`;
}
