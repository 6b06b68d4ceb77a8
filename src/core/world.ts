/**
 * All views side by side: the whole state that decisions look at, and nothing that is not a fold of the journal.
 *
 *   W1. `evolve` is the only way a world changes, live as in replay.
 *   W2. Two worlds that folded the same entries have the same digest; so has one restored from a snapshot, or begun at the
 *       opening of a segment.
 */
import { Table, canonicalText, invariant, parseCanonical, unreachable } from '../base/index.ts';
import { FIRST_FORMAT, sha256Hex } from '../journal/index.ts';
import type { EmergencyMark, EntryHeader } from '../journal/index.ts';
import { emptyCircuits, evolveCircuits } from './breakers/index.ts';
import type { BreakerFact, Circuits } from './breakers/index.ts';
import type { Fact } from './events.ts';
import { STATE_FORMAT } from './formats/index.ts';
import type { FormatFact } from './formats/index.ts';
import { emptyHealth, evolveHealth, evolveHealthBoot, UNWATCHED } from './health/index.ts';
import type { Health, HealthFact, SystemSafety } from './health/index.ts';
import { emptyLedger, evolveLedger, evolveLedgerBoot, evolveReservations, reindexLedger } from './ledger/index.ts';
import type { Ledger, LedgerFact } from './ledger/index.ts';
import { emptyChanges, emptyControls, evolveChanges, evolveControls } from './limits/index.ts';
import type { ChangeFact, Changes, Controls, LimitFact, Limits } from './limits/index.ts';
import { emptyMarket, evolveMarket, evolveMarketBoot } from './market/index.ts';
import type { Market, MarketFact } from './market/index.ts';
import { emptyMessages, evolveEnded, evolveMessages } from './messages/index.ts';
import type { MessageFact, Messages } from './messages/index.ts';
import { emptyOrders, evolveBoot, evolveFill, evolveOrders, indexOrder, namesInText, orderById, reindexOrders, unindexOrder } from './orders/index.ts';
import type { OrderFact, Orders } from './orders/index.ts';
import { OPEN_GATE, evolveGate } from './safety/gate.ts';
import type { Gate, SafetyFact } from './safety/gate.ts';
import { SYSTEM } from './safety/ladder.ts';
import { evolveStops, moveGate } from './safety/stops.ts';
import type { Stop, StopFact } from './safety/stops.ts';
import { FIRST_SEGMENT } from './segments/index.ts';
import type { KeptRow, Segment, SegmentFact } from './segments/index.ts';
import { readState, writeState } from './state-text.ts';
import { LOSS, STREAK, emptyValuation, evolveRisk, evolveTrades, forgetRounds } from './valuation/index.ts';
import type { RiskFact, Valuation } from './valuation/index.ts';

export type Life = { readonly bootId: string; readonly epoch: number; readonly version: string; readonly bootedAtMs: number; readonly seq: number; readonly atMs: number; readonly wallMs: number };

export type World = {
  readonly market: Market;
  readonly orders: Orders;
  readonly ledger: Ledger;
  readonly messages: Messages;
  readonly breakers: Circuits; // by name; one that was never opened nor held has no row
  readonly valuation: Valuation;
  readonly health: Health;
  readonly controls: Controls; // what left lately, and who was stopped
  readonly changes: Changes; // of limits: what is agreed, and what waits for a person
  readonly counts: Table<number>; // of entries, by type
  readonly emergencies: Table<EmergencyMark>; // how far emergency logs are taken over, by writer
  limits: Limits | undefined;
  limitsHash: string;
  gate: Gate; // of the whole system
  readonly gates: Table<Gate>; // of parts of it, by scope, where they do not stand at ACTIVE
  readonly stops: Table<Stop>; // kills and flattens under way, and the receipts of the last ones
  segment: Segment; // the one that is open
  format: number; // of the record: what may be written into it
  life: Life; // of the last entry folded
};

/** The state that a segment begins with is read in every format since this one; a release that gives a field another meaning translates it. */
const FIRST_SEGMENTED_FORMAT = 3;

export const emptyWorld = (): World => ({
  market: emptyMarket(), orders: emptyOrders(), ledger: emptyLedger(), messages: emptyMessages(), controls: emptyControls(), changes: emptyChanges(), breakers: emptyCircuits(), valuation: emptyValuation(), health: emptyHealth(), counts: new Table(), emergencies: new Table(), limits: undefined, limitsHash: '', gate: OPEN_GATE, gates: new Table(), stops: new Table(), segment: FIRST_SEGMENT, format: FIRST_FORMAT,
  life: { bootId: '', epoch: 0, version: '', bootedAtMs: 0, seq: 0, atMs: 0, wallMs: 0 },
});

/** What evolving needs of an entry's header. */
export type Stamped = Pick<EntryHeader, 'seq' | 'atMs' | 'wallMs' | 'epoch' | 'bootId' | 'correlationId'>;

export function evolve(world: World, fact: Fact, header: Stamped): void {
  const begins = world.life.seq === 0 && (header.seq === 1 || fact.type === 'segment.opened');
  invariant(begins || header.seq === world.life.seq + 1, `entries are folded in order, without a gap (${header.seq} after ${world.life.seq})`);
  const family = fact.type.slice(0, fact.type.indexOf('.'));
  switch (family) {
    case 'venue': case 'instrument': evolveMarket(world.market, fact as MarketFact); break;
    case 'order': case 'foreign': evolveOrder(world, fact as OrderFact, header); break;
    case 'fill': case 'fee': case 'balance': case 'activity': case 'reconciliation': evolveBooks(world, fact as LedgerFact, header.atMs); break;
    case 'signal': evolveMessages(world.messages, fact as MessageFact, header); break;
    case 'breaker': evolveBreakers(world, fact as BreakerFact); break;
    case 'component': case 'safety': evolveHealth(world.health, fact as HealthFact, header); break;
    case 'segment': evolveSegment(world, fact as SegmentFact, header); break;
    case 'format': evolveFormat(world, fact as FormatFact); break;
    case 'emergency':
      if (fact.type === 'emergency.imported') world.emergencies.set(fact.writer, { seq: fact.throughSeq, hash: fact.throughHash });
      break;
    case 'risk': evolveRisk(world.valuation, world, fact as RiskFact, header.atMs); break;
    case 'limits':
      if (fact.type === 'limits.set') [world.limits, world.limitsHash] = [fact.limits, fact.hash];
      else evolveChanges(world.changes, fact as ChangeFact, header.atMs);
      break;
    case 'strategy': evolveControls(world.controls, world.limits, fact as LimitFact, undefined, header.atMs); break;
    case 'kill': evolveStops(world, fact as StopFact, header); break;
    default: evolveSafety(world, fact as SafetyFact, header.wallMs);
  }
  const { seq, atMs, wallMs, epoch, bootId } = header;
  if (seq === 1) world.segment = { ...world.segment, openedAtMs: atMs };
  world.life = { ...world.life, seq, atMs, wallMs, epoch, bootId };
  if (fact.type === 'runtime.booted') {
    evolveBoot(world.orders, header);
    evolveMarketBoot(world.market);
    evolveLedgerBoot(world.ledger);
    evolveHealthBoot(world.health, atMs);
    world.life = { ...world.life, version: fact.version, bootedAtMs: atMs };
  }
  world.counts.set(fact.type, (world.counts.get(fact.type) ?? 0) + 1);
}

function evolveBreakers(world: World, fact: BreakerFact): void {
  evolveCircuits(world.breakers, fact);
  if (fact.type === 'breaker.opened' && fact.breaker === LOSS && fact.evidence?.['rule'] === STREAK) forgetRounds(world.valuation);
}

function evolveOrder(world: World, fact: OrderFact, header: Stamped): void {
  evolveOrders(world.orders, fact, header);
  if (!('orderId' in fact)) return;
  if (fact.type === 'order.amend-ended') evolveEnded(world.messages, fact, header.atMs);
  const order = orderById(world.orders, fact.orderId);
  evolveReservations(world.ledger, fact, order);
  evolveControls(world.controls, world.limits, fact, order, header.atMs);
}

function evolveBooks(world: World, fact: LedgerFact, atMs: number): void {
  evolveTrades(world.valuation, world, fact, atMs);
  evolveLedger(world.ledger, fact, atMs);
  if (fact.type === 'fill.booked' && fact.orderId !== undefined) evolveFill(world.orders, { orderId: fact.orderId, quantityUnits: fact.quantityUnits, valueUnits: fact.valueUnits });
}

function evolveSafety(world: World, fact: SafetyFact, wallMs: number): void {
  const scope = fact.type === 'gate.moved' ? fact.scope : SYSTEM;
  if (scope === SYSTEM) world.gate = evolveGate(world.gate, fact, wallMs);
  else if (fact.type === 'gate.moved') moveGate(world, scope, { state: fact.to, by: fact.by, reason: fact.reason, sinceMs: wallMs });
}

function evolveFormat(world: World, { from, to }: FormatFact): void {
  invariant(from === world.format && to > from, `the format of the record only rises (from ${from} to ${to}, it is ${world.format})`);
  world.format = to;
}

function evolveSegment(world: World, fact: SegmentFact, header: Stamped): void {
  switch (fact.type) {
    case 'segment.opened': {
      invariant(fact.previousSeq === header.seq - 1, `a segment opens right after the one before (${fact.previousSeq}, ${header.seq})`);
      // A snapshot of an older format may be passed over; this may not. What a later format added begins empty.
      invariant(fact.format >= FIRST_SEGMENTED_FORMAT && fact.format <= STATE_FORMAT, `the state of segment ${fact.segment} has a format that this release reads (${fact.format}, up to ${STATE_FORMAT})`);
      if (!forget(world, fact)) restore(world, fact.state);
      invariant(world.format === (fact.recordFormat ?? FIRST_FORMAT), `segment ${fact.segment} begins in the format of its state (${world.format})`);
      world.segment = { ...world.segment, number: fact.segment, firstSeq: header.seq, openedAtMs: header.atMs };
      return;
    }
    case 'segment.recalled': return recall(world, fact.rows);
    case 'segment.removed': world.segment = { ...world.segment, removed: { segment: fact.segment, lastSeq: fact.lastSeq, lastHash: fact.lastHash } };
  }
}

/** By the fact that a world is about to evolve by: the rows that its state lacks. */
const cuts = new WeakMap<Fact, { readonly world: World; readonly gone: readonly KeptRow[] }>();

/**
 * Whoever opens a segment has all of its state at hand, and only forgets what it leaves behind; it would stand still while it read the
 * whole of it back. Everybody else restores the state, and must come to the same world: the follower proves it each time.
 */
export const forgetting = (world: World, fact: Fact, gone: readonly KeptRow[]): void => void cuts.set(fact, { world, gone });

function forget(world: World, fact: Fact): boolean {
  const cut = cuts.get(fact);
  if (cut?.world !== world) return false;
  for (const { table, key, record } of cut.gone) {
    tableOf(world, table).delete(key);
    if (table === 'orders.done') unindexOrder(world.orders, { id: key, ...namesInText(record) });
  }
  return true;
}

function recall(world: World, rows: readonly KeptRow[]): void {
  for (const { table, key, record } of rows) {
    const into = tableOf(world, table);
    invariant(!into.has(key), `what is called back was not here (${table} ${key})`);
    into.set(key, parseCanonical(record));
    const order = table === 'orders.done' ? world.orders.done.get(key) : undefined;
    if (order !== undefined) indexOrder(world.orders, order);
  }
}

/** One of the views whose rows may be left behind. */
export function tableOf(world: World, name: KeptRow['table']): Table<unknown> {
  switch (name) {
    case 'orders.done': return world.orders.done;
    case 'orders.foreign': return world.orders.foreign;
    case 'messages.dealt': return world.messages.dealt;
    case 'messages.bodies': return world.messages.bodies;
    case 'ledger.fills': return world.ledger.fills;
    case 'ledger.fees': return world.ledger.fees;
    default: return unreachable(name);
  }
}

/** Every table of a world, by name: what is snapshotted, and what the digest is made of. */
function tablesOf(world: World): [string, Table<unknown>][] {
  const named: [string, Table<unknown>][] = [['counts', world.counts], ['emergencies', world.emergencies], ['breakers', world.breakers], ['gates', world.gates], ['stops', world.stops]];
  for (const [view, tables] of Object.entries({ market: world.market, orders: world.orders, ledger: world.ledger, messages: world.messages, controls: world.controls, changes: world.changes, valuation: world.valuation, health: world.health })) {
    for (const [name, table] of Object.entries(tables as Record<string, unknown>)) if (table instanceof Table) named.push([`${view}.${name}`, table]);
  }
  return named;
}

const singles = (world: World): object => ({
  limits: world.limits ?? null, limitsHash: world.limitsHash, gate: world.gate, segment: world.segment, life: world.life, ...(world.format === FIRST_FORMAT ? {} : { format: world.format }),
  ...(world.health.system === UNWATCHED ? {} : { safety: world.health.system }),
});

/** A view that came later is no part of the digest while it is empty: what was written before it was there keeps its digest. */
const later: ReadonlySet<string> = new Set(['orders.amends', 'messages.silences', 'emergencies', 'breakers', 'gates', 'stops', 'controls.sent', 'controls.streaks', 'controls.lately', 'controls.throttled', 'changes.agreed', 'changes.held', 'changes.temporary', 'changes.overrides', 'valuation.account', 'valuation.flows', 'valuation.lots', 'valuation.today', 'valuation.levels', 'health.components', 'market.deadMen']);
const isCounted = ([name, table]: [string, Table<unknown>]): boolean => !later.has(name) || table.size > 0;

/** One name for the whole state. Costs what changed since it was last asked for. */
export const digestOf = (world: World): string =>
  sha256Hex(`${tablesOf(world).filter(isCounted).map(([name, table]) => `${name}=${table.digest()}`).join('\n')}\n${canonicalText(singles(world))}`);

/** @param without rows that are left out, as `table key` */
export const stateText = (world: World, without: ReadonlySet<string> = new Set()): string => writeState(STATE_FORMAT, singles(world), tablesOf(world).filter(isCounted), without);

export const freezeWorld = (world: World): Uint8Array => new TextEncoder().encode(stateText(world));

/** The world of a snapshot. The caller compares its digest with the one beside the snapshot before believing it. */
export function thawWorld(state: Uint8Array): World {
  const world = emptyWorld();
  restore(world, new TextDecoder().decode(state));
  return world;
}

/** Makes a world exactly that of a state, in its own tables: whoever holds one of them sees the new rows. */
function restore(world: World, state: string): void {
  const { singles: kept, tables } = readState(state);
  const frozen = kept as { limits: Limits | null; limitsHash: string; gate: Gate; segment: Segment; life: Life; format?: number; safety?: SystemSafety };
  const own = tablesOf(world);
  for (const [name, rows] of tables) invariant(rows.length === 0 || own.some(([known]) => known === name), `every view of a state is known (${name})`);
  for (const [name, table] of own) table.restore(tables.get(name) ?? []);
  world.limits = frozen.limits ?? undefined;
  world.limitsHash = frozen.limitsHash;
  world.gate = frozen.gate;
  world.segment = frozen.segment;
  world.format = frozen.format ?? FIRST_FORMAT;
  world.life = frozen.life;
  world.health.system = frozen.safety ?? UNWATCHED;
  world.market.listings.changed();
  reindexOrders(world.orders);
  reindexLedger(world.ledger);
}
