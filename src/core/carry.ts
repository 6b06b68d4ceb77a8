/**
 * What a new segment leaves behind, and how it comes back when somebody speaks of it.
 *
 *   C1. Only what is done is left behind: nothing open, owed, blocked or counted is.
 *   C2. What is left behind was in the index of older keys, word for word, before the segment that lacks it was opened.
 *   C3. Before an input is taken, whatever it speaks of is back. So no decision differs from one that never forgot.
 */
import { invariant, parseCanonical } from '../base/index.ts';
import type { Table } from '../base/index.ts';
import { FIRST_FORMAT } from '../journal/index.ts';
import type { Activity, OrderReport } from './market/index.ts';
import { namesInText, orderIdOf } from './orders/index.ts';
import type { Order } from './orders/index.ts';
import type { Input } from './decide.ts';
import type { Fact } from './events.ts';
import type { KeptRow } from './segments/index.ts';
import { STATE_FORMAT, STATE_SINCE } from './formats/index.ts';
import { digestOf, evolve, forgetting, stateText, tableOf } from './world.ts';
import type { Stamped, World } from './world.ts';

/** What the earlier segments hold of the names that an input speaks of, as of a certain open segment. */
export type Earlier = { readonly segment: number; readonly rows: readonly KeptRow[] };

/**
 * The rows that a segment opened now may leave behind: done for longer than the horizon. One by one, and `undefined` for each that
 * stays: whoever asks can do something else in between.
 */
export function* leftBehind(world: World, nowMs: number, horizonMs: number): Generator<KeptRow | undefined, void> {
  const since = nowMs - horizonMs;
  const { orders, messages, ledger } = world;
  function* pass<V>(table: KeptRow['table'], from: Table<V>, isDone: (value: V, key: string) => boolean): Generator<KeptRow | undefined, void> {
    for (const [key, record] of from.texts()) yield isDone(parseCanonical(record) as V, key) ? { table, key, record } : undefined;
  }
  yield* pass('orders.done', orders.done, (order) => order.phaseAtMs < since && !isStillTold(world, order) && !isFollowed(world, order));
  yield* pass('orders.foreign', orders.foreign, ({ open, atMs }) => !open && atMs < since);
  yield* pass('messages.dealt', messages.dealt, ({ atMs }) => atMs < since);
  yield* pass('messages.bodies', messages.bodies, ({ atMs }) => atMs < since);
  yield* pass('ledger.fills', ledger.fills, ({ atMs }, key) => atMs < since && !ledger.pendingFees.has(key));
  yield* pass('ledger.fees', ledger.fees, ({ atMs }) => atMs < since);
}

/** In the order in which `leftBehind` goes through them. */
const tables: readonly KeptRow['table'][] = ['orders.done', 'orders.foreign', 'messages.dealt', 'messages.bodies', 'ledger.fills', 'ledger.fees'];

/** Folds the opening of a segment, and says which rows it left behind: what the index of older keys was given before. */
export function evolveOpening(world: World, fact: Extract<Fact, { type: 'segment.opened' }>, header: Stamped): KeptRow[] {
  const before = tables.flatMap((table) => [...tableOf(world, table).texts()].map(([key, record]): KeptRow => ({ table, key, record })));
  evolve(world, fact, header);
  return before.filter(({ table, key }) => !tableOf(world, table).has(key));
}

/** An order at the venue that is open under one of this order's names, or an execution of it that is still to be booked. */
const isStillTold = ({ orders, ledger }: World, { venue, venueOrderIds }: Order): boolean =>
  venueOrderIds.some((id) => orders.foreign.get(`${venue} ${id}`)?.open === true || ledger.unattributed.has(`${venue} ${id}`));

/** What it is filled late counts in what follows it, as long as that is here (Y2 in orders/amends.ts). */
const isFollowed = ({ orders }: World, { amend, replacedBy }: Order): boolean => amend !== undefined || (replacedBy !== undefined && (orders.live.has(replacedBy) || orders.done.has(replacedBy)));

/** A row as the index keeps it, and every name under which somebody may ask for it. */
export function keptRow(row: KeptRow): { readonly row: KeptRow; readonly names: readonly string[] } {
  const names = [`${row.table} ${row.key}`];
  if (row.table === 'orders.done') {
    const { venue, clientOrderIds, venueOrderIds } = namesInText(row.record);
    for (const id of clientOrderIds) names.push(`client ${venue} ${id}`);
    for (const id of venueOrderIds) names.push(`venue ${venue} ${id}`);
  }
  return { row, names };
}

/**
 * The names an input speaks of that this world does not know: what must be asked of the index before it is taken.
 * @param found what was found already; a name may lead to another
 */
export function namesIn(world: World, input: Input, found: readonly KeptRow[]): string[] {
  if (world.segment.number === 1) return []; // nothing was left behind yet
  const names = new Set<string>();
  switch (input.kind) {
    case 'signal': {
      const { key, keyFrom, amends } = input.routed.signal;
      if (amends !== undefined) order(world, amends.orderId, names);
      if (keyFrom !== 'body-in-window') wish(world, key, names);
      else if (!world.messages.bodies.has(key)) names.add(`messages.bodies ${key}`);
      break;
    }
    case 'refuse-signal': wish(world, input.key, names); break;
    case 'reported': reportIn(world, input.venue, input.report, names); break;
    case 'activity': activityIn(world, input.venue, input.activity, names); break;
    case 'reconciled':
      activityIn(world, input.venue, input.reading.activity, names);
      for (const report of [...input.reading.openOrders, ...input.reading.looked]) reportIn(world, input.venue, report, names);
      break;
    case 'submit-answered': case 'find-answered': case 'cancel-answered': case 'cancel': case 'resolve': case 'release': order(world, input.orderId, names); break;
    default: break;
  }
  for (const { table, record } of found) if (table === 'messages.bodies') wish(world, keyOfBody(record), names);
  for (const { table, key } of found) names.delete(`${table} ${key}`);
  return [...names];
}

const keyOfBody = (record: string): string => (JSON.parse(record) as { readonly key: string }).key.replace(/^##/, '#');

function order({ orders }: World, orderId: string, names: Set<string>): void {
  if (!orders.live.has(orderId) && !orders.done.has(orderId)) names.add(`orders.done ${orderId}`);
}

function wish(world: World, key: string, names: Set<string>): void {
  order(world, orderIdOf(key), names);
  if (!world.messages.dealt.has(key)) names.add(`messages.dealt ${key}`);
}

function reportIn({ orders }: World, venue: string, { clientOrderId, venueOrderId }: OrderReport, names: Set<string>): void {
  if (clientOrderId !== undefined && orders.byClientOrderId.has(venue, clientOrderId)) return;
  if (clientOrderId !== undefined) names.add(`client ${venue} ${clientOrderId}`);
  venueOrder(orders, venue, venueOrderId, names);
}

function venueOrder(orders: World['orders'], venue: string, venueOrderId: string, names: Set<string>): void {
  const key = `${venue} ${venueOrderId}`;
  if (orders.byVenueOrderId.has(venue, venueOrderId) || orders.foreign.has(key)) return;
  names.add(`venue ${key}`);
  names.add(`orders.foreign ${key}`);
}

function activityIn({ ledger, orders }: World, venue: string, { fills, fees }: Activity, names: Set<string>): void {
  for (const { fillId, venueOrderId } of fills) {
    if (ledger.fills.has(`${venue} ${fillId}`)) continue;
    names.add(`ledger.fills ${venue} ${fillId}`);
    venueOrder(orders, venue, venueOrderId, names);
  }
  for (const { feeId } of fees) if (!ledger.fees.has(`${venue} ${feeId}`)) names.add(`ledger.fees ${venue} ${feeId}`);
}

/** C3: what was found comes back, as far as it is not here. */
export function recalled(world: World, { segment, rows }: Earlier): Fact[] {
  invariant(segment === world.segment.number, `the index was asked in the open segment (${segment}, now ${world.segment.number})`);
  const missing = rows.filter(({ table, key }) => !tableOf(world, table).has(key));
  return missing.length === 0 ? [] : [{ type: 'segment.recalled', rows: missing }];
}

/** Whether every release that may be asked to read this journal knows the state that a segment would begin with. */
export const mayOpenSegment = (world: World): boolean => world.format >= STATE_SINCE;

/** C2: only rows that are still as they were when the index took them. */
export function opened(world: World, previousHash: string, left: readonly KeptRow[]): Fact {
  invariant(mayOpenSegment(world), `no segment begins with a state that a journal of format ${world.format} does not have`);
  const gone = left.filter(({ table, key, record }) => tableOf(world, table).textOf(key) === record);
  const fact: Fact = {
    type: 'segment.opened', segment: world.segment.number + 1, previousSeq: world.life.seq, previousHash, digest: digestOf(world), format: STATE_FORMAT, ...(world.format === FIRST_FORMAT ? {} : { recordFormat: world.format }), removedThroughSeq: world.segment.removed?.lastSeq ?? 0, left: gone.length,
    state: stateText(world, new Set(gone.map(({ table, key }) => `${table} ${key}`))),
  };
  forgetting(world, fact, gone);
  return fact;
}
