import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeskEvent } from '../ports/index.ts';
import { createExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { gold, handClock, openFloor, words } from './fixture.ts';
import type { Floor } from './fixture.ts';
import { memoryLog } from './log.ts';
import type { ExchangeOptions } from './options.ts';

/** Prices and quantities crowded together, so that orders meet, tie, run out and overlap. */
const accountIds = fc.constantFrom('ann', 'bob');
const order = fc.record({
  do: fc.constant('place' as const),
  who: accountIds,
  text: fc.tuple(
    fc.constantFrom('buy ', 'sell '), fc.constantFrom('0.5', '1', '1.003', '40', '900'),
    fc.constantFrom(' @ 98', ' @ 99.99', ' @ 100', ' @ 100.01', ' @ 102', ' market', ' @ 101 stop 100.5', ' @ 99 stop 99.5', ' @ 100 stop 100'),
    fc.constantFrom('', ' ioc', ' fok', ' day'),
  ).map((parts) => parts.join('')),
  id: fc.constantFrom(undefined, 'a', 'b', 'c'),
});
const step = fc.oneof(
  { weight: 6, arbitrary: order },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), who: accountIds, nth: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const), who: accountIds, nth: fc.nat(20), quantity: fc.constantFrom('0.2', '2', '60'), limitPrice: fc.constantFrom('99', '100', '101') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), price: fc.constantFrom('97', '99', '100', '100.02', '103') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 30, 1_000, 60_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), who: accountIds, reason: fc.constantFrom('why', undefined) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const history = fc.array(step, { maxLength: 60, size: 'max' });
const setting = fc.record({
  idClass: fc.constantFrom('returns-original' as const, 'unique-forever' as const, 'unique-while-live' as const, 'not-enforced' as const, 'none' as const),
  selfMatch: fc.constantFrom('refuse' as const, 'allow' as const),
  acceptDelayMs: fc.constantFrom(0, 0, 40),
  cancelDelayMs: fc.constantFrom(0, 0, 40),
  sessionMs: fc.constantFrom(10_000, 3_600_000),
  fees: fc.constantFrom({ makerPpm: 0n, takerPpm: 0n }, { makerPpm: 1_500n, takerPpm: 2_500n }, { makerPpm: 333_333n, takerPpm: 999_999n }),
  price: fc.constantFrom<ExchangeOptions['price'] & object>(
    {}, { 'GOLD/USD': { kind: 'manual', startPrice: '100' } }, { 'GOLD/USD': { kind: 'walk', startPrice: '100', tickMs: 500, stepPpm: 400 } },
  ),
});

async function perform({ exchange, clock }: Pick<Floor, 'exchange' | 'clock'>, step: Step): Promise<void> {
  const nth = (who: string, n: number): string => exchange.orders(who).at(-1 - n)?.id ?? 'none';
  switch (step.do) {
    case 'place': return void (await exchange.place(step.who, words(step.text, step.id)));
    case 'cancel': return void (await exchange.cancel(step.who, nth(step.who, step.nth)));
    case 'replace': return void (await exchange.replace(step.who, nth(step.who, step.nth), { quantity: step.quantity, limitPrice: step.limitPrice }));
    case 'move': return exchange.move('GOLD/USD', step.price);
    case 'block': return exchange.blockAccount(step.who, step.reason);
    case 'pass': {
      clock.pass(step.ms);
      await exchange.cancel('ann', 'none'); // answered when all that time brought is durable
    }
  }
}

const truth = ({ oracle }: Exchange) => ({ orders: oracle.orders(), accounts: oracle.accounts(), trades: oracle.trades(), fees: oracle.fees(), totals: oracle.totals() });

const anyHistory = (check: (floor: Floor, steps: readonly Step[], options: Partial<ExchangeOptions>) => Promise<void>, numRuns = 300) =>
  fc.assert(fc.asyncProperty(setting, history, async (options, steps) => {
    const floor = await openFloor(options);
    floor.exchange.start();
    await check(floor, steps, options);
    await floor.exchange.stop();
  }), { numRuns });

test('X2, X3: in any history each asset is conserved over accounts, house and fees, and nothing available is negative', () =>
  anyHistory(async (floor, steps) => {
    for (const step of steps) {
      await perform(floor, step);
      const { totals, accounts } = truth(floor.exchange);
      assert.deepEqual([totals.USD?.sum, totals.GOLD?.sum], ['2000000', '2000']);
      for (const { balances } of accounts) for (const { available, held } of Object.values(balances)) assert.ok(!available.startsWith('-') && !held.startsWith('-'));
    }
  }));

test('X1: at any cut the log gives the same accounts, orders, trades and fees, and the same again when it goes on', () =>
  fc.assert(fc.asyncProperty(setting, history, history, fc.nat(), async (options, before, after, cut) => {
    const floor = await openFloor(options);
    floor.exchange.start();
    const seen: { lines: number; was: unknown }[] = [{ lines: floor.log.lines.length, was: truth(floor.exchange) }];
    for (const step of before) {
      await perform(floor, step);
      seen.push({ lines: floor.log.lines.length, was: truth(floor.exchange) });
    }
    await floor.exchange.stop();
    const { lines, was } = seen[cut % seen.length] ?? { lines: 0, was: undefined };
    const again = await openFloor(options, memoryLog(floor.log.lines.slice(0, lines)));
    assert.deepEqual(truth(again.exchange), was);
    // What comes after a restart has to be as sound as what came before: ids do not repeat, holds are still there.
    again.exchange.start();
    for (const step of after) await perform(again, step);
    await again.exchange.stop();
    const ids = again.exchange.oracle.orders().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([again.exchange.oracle.totals().USD?.sum, again.exchange.oracle.totals().GOLD?.sum], ['2000000', '2000']);
  }), { numRuns: 100 }));

test('the same seed and the same history give the same log, byte for byte', () =>
  anyHistory(async (floor, steps, options) => {
    for (const step of steps) await perform(floor, step);
    const twin = await openFloor(options);
    twin.exchange.start();
    for (const step of steps) await perform(twin, step);
    await twin.exchange.stop();
    assert.deepEqual(twin.log.lines, floor.log.lines);
  }, 60));

test('D2: each order is told of as accepted, new, fills, one end, with cumulative fills that only grow and add up', () =>
  anyHistory(async (floor, steps) => {
    for (const step of steps) await perform(floor, step);
    const byOrder = Map.groupBy(floor.heard, ({ order }: DeskEvent) => order.id);
    for (const events of byOrder.values()) {
      const kinds = events.map(({ kind }) => kind).join(' ');
      assert.match(kinds, /^accepted( new)?( partial-fill)*( fill| cancelled| expired| rejected| replaced)?$/);
      const [last] = events.slice(-1);
      let cumulative = 0;
      for (const { trade, order: told } of events) {
        if (trade === undefined) continue;
        cumulative += Number(trade.quantity);
        assert.ok(Math.abs(Number(trade.cumulativeQuantity) - cumulative) < 1e-6);
        assert.equal(told.filledQuantity, trade.cumulativeQuantity);
      }
      // Nobody is told of a cancel that was only asked for, or of a stop that was passed: they change no more than this time.
      const now = last && floor.exchange.order(last.order.accountId, last.order.id);
      assert.deepEqual({ ...now, updatedAtMs: 0 }, { ...last?.order, updatedAtMs: 0 });
    }
    assert.equal(byOrder.size, floor.exchange.oracle.orders().length);
  }));

test('T2, T3: what may not rest ends in its own turn, and fill-or-kill is whole or nothing', () =>
  anyHistory(async (floor, steps) => {
    for (const step of steps) await perform(floor, step);
    for (const { timeInForce, type, state, filledQuantity, quantity } of floor.exchange.oracle.orders()) {
      if (timeInForce === 'fok' && state !== 'accepted') assert.ok(filledQuantity === '0' || filledQuantity === quantity);
      if (timeInForce === 'ioc' && type === 'limit') assert.ok(state !== 'new' && state !== 'partially-filled');
      if (type === 'market') assert.ok(state !== 'new' && state !== 'partially-filled');
    }
  }));

test('K1, T1: no order is passed over by a later or worse one, and the book is never crossed', () =>
  anyHistory(async (floor, steps) => {
    const { exchange } = floor;
    for (const step of steps) {
      const known = exchange.oracle.trades().length;
      const before = exchange.oracle.orders().filter(({ state, type }) => (state === 'new' || state === 'partially-filled') && type === 'limit');
      await perform(floor, step);
      const after = new Map(exchange.oracle.orders().map((shown) => [shown.id, shown]));
      for (const { liquidity, orderId } of exchange.oracle.trades().slice(known)) {
        const filled = before.find(({ id }) => id === orderId);
        if (liquidity !== 'maker' || filled === undefined) continue;
        for (const rival of before) {
          if (rival.side !== filled.side || rival.id === filled.id || after.get(rival.id)?.endedAtMs !== null) continue;
          const ahead: number = (Number(rival.limitPrice) - Number(filled.limitPrice)) * (rival.side === 'buy' ? 1 : -1);
          assert.ok(ahead <= 0, 'a better price was passed over');
          assert.ok(ahead < 0 || before.indexOf(rival) > before.indexOf(filled), 'an earlier order was passed over');
        }
      }
      const resting = [...after.values()].filter(({ state, type }) => (state === 'new' || state === 'partially-filled') && type === 'limit');
      const bids = resting.filter(({ side }) => side === 'buy').map(({ limitPrice }) => Number(limitPrice));
      const asks = resting.filter(({ side }) => side === 'sell').map(({ limitPrice }) => Number(limitPrice));
      assert.ok(Math.max(0, ...bids) < Math.min(Infinity, ...asks), 'the book is crossed');
    }
  }));

test('unique for ever means that no two orders of an account ever share a client order id', () =>
  fc.assert(fc.asyncProperty(history, async (steps) => {
    const floor = await openFloor({ idClass: 'unique-forever' });
    for (const step of steps) await perform(floor, step);
    const ids = floor.exchange.oracle.orders().map(({ accountId, clientOrderId }) => `${accountId} ${clientOrderId}`);
    assert.equal(new Set(ids).size, ids.length);
  })));

test('the default exchange opens with its instruments, all quoted, every asset in dollars, and the demo account', async () => {
  const exchange = await createExchange({ clock: handClock(), seed: 1 });
  assert.deepEqual(exchange.instruments().map(({ symbol }) => symbol), ['BTC/USD', 'ETH/USD', 'BTC/USDC', 'BTC/USDT', 'USDC/USD', 'USDT/USD', 'AAPL', 'PENY']);
  for (const { symbol } of exchange.instruments()) {
    const quote = exchange.quote(symbol);
    assert.ok(quote !== undefined && Number(quote.bid) < Number(quote.ask) && Number(quote.bidSize) > 0);
  }
  assert.equal(exchange.authenticate('demo-key', 'demo-secret'), 'demo');
  assert.equal(exchange.account('demo').balances.BTC?.total, '20');
  assert.equal(gold.symbol, 'GOLD/USD');
});
