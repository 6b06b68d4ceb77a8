/**
 * What must be true at the end, whatever happened: judged from the journal on disk and the exchange's own record.
 *
 *   J1. Every wish that was answered has exactly one order at the exchange, or one recorded refusal.
 *   J2. No order at the exchange lacks a wish, and none was sent before `order.sending` was in the journal.
 *   J3. Every order is final, filled as the exchange says, and the books equal the exchange's accounts to the last unit.
 */
import assert from 'node:assert/strict';
import { formatUnits } from '../../src/base/index.ts';
import { assetScale, factsCodec, instrumentAt, isFinal, orderById, orderIdOf } from '../../src/core/index.ts';
import type { Fact, Order, World } from '../../src/core/index.ts';
import { openHeader } from '../../src/journal/index.ts';
import { realClock, realIds } from '../../src/edges/clock/index.ts';
import { openReader, openSqliteStore } from '../../src/edges/sqlite/index.ts';
import { replay } from '../../src/runtime/index.ts';
import type { Bot } from './kit-bot.ts';
import { asked } from './kit-program.ts';
import type { Json, System } from './kit.ts';

export type Verdict = {
  readonly wishes: number;
  readonly repeated: number; // answered only after more than one try
  readonly orders: number; // at the exchange
  readonly refusals: number;
  readonly fills: number;
  readonly boots: number;
  readonly bootsInDoubt: number; // whose last life died between `order.sending` and any evidence
  readonly ordersInDoubt: number; // orders in that place at such a death
  readonly foundAgain: number; // orders whose outcome was unknown and that were found at the exchange
  readonly absent: number; // proven never to have arrived
  readonly entries: number;
};

const VENUE = 'alpaca';

/** Judges a system that has settled and was stopped; its exchange still runs. */
export async function judge(system: System, bot: Bot): Promise<Verdict> {
  assert.deepEqual(bot.refused, [], 'no wish was turned away as a mistake of the bot');
  const unanswered = bot.wishes.filter(({ answer }) => answer === undefined);
  assert.deepEqual(unanswered, [], 'every wish was answered in the end');

  const facts = await factsOf(system.data);
  const { world, entries } = await worldOf(system.data);
  const atExchange = new Map<string, Json[]>(); // by our order id
  for (const order of (await system.oracle('orders')) as Json[]) {
    const id = /^bw-([0-9a-f]{20})-\d+$/.exec(order.clientOrderId)?.[1];
    assert.ok(id !== undefined, `${order.clientOrderId} at the exchange is named like none of ours`);
    atExchange.set(id, [...(atExchange.get(id) ?? []), order]);
  }

  const known = new Set<string>();
  let refusals = 0;
  for (const { key, body, answer } of bot.wishes) {
    if (body['action'] === 'cancel') continue;
    const orderId = orderIdOf(answer.key ?? `bot/bot/${key}`);
    assert.equal(answer.orderId, orderId, `${key} was answered with its own order`);
    known.add(orderId);
    const order = orderById(world.orders, orderId);
    assert.ok(order !== undefined, `${key} was answered, and its order ${orderId} is in the journal`);
    const placed = atExchange.get(orderId) ?? [];
    const refused = order.phase === 'blocked' || order.phase === 'abandoned' || (order.phase === 'rejected' && placed.length === 0);
    if (refused) refusals += 1;
    assert.equal(placed.length, refused ? 0 : 1, `${key}: an order that is ${order.phase} is ${placed.length} times at the exchange`); // J1
    if (placed[0] !== undefined) judgeOrder(world, order, placed[0], body);
  }
  for (const id of atExchange.keys()) assert.ok(known.has(id), `order ${id} at the exchange has no wish`); // J2
  assert.deepEqual([...world.orders.live.values()].map(({ id, phase }) => `${id} ${phase}`), [], 'every order is final');
  for (const order of world.orders.done.values()) assert.ok(isFinal(order.phase));
  await judgeBooks(system, world);

  const verified = await asked(['journal', 'verify', '--data', system.data, '--json']);
  assert.equal(verified.code, 0, `journal verify: ${JSON.stringify(verified.document)}`);

  const repeated = bot.wishes.filter(({ tries }) => tries > 1).length;
  const fills = facts.filter((fact) => fact.type === 'fill.booked').length;
  return { wishes: bot.wishes.length, repeated, orders: atExchange.size, refusals, fills, entries, ...doubtsIn(facts) };
}

function judgeOrder(world: World, order: Order, placed: Json, body: Readonly<Record<string, string>>): void {
  const scale = instrumentAt(world.market, VENUE, order.symbol)?.quantityScale ?? 0;
  assert.equal(placed.side, body['side']);
  assert.equal(Number(placed.quantity), Number(body['quantity']), 'the exchange was asked for what was wished');
  assert.ok(['filled', 'cancelled', 'expired', 'rejected'].includes(placed.state), `${order.id} is ${placed.state} at the exchange, and ${order.phase} here`);
  assert.equal(formatUnits(order.filledUnits, scale), placed.filledQuantity, `${order.id} is filled here as at the exchange`); // J3
}

async function judgeBooks(system: System, world: World): Promise<void> {
  const accounts: Json[] = await system.oracle('accounts');
  const balances = accounts[0].balances;
  assert.equal(world.ledger.pendingFees.size, 0, 'every fee is told');
  for (const asset of ['BTC', 'USD']) {
    const units = world.ledger.balances.get(`assets:${VENUE} ${asset}`);
    assert.ok(units !== undefined, `the books have ${asset}`);
    assert.equal(formatUnits(units, assetScale(world.market, VENUE, asset) ?? 0), balances[asset].total, `${asset}: the books equal the account`); // J3
  }
}

async function worldOf(data: string): Promise<{ readonly world: World; readonly entries: number }> {
  const store = await openSqliteStore({ directory: data, clock: realClock(), ids: realIds() }); // and so the lock is free
  try {
    const { world, head } = await replay(store, { snapshots: false });
    return { world, entries: head.seq };
  } finally {
    await store.close();
  }
}

export async function factsOf(data: string): Promise<readonly Fact[]> {
  const reader = openReader(data);
  try {
    const facts: Fact[] = [];
    for (;;) {
      const page = await reader.read(facts.length + 1, 1_000);
      if (page.length === 0) return facts;
      for (const entry of page) {
        const { type, typeVersion } = openHeader(entry);
        facts.push(factsCodec.decode(type, typeVersion, entry.payload));
      }
    }
  } finally {
    reader.close();
  }
}

type Doubts = Pick<Verdict, 'boots' | 'bootsInDoubt' | 'ordersInDoubt' | 'foundAgain' | 'absent'>;

/** Reads from the journal where each life ended: an order whose last fact is `order.sending` when the next life begins was between the two. */
export function doubtsIn(facts: readonly Fact[]): Doubts {
  const sending = new Set<string>();
  const doubts = { boots: 0, bootsInDoubt: 0, ordersInDoubt: 0, foundAgain: 0, absent: 0 };
  for (const fact of facts) {
    if (fact.type === 'order.sending') sending.add(fact.orderId);
    else if (fact.type === 'runtime.booted') {
      doubts.boots += 1;
      doubts.bootsInDoubt += sending.size > 0 ? 1 : 0;
      doubts.ordersInDoubt += sending.size;
      sending.clear();
    } else if ('orderId' in fact && fact.orderId !== undefined) sending.delete(fact.orderId);
    if (fact.type === 'order.acknowledged' && fact.after === 'unknown') doubts.foundAgain += 1;
    if (fact.type === 'order.absent') doubts.absent += 1;
  }
  return doubts;
}

export const total = (verdicts: readonly Verdict[]): Verdict =>
  Object.fromEntries(Object.keys(verdicts[0] ?? {}).map((name) => [name, verdicts.reduce((sum, verdict) => sum + verdict[name as keyof Verdict], 0)])) as Verdict;
