/**
 * Which facts follow from an input, in the world as it stands in this very turn.
 *
 *   D1. Every fact goes through `emit`, which folds it into the world at once: the next line already sees it.
 *   D2. Nothing here looks at a clock, a random number or the outside: the same world, senses, input and time give the same facts.
 */
import { canonicalText, larger, unreachable } from '../base/index.ts';
import type { Instrument } from '../base/index.ts';
import { sha256Hex } from '../journal/index.ts';
import type { EmergencyMark, EmergencyWords } from '../journal/index.ts';
import { agree, endLimits, withAgreed } from './agreement.ts';
import type { AgreementInput } from './agreement.ts';
import { orderedOf } from './breakers/index.ts';
import type { BreakerInput } from './breakers/index.ts';
import { opened, recalled } from './carry.ts';
import type { Earlier } from './carry.ts';
import type { Fact, WrittenFact } from './events.ts';
import { leaveEmergency, takeHealth } from './health/index.ts';
import type { HealthInput } from './health/index.ts';
import { adjustBalance, assetsAccount, balanceOf, compareBalances, holdingUnits, isOpened, pendingFeesOf, takeActivity, takeGain } from './ledger/index.ts';
import type { AssetRule } from './ledger/index.ts';
import type { Limits } from './limits/index.ts';
import { assetScale, deadManFacts, instrumentAt, instrumentsOf, marketKey } from './market/index.ts';
import type { Activity, Balances, CancelResult, DeadManInput, FindResult, OrderReport, Prices, SubmitResult, VenueProfile } from './market/index.ts';
import { cancelAnswered, cancelRequested, findAnswered, isStray, openUnits, orderByClientId, orderById, orderByVenueId, orderMeant, reported, settled, submitAnswered } from './orders/index.ts';
import type { Order } from './orders/index.ts';
import { actOnLoss, admit, begin, closeOut, goOnWithAmends, halt, isShut, reduce, repeated, resume, sweep, SYSTEM, takeSignal } from './safety/index.ts';
import type { Begin, CloseOut, Down, IntakeResult, Routed, StopStep } from './safety/index.ts';
import type { KeptRow } from './segments/index.ts';
import { riskFactsOf, riskSetBy } from './valuation/index.ts';
import type { RiskPolicy, RiskSeen } from './valuation/index.ts';
import type { World } from './world.ts';

/** An input, and what earlier segments hold of the names it speaks of. */
export type Recalling = Input & { readonly earlier?: Earlier };

export type Input =
  | AgreementInput
  | HealthInput
  | { readonly kind: 'boot'; readonly version: string; readonly node: string; readonly journal: string; readonly previousSeq: number; readonly format?: number } // the one in which a new journal begins
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'configure'; readonly limits: Limits; readonly venues: readonly VenueProfile[]; readonly risk?: RiskPolicy; readonly by: string }
  | { readonly kind: 'instruments'; readonly venue: string; readonly instruments: readonly Instrument[] }
  | { readonly kind: 'signal'; readonly routed: Routed }
  | { readonly kind: 'quarantine'; readonly source: string; readonly reason: string; readonly code: string; readonly bytes: number; readonly bodyHash: string; readonly body: string }
  | { readonly kind: 'refuse-signal'; readonly source: string; readonly key: string; readonly content: string; readonly code: string; readonly reason: string }
  | { readonly kind: 'source-silent'; readonly source: string; readonly everyMs: number; readonly graceMs: number; readonly lastHeardMs?: number; readonly cutOff: boolean }
  | { readonly kind: 'source-heard'; readonly source: string }
  | { readonly kind: 'release'; readonly orderId: string }
  | { readonly kind: 'submit-answered'; readonly orderId: string; readonly attempt: number; readonly result: SubmitResult }
  | { readonly kind: 'find-answered'; readonly orderId: string; readonly result: FindResult; readonly askedAtMs: number }
  | { readonly kind: 'cancel-answered'; readonly orderId: string; readonly result: CancelResult }
  | { readonly kind: 'reported'; readonly venue: string; readonly report: OrderReport; readonly via: string }
  | { readonly kind: 'activity'; readonly venue: string; readonly activity: Activity }
  | { readonly kind: 'reconciled'; readonly venue: string; readonly reading: Reading }
  | { readonly kind: 'access-refused'; readonly venue: string; readonly detail: string }
  | { readonly kind: 'cancel'; readonly orderId: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'resolve'; readonly orderId: string; readonly outcome: 'absent'; readonly by: string; readonly reason: string }
  | { readonly kind: 'release-instrument'; readonly venue: string; readonly symbol: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'adopt-balance'; readonly venue: string; readonly asset: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'halt'; readonly by: string; readonly reason: string; readonly cancelOrders: boolean; readonly scope?: string }
  | { readonly kind: 'reduce'; readonly by: string; readonly reason: string; readonly scope?: string }
  | ({ readonly kind: 'resume' } & Down) // `venues`: those in use; all that are listed where it is not said
  | ({ readonly kind: 'kill' } & Begin)
  | { readonly kind: 'kill-sweep'; readonly id: string; readonly venue: string }
  | ({ readonly kind: 'close-out' } & CloseOut)
  | ({ readonly kind: 'kill-step'; readonly id: string; readonly venue: string } & Omit<StopStep, 'atMs'>)
  | { readonly kind: 'kill-ended'; readonly id: string; readonly outcome: 'CONFIRMED' | 'NOT CONFIRMED'; readonly open: readonly string[]; readonly tookMs: number }
  | { readonly kind: 'enable-strategy'; readonly strategy: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'raise-format'; readonly to: number; readonly by: string; readonly reason: string }
  | { readonly kind: 'emergency-imported'; readonly writer: string; readonly fromSeq: number; readonly through: EmergencyMark; readonly records: readonly EmergencyWords[]; readonly finding?: string }
  | BreakerInput
  | DeadManInput
  | { readonly kind: 'rotate'; readonly previousHash: string; readonly left: readonly KeptRow[] }
  | { readonly kind: 'remove-segment'; readonly segment: number; readonly lastSeq: number; readonly lastHash: string; readonly because: string }
  | RiskSeen
  | { readonly kind: 'loss-limit'; readonly venues?: readonly string[] } // those in use
  | { readonly kind: 'broken'; readonly belief: string; readonly detail: string };

/**
 * One whole look at a venue. `quiet`: nothing was executed between the reading of balances and the one of activity around
 * it, and everything executed is in it, so that books and balances speak of the same moment.
 */
export type Reading = {
  readonly openOrders: readonly OrderReport[];
  readonly looked: readonly OrderReport[]; // orders of ours that were not among the open ones, asked for one by one
  readonly balances: Balances;
  readonly activity: Activity;
  readonly quiet: boolean;
};

export type Outcome = IntakeResult | { readonly kind: 'done' } | { readonly kind: 'no-such-order' } | { readonly kind: 'nothing-to-do' | 'not-allowed'; readonly why: string } | { readonly kind: 'inconclusive'; readonly why: string };

const DONE: Outcome = { kind: 'done' };
type Emit = (fact: WrittenFact) => void;

export function decide(world: World, prices: Prices, input: Recalling, nowMs: number, emit: Emit): Outcome {
  const outcome = decided(world, prices, input, nowMs, emit);
  if (world.orders.amends.size > 0) endLimits(world, nowMs, emit); // what follows is judged
  goOnWithAmends(world, prices, nowMs, emit);
  return outcome;
}

function decided(world: World, prices: Prices, input: Recalling, nowMs: number, emit: Emit): Outcome {
  if (input.earlier !== undefined) for (const fact of recalled(world, input.earlier)) emit(fact);
  if (input.kind === 'signal' || input.kind === 'release' || input.kind === 'find-answered') endLimits(world, nowMs, emit); // an order may be judged
  switch (input.kind) {
    case 'boot': {
      emit({ type: 'runtime.booted', version: input.version, node: input.node, journal: input.journal, previousSeq: input.previousSeq });
      takeHealth(world.health, { kind: 'health-looked' }, nowMs, emit); // a component that somebody stopped is as bad as it was
      if (input.previousSeq === 0) raise(world, input.format ?? world.format, 'boot', 'a new journal has no older reader', emit);
      return DONE;
    }
    case 'stop': return emitted(emit, { type: 'runtime.stopped', reason: input.reason });
    case 'configure': return configure(world, input, emit);
    case 'offer-limits': case 'approve-limits': case 'reject-limits': case 'ask-override': case 'grant-override': case 'limits-passed': case 'refuse-reload': return agree(world, input, nowMs, emit);
    case 'instruments': {
      for (const instrument of input.instruments) {
        const known = instrumentAt(world.market, input.venue, instrument.symbol);
        if (known !== undefined && canonicalText(known) === canonicalText(instrument)) continue;
        const cause = otherUnits(world, input.venue, instrument);
        if (cause === undefined) emit({ type: 'instrument.listed', venue: input.venue, instrument });
        else if (!world.market.quarantined.has(marketKey(input.venue, instrument.symbol))) emit({ type: 'instrument.quarantined', venue: input.venue, symbol: instrument.symbol, cause });
      }
      return DONE;
    }
    case 'signal': return takeSignal(world, prices, input.routed, nowMs, emit);
    case 'quarantine': {
      const { kind: _kind, earlier: _earlier, ...rest } = input;
      return emitted(emit, { type: 'signal.quarantined', ...rest });
    }
    case 'refuse-signal': {
      const before = repeated(world, input.key, input.content);
      if (before !== undefined) return before;
      const { kind: _kind, earlier: _earlier, ...rest } = input;
      emit({ type: 'signal.refused', ...rest });
      return { kind: 'refused', code: input.code, reason: input.reason, repeated: false };
    }
    case 'source-silent': {
      if (world.messages.silences.has(input.source)) return { kind: 'nothing-to-do', why: `${input.source} is silent already` };
      const { kind: _kind, earlier: _earlier, ...rest } = input;
      return emitted(emit, { type: 'signal.silent', ...rest });
    }
    case 'source-heard': {
      const silence = world.messages.silences.get(input.source);
      if (silence === undefined) return { kind: 'nothing-to-do', why: `${input.source} was not silent` };
      return emitted(emit, { type: 'signal.heard', source: input.source, silentMs: Math.max(0, nowMs - silence.sinceMs) });
    }
    case 'release': return withOrder(world, input.orderId, (order) => {
      const waits = order.phase === 'intended' || order.phase === 'prepared' || order.phase === 'absent';
      for (const fact of waits ? admit(world, prices, order, nowMs) : settled(order)) emit(fact);
    });
    case 'submit-answered': return withOrder(world, input.orderId, (order) => {
      const told = input.result.kind === 'accepted' ? input.result.report : input.result.kind === 'duplicate' ? input.result.existing : undefined;
      const result: SubmitResult = told === undefined || isAbout(world, order, told) ? input.result : { kind: 'unknown', why: 'the venue answered about another order' };
      const facts = submitAnswered(order, input.attempt, result, nowMs);
      if (told === undefined || result.kind === 'unknown') for (const fact of facts) emit(fact);
      else hear(world, order, told, facts, 'answer', emit);
      if (result.kind === 'refused' && result.access === true) suspend(world, order.venue, result.message, emit);
    });
    case 'find-answered': return withOrder(world, input.orderId, (order) => {
      const profile = world.market.venues.get(order.venue);
      if (profile === undefined || (input.result.kind === 'found' && !isAbout(world, order, input.result.report))) return;
      const facts = findAnswered(order, profile.capabilities, input.result, input.askedAtMs);
      if (input.result.kind === 'found') hear(world, order, input.result.report, facts, 'find', emit);
      else for (const fact of facts) emit(fact);
      release(world, prices, order.id, nowMs, emit);
    });
    case 'cancel-answered': return withOrder(world, input.orderId, (order) => { for (const fact of cancelAnswered(order, input.result)) emit(fact); });
    case 'reported': return takeReport(world, input.venue, input.report, input.via, emit);
    case 'activity': return takeActivity(world, input.venue, input.activity, emit) ? DONE : { kind: 'inconclusive', why: 'an execution belongs to an order that is still being asked for' };
    case 'reconciled': return reconcile(world, input.venue, input.reading, emit);
    case 'access-refused': {
      suspend(world, input.venue, input.detail, emit);
      return DONE;
    }
    case 'cancel': return withOrder(world, orderMeant(world.orders, input.orderId)?.id ?? input.orderId, (order) => { for (const fact of cancelRequested(order, input.by, input.reason)) emit(fact); });
    case 'resolve': return resolve(world, input, emit);
    case 'release-instrument': {
      if (!world.market.quarantined.has(marketKey(input.venue, input.symbol))) return { kind: 'nothing-to-do', why: `${input.symbol} at ${input.venue} is not quarantined` };
      return emitted(emit, { type: 'instrument.released', venue: input.venue, symbol: input.symbol, by: input.by, reason: input.reason });
    }
    case 'adopt-balance': {
      const difference = world.ledger.differences.get(`${input.venue} ${input.asset}`);
      if (difference === undefined) return { kind: 'nothing-to-do', why: `books and venue agree on ${input.asset}` };
      // By as much as was found missing, whatever was booked since: that is in the books and at the venue alike.
      const gainUnits = difference.venueUnits + difference.feeMostUnits - difference.ledgerUnits;
      const towardsUnits = balanceOf(world.ledger, assetsAccount(input.venue), input.asset) + gainUnits;
      return emitted(emit, { ...adjustBalance(world.ledger, input.venue, input.asset, towardsUnits, 0n), by: input.by, reason: input.reason });
    }
    case 'halt': return halt(world, input, emit);
    case 'reduce': return reduce(world, input, emit);
    case 'resume': {
      const outcome = resume(world, input, emit);
      if (outcome.kind === 'done' && (input.scope ?? SYSTEM) === SYSTEM) leaveEmergency(world.health, input.by, input.reason, nowMs, emit);
      return outcome;
    }
    case 'kill': return begin(world, input, emit);
    case 'kill-sweep': return sweep(world, input, emit);
    case 'close-out': return closeOut(world, prices, input, nowMs, emit);
    case 'kill-step': {
      const { kind: _kind, earlier: _earlier, ...rest } = input;
      return emitted(emit, { type: 'kill.step', ...rest });
    }
    case 'kill-ended': {
      const { kind: _kind, earlier: _earlier, ...rest } = input;
      return emitted(emit, { type: 'kill.ended', ...rest });
    }
    case 'enable-strategy': {
      if (!world.controls.throttled.has(input.strategy)) return { kind: 'nothing-to-do', why: `the strategy "${input.strategy}" is not stopped` };
      return emitted(emit, { type: 'strategy.enabled', strategy: input.strategy, by: input.by, reason: input.reason });
    }
    case 'raise-format': return raise(world, input.to, input.by, input.reason, emit);
    case 'emergency-imported': {
      const { writer, fromSeq, through, records, finding } = input;
      // What cannot be read may be a halt: it counts as one until a person says otherwise.
      if (finding !== undefined && !isShut(world.gate.state)) emit({ type: 'gate.halted', by: 'breakwater', reason: finding });
      return emitted(emit, { type: 'emergency.imported', writer, fromSeq, throughSeq: through.seq, throughHash: through.hash, records, ...(finding === undefined ? {} : { finding }) });
    }
    case 'trip-breaker': case 'reset-breaker': case 'hold-breaker': case 'circuit-moved': case 'breakers-passed': return orderedOf(world.breakers, input, nowMs, emit);
    case 'rotate': return emitted(emit, opened(world, input.previousHash, input.left));
    case 'remove-segment': {
      if (input.segment >= world.segment.number) return { kind: 'nothing-to-do', why: `segment ${input.segment} is not closed` };
      if (input.segment <= (world.segment.removed?.segment ?? 0)) return { kind: 'nothing-to-do', why: `segment ${input.segment} is removed` };
      return emitted(emit, { type: 'segment.removed', segment: input.segment, lastSeq: input.lastSeq, lastHash: input.lastHash, because: input.because });
    }
    case 'risk-seen': {
      for (const fact of riskFactsOf(input)) emit(fact);
      return DONE;
    }
    case 'component-registered': case 'component-found': case 'component-removed': case 'health-looked': return takeHealth(world.health, input, nowMs, emit);
    case 'emergency-shutdown': {
      const outcome = takeHealth(world.health, input, nowMs, emit);
      decide(world, prices, { kind: 'halt', by: input.by, reason: `emergency shutdown: ${input.reason}`, cancelOrders: true }, nowMs, emit);
      return outcome;
    }
    case 'loss-limit': return actOnLoss(world, input.venues, emit);
    case 'dead-man-armed': case 'dead-man-lapsed': {
      for (const fact of deadManFacts(world.market, input)) emit(fact);
      return DONE;
    }
    case 'broken': return emitted(emit, { type: 'invariant.broken', belief: input.belief, detail: input.detail });
    default: return unreachable(input);
  }
}

function emitted(emit: Emit, fact: Fact): Outcome {
  emit(fact);
  return DONE;
}

function withOrder(world: World, orderId: string, run: (order: Order) => void): Outcome {
  const order = orderById(world.orders, orderId);
  if (order === undefined) return { kind: 'no-such-order' };
  run(order);
  return DONE;
}

/** Why an instrument cannot be counted beside what is counted already: an asset has one unit at a venue, and its books are kept in it. */
function otherUnits(world: World, venue: string, instrument: Instrument): string | undefined {
  const { market, ledger } = world;
  for (const listed of instrumentsOf(market, venue)) {
    if (listed.symbol === instrument.symbol && !isOpened(ledger, venue, [listed.base]) && !isOpened(ledger, venue, [listed.quote])) continue;
    for (const [asset, scale] of [[instrument.base, instrument.quantityScale], [instrument.quote, instrument.quoteScale]] as const) {
      const counted = asset === listed.base ? listed.quantityScale : asset === listed.quote ? listed.quoteScale : scale;
      if (counted !== scale) return `${asset} is counted with ${counted} decimals in ${listed.symbol}, and would be with ${scale} in ${instrument.symbol}`;
    }
  }
  return undefined;
}

function raise(world: World, to: number, by: string, reason: string, emit: Emit): Outcome {
  if (to === world.format) return { kind: 'nothing-to-do', why: `the journal is in format ${to}` };
  if (to < world.format) return { kind: 'nothing-to-do', why: `the journal is in format ${world.format}, and a format is never lowered: older releases could misunderstand what it holds` };
  return emitted(emit, { type: 'format.raised', from: world.format, to, by, reason });
}

function configure(world: World, input: Extract<Input, { kind: 'configure' }>, emit: Emit): Outcome {
  for (const venue of input.venues) {
    const known = world.market.venues.get(venue.name);
    if (known === undefined || canonicalText(known) !== canonicalText(venue)) emit({ type: 'venue.listed', venue });
  }
  const hash = sha256Hex(canonicalText(input.limits));
  if (hash !== world.limitsHash) emit({ type: 'limits.set', limits: input.limits, by: input.by, hash });
  if (input.risk !== undefined) for (const fact of riskSetBy(world, withAgreed(world, input.risk), input.by)) emit(fact);
  return DONE;
}

function suspend(world: World, venue: string, detail: string, emit: Emit): void {
  if (!world.market.suspended.has(venue)) emit({ type: 'venue.suspended', venue, cause: 'access', detail });
}

/** A report of an order of ours and everything that follows from it: gains, and the end of an order that is wholly booked. */
function hear(world: World, order: Order, report: OrderReport, facts: readonly Fact[], via: string, emit: Emit): void {
  const stray = isStray(order, report);
  for (const fact of facts) emit(fact);
  if (stray) return trackForeign(world, order.venue, report, via, emit);
  const foreign = world.orders.foreign.get(`${order.venue} ${report.venueOrderId}`);
  if (foreign?.open === true) emit({ type: 'foreign.ended', venue: order.venue, venueOrderId: report.venueOrderId, via }); // first met without its name, and ours after all
  const known = orderById(world.orders, order.id);
  if (known !== undefined) takeGain(world, known, report, emit);
  const after = orderById(world.orders, order.id);
  if (after !== undefined) for (const fact of settled(after)) emit(fact);
}

function release(world: World, prices: Prices, orderId: string, nowMs: number, emit: Emit): void {
  const order = orderById(world.orders, orderId);
  if (order?.phase === 'absent') for (const fact of admit(world, prices, order, nowMs)) emit(fact);
}

/** Whether a report speaks of this order and of no other. One that does not is not believed, whoever it was asked of. */
function isAbout(world: World, order: Order, report: OrderReport): boolean {
  const holder = orderByVenueId(world.orders, order.venue, report.venueOrderId);
  return (report.clientOrderId === undefined || order.clientOrderIds.includes(report.clientOrderId)) && (holder === undefined || holder.id === order.id)
    && report.symbol === order.symbol && report.side === order.side;
}

/** The order of ours that a report speaks of, by either of its names. */
export function orderOfReport(world: World, venue: string, report: OrderReport): Order | undefined {
  const byName = report.clientOrderId === undefined ? undefined : orderByClientId(world.orders, venue, report.clientOrderId);
  return byName ?? orderByVenueId(world.orders, venue, report.venueOrderId);
}

function takeReport(world: World, venue: string, report: OrderReport, via: string, emit: Emit): Outcome {
  const order = orderOfReport(world, venue, report);
  if (order !== undefined) {
    if (!isAbout(world, order, report)) return { kind: 'inconclusive', why: `the venue's report of ${report.venueOrderId} contradicts what is known of ${order.id}` };
    hear(world, order, report, reported(order, report, via), via, emit);
    return DONE;
  }
  if (mayBeOurs(world, venue, report)) return { kind: 'inconclusive', why: `${report.venueOrderId} may be an order that is on its way, and ${venue} keeps no names to tell` };
  trackForeign(world, venue, report, via, emit);
  return DONE;
}

/** Where names are not kept an order that looks like one on its way is neither ours nor a stranger's until its answer comes, or a person says. */
function mayBeOurs(world: World, venue: string, report: OrderReport): boolean {
  if (world.market.venues.get(venue)?.capabilities.orderIds !== 'none' || world.orders.foreign.has(`${venue} ${report.venueOrderId}`)) return false;
  return [...world.orders.live.unordered()].some((order) => (order.phase === 'sending' || order.phase === 'unknown') && order.venue === venue && order.symbol === report.symbol
    && order.side === report.side && order.quantityUnits === report.quantityUnits);
}

/** An order at the venue that nobody here steers: its open part is counted, its instrument quarantined until a person looks. */
function trackForeign(world: World, venue: string, report: OrderReport, via: string, emit: Emit): void {
  const key = `${venue} ${report.venueOrderId}`;
  const open = report.state === 'pending' || report.state === 'working' || report.state === 'cancelling';
  const openNow = open ? larger(report.quantityUnits - report.filledUnits, 0n) : 0n;
  const known = world.orders.foreign.get(key);
  if (known === undefined && !open && report.filledUnits === 0n) return; // it never did anything, and never will
  // Quarantined first: were only the finding on disk after a crash, the order would be an old acquaintance and quarantine nothing.
  if (known === undefined && !world.market.quarantined.has(marketKey(venue, report.symbol)) && instrumentAt(world.market, venue, report.symbol) !== undefined) {
    emit({ type: 'instrument.quarantined', venue, symbol: report.symbol, cause: `the venue has an order that nobody here steers: ${report.venueOrderId}` });
  }
  if (known === undefined || (open && known.openUnits !== openNow)) {
    emit({ type: 'foreign.found', venue, symbol: report.symbol, side: report.side, venueOrderId: report.venueOrderId, openUnits: openNow, via });
  }
  if (!open && known?.open !== false) emit({ type: 'foreign.ended', venue, venueOrderId: report.venueOrderId, via });
}

function reconcile(world: World, venue: string, reading: Reading, emit: Emit): Outcome {
  const profile = world.market.venues.get(venue);
  if (profile === undefined) return { kind: 'nothing-to-do', why: `${venue} is not listed` };
  const rules = assetRules(world, profile);
  if (rules.length === 0) return { kind: 'inconclusive', why: `the instruments of ${venue} are not known yet` };
  const contradictions = [...reading.openOrders, ...reading.looked].map((report) => takeReport(world, venue, report, 'open orders', emit)).filter((taken) => taken.kind === 'inconclusive');
  const whole = takeActivity(world, venue, reading.activity, emit);
  if (reading.balances.blocked !== undefined) {
    if (!world.market.suspended.has(venue)) emit({ type: 'venue.suspended', venue, cause: 'account', detail: reading.balances.blocked });
  } else if (world.market.suspended.has(venue)) emit({ type: 'venue.restored', venue });

  const [contradiction] = contradictions;
  if (contradiction !== undefined) return contradiction;
  if (!whole) return { kind: 'inconclusive', why: 'an execution belongs to an order that is still being asked for' };
  if (!reading.quiet) return { kind: 'inconclusive', why: 'something was executed while balances were read' };
  const owed = unbooked(world, venue, reading);
  if (owed !== undefined) return { kind: 'inconclusive', why: owed };

  const { facts, agreed, unclear } = compareBalances(world.ledger, venue, rules, reading.balances);
  if (unclear !== undefined) return { kind: 'inconclusive', why: unclear };
  for (const fact of facts) emit(fact);
  emit({ type: 'reconciliation.done', venue, openOrders: reading.openOrders.length, agreed });
  return DONE;
}

/** An order of which the venue says that more was filled than is booked: its executions are not all readable yet. */
function unbooked(world: World, venue: string, reading: Reading): string | undefined {
  for (const report of [...reading.openOrders, ...reading.looked]) {
    const order = orderOfReport(world, venue, report);
    if (order !== undefined && report.filledUnits > order.filledUnits) return `the venue says that ${order.id} was filled further than its executions tell`;
  }
  for (const order of world.orders.live.unordered()) {
    if (order.venue === venue && order.phase === 'ended' && openUnits(order) > 0n) return `executions of ${order.id} are still to be read`;
  }
  return undefined;
}

function assetRules(world: World, profile: VenueProfile): AssetRule[] {
  const assets = new Set(instrumentsOf(world.market, profile.name).flatMap(({ base, quote }) => [base, quote]));
  return [...assets].sort().map((asset) => ({
    asset, scale: assetScale(world.market, profile.name, asset) ?? 0, toleranceUnits: profile.toleranceUnits.find((tolerance) => tolerance.asset === asset)?.units ?? 0n,
  }));
}

/** A named person says what became of an order that nothing else can tell. */
function resolve(world: World, input: Extract<Input, { kind: 'resolve' }>, emit: Emit): Outcome {
  const order = orderById(world.orders, input.orderId);
  if (order === undefined) return { kind: 'no-such-order' };
  if (order.phase !== 'unknown') return { kind: 'nothing-to-do', why: `${order.id} is ${order.phase}, not unknown` };
  const said = `${input.by} says so: ${input.reason}`;
  for (const fact of cancelRequested(order, input.by, input.reason)) emit(fact); // first: whatever else a crash cuts off, it is not sent again
  emit({ type: 'order.absent', orderId: order.id, attempt: order.attempt, evidence: said });
  emit({ type: 'order.abandoned', orderId: order.id, why: said });
  return DONE;
}

/** What the books say of every asset of a venue's instruments, for people and for checks. */
export function holdings(world: World, venue: string): { asset: string; scale: number; postedUnits: bigint; pendingFeeLeastUnits: bigint; pendingFeeMostUnits: bigint; holdingUnits: bigint }[] {
  const profile = world.market.venues.get(venue);
  if (profile === undefined) return [];
  return assetRules(world, profile).map(({ asset, scale }) => {
    const fees = pendingFeesOf(world.ledger, venue, asset);
    return { asset, scale, postedUnits: balanceOf(world.ledger, assetsAccount(venue), asset), pendingFeeLeastUnits: fees.leastUnits, pendingFeeMostUnits: fees.mostUnits, holdingUnits: holdingUnits(world.ledger, venue, asset) };
  });
}
