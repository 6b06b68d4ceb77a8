import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { NewDeskOrder } from '../ports/index.ts';
import { newYork, phaseAt } from './calendar.ts';
import { handClock, openFloor } from './fixture.ts';
import { defaultInstruments } from './options.ts';
import type { ExchangeOptions } from './options.ts';

const at = (text: string): number => Date.parse(text);
const shares = defaultInstruments.filter(({ stock }) => stock !== undefined);
const beforeTheOpening = at('2026-01-05T12:00:00Z'); // a Monday, 07:00 in New York

async function floorAt(startMs: number, options: Partial<ExchangeOptions> = {}) {
  const clock = handClock(startMs);
  const balances = { USD: '100000', AAPL: '100', PENY: '1000' };
  const accounts = [{ id: 'ann', keyId: 'ann-key', secret: 'a', balances }, { id: 'bob', keyId: 'bob-key', secret: 'b', balances }];
  const floor = await openFloor({ clock, instruments: shares, accounts, fees: { makerPpm: 1_000n, takerPpm: 1_000n }, price: { AAPL: { kind: 'manual', startPrice: '200' } }, ...options });
  floor.exchange.start();
  const passTo = async (time: string): Promise<void> => {
    clock.pass(at(time) - clock.wallMs());
    await floor.exchange.move('PENY', '0.9'); // whatever was due has become durable
  };
  const place = async (order: Partial<NewDeskOrder>): Promise<string> => {
    const result = await floor.exchange.place('ann', {
      clientOrderId: undefined, symbol: 'AAPL', side: 'buy', type: 'limit', timeInForce: 'day', quantity: '1', limitPrice: order.type === 'market' ? undefined : '150', stopPrice: undefined, ...order,
    });
    return result.kind === 'refused' ? result.refusal.reason : result.order.id;
  };
  const stateOf = (id: string): string | undefined => floor.exchange.order('ann', id)?.state;
  return { ...floor, clock, passTo, place, stateOf };
}

test('a day order waits for the opening and expires at the close', async () => {
  const { place, stateOf, passTo } = await floorAt(beforeTheOpening);
  const id = await place({});
  await passTo('2026-01-05T14:29:59Z');
  assert.equal(stateOf(id), 'accepted');
  await passTo('2026-01-05T14:30:00Z');
  assert.equal(stateOf(id), 'new');
  await passTo('2026-01-05T21:00:00Z');
  assert.equal(stateOf(id), 'expired');
});

test('an order of the evening is for the next session, after a weekend or a holiday', async () => {
  const { exchange, place } = await floorAt(at('2026-01-16T21:00:00Z')); // a Friday; Monday is Martin Luther King Day
  const id = await place({});
  assert.equal(exchange.order('ann', id)?.expiresAtMs, at('2026-01-20T21:00:00Z'));
});

test('a market order outside the hours is filled at the opening, not before', async () => {
  const { exchange, place, stateOf, passTo } = await floorAt(beforeTheOpening);
  const id = await place({ type: 'market' });
  await exchange.move('AAPL', '201');
  assert.equal(stateOf(id), 'accepted');
  await passTo('2026-01-05T14:30:00Z');
  assert.equal(stateOf(id), 'filled');
});

test('an order for extended hours is filled before the opening and ends with the evening', async () => {
  const { exchange, place, stateOf, passTo } = await floorAt(beforeTheOpening);
  const [regular, extended] = [await place({ limitPrice: '190' }), await place({ limitPrice: '190', extendedHours: true })];
  await exchange.move('AAPL', '180');
  assert.deepEqual([stateOf(regular), stateOf(extended)], ['accepted', 'filled']);
  const resting = await place({ extendedHours: true, limitPrice: '100' });
  await passTo('2026-01-05T23:00:00Z');
  assert.equal(stateOf(resting), 'new');
  await passTo('2026-01-06T01:00:00Z');
  assert.equal(stateOf(resting), 'expired');
});

test('an order good until cancelled rests through the night and is not filled in it', async () => {
  const { exchange, place, stateOf, passTo } = await floorAt(at('2026-01-05T15:00:00Z'));
  const id = await place({ timeInForce: 'gtc' });
  await passTo('2026-01-05T22:00:00Z');
  await exchange.move('AAPL', '140');
  assert.equal(stateOf(id), 'new', 'it was not meant for the evening');
  await passTo('2026-01-06T14:30:00Z');
  assert.equal(stateOf(id), 'filled', 'the opening finds the price where the evening left it');
});

test('what could only be filled in hours that nobody looked at is not filled later', async () => {
  const { exchange, clock, place, stateOf } = await floorAt(beforeTheOpening);
  const [day, gtc] = [await place({ type: 'market' }), await place({ type: 'market', timeInForce: 'gtc' })];
  await exchange.stop();
  clock.pass(12 * 3_600_000);
  await exchange.move('AAPL', '200');
  assert.deepEqual([stateOf(day), stateOf(gtc)], ['expired', 'cancelled']);
});

test('prices of a dollar or more go by cents, below it by hundredths of them; whole shares where there are no fractions', async () => {
  const { exchange, place } = await floorAt(at('2026-01-05T15:00:00Z'));
  assert.equal(await place({ limitPrice: '150.005' }), 'bad-price');
  await exchange.move('PENY', '0.9');
  assert.match(await place({ symbol: 'PENY', limitPrice: '0.8001' }), /^[0-9a-f-]{36}$/);
  assert.equal(await place({ symbol: 'PENY', limitPrice: '1.0001' }), 'bad-price');
  assert.equal(await place({ symbol: 'PENY', limitPrice: '0.8', quantity: '1.5' }), 'bad-quantity');
  assert.match(await place({ limitPrice: '150.01', quantity: '0.5' }), /^[0-9a-f-]{36}$/);
});

test('a market order by value buys no more than that, and stocks cost no commission', async () => {
  const { exchange, place } = await floorAt(at('2026-01-05T15:00:00Z'), { house: { halfSpreadPpm: 1_000 } });
  const id = await place({ type: 'market', quantity: undefined, notional: '1001' });
  const order = exchange.order('ann', id);
  assert.deepEqual([order?.notional, order?.quantity, order?.filledValue, order?.state], ['1001', '5', '1001', 'filled']);
  assert.equal(exchange.account('ann').balances['AAPL']?.total, '105');
  assert.equal(await place({ quantity: undefined, notional: '1001' }), 'bad-type');
});

test('while stocks are not dealt their price stands still, and the tape shows nothing', async () => {
  const { exchange, clock } = await floorAt(at('2026-01-05T15:00:00Z'), { price: { AAPL: { kind: 'walk', startPrice: '230', tickMs: 1_000, stepPpm: 30 } } });
  clock.pass(11 * 3_600_000); // 21:00 in New York
  const evening = exchange.quote('AAPL')?.last;
  clock.pass(3_600_000);
  assert.equal(exchange.quote('AAPL')?.last, evening);
  assert.equal(exchange.prints('AAPL', at('2026-01-06T01:00:00Z'), Infinity).length, 0);
  assert.equal(exchange.latestPrint('AAPL')?.price, evening);
  assert.equal(exchange.bars('AAPL', 0, Infinity).length, 10 * 60);
  clock.pass(10 * 3_600_000);
  assert.notEqual(exchange.quote('AAPL')?.last, evening);
});

test('an exchange opened again from its log keeps what waits for the opening', async () => {
  const { log, place } = await floorAt(beforeTheOpening);
  const id = await place({ extendedHours: true, limitPrice: '100' });
  const waiting = await place({});
  const clock = handClock(at('2026-01-05T15:00:00Z'));
  const again = await openFloor({ clock, instruments: shares, accounts: [], price: {} }, log);
  await again.exchange.move('AAPL', '200');
  assert.deepEqual([again.exchange.order('ann', id)?.state, again.exchange.order('ann', id)?.extendedHours, again.exchange.order('ann', waiting)?.state], ['new', true, 'new']);
});

test('whatever is ordered and however time passes, nothing is dealt outside its hours and no day order outlives its day', async () => {
  const order = fc.record({
    side: fc.constantFrom('buy', 'sell'), timeInForce: fc.constantFrom('day', 'gtc', 'ioc'), limitPrice: fc.constantFrom('190', '199', '200', '201', '210'), extendedHours: fc.boolean(), quantity: fc.constantFrom('1', '2.5', '7'),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('place' as const), order }),
    fc.record({ kind: fc.constant('pass' as const), minutes: fc.constantFrom(1, 29, 30, 31, 150, 390, 960, 4_000) }),
    fc.record({ kind: fc.constant('move' as const), price: fc.constantFrom('189', '195', '200', '205', '211') }),
    fc.record({ kind: fc.constant('cancel' as const) }),
  );
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), fc.boolean(), async (steps, isStarted) => {
    const { exchange, clock, place } = await floorAt(beforeTheOpening, { house: { halfSpreadPpm: 1_000 }, selfMatch: 'allow' });
    if (!isStarted) await exchange.stop();
    for (const one of steps) {
      if (one.kind === 'place') await place({ ...one.order, extendedHours: one.order.extendedHours && one.order.timeInForce === 'day' });
      else if (one.kind === 'pass') clock.pass(one.minutes * 60_000);
      else if (one.kind === 'move') await exchange.move('AAPL', one.price);
      else for (const { id } of exchange.orders('ann').slice(-3)) await exchange.cancel('ann', id);
    }
    await exchange.move('AAPL', '200');
    for (const { orderId, atMs } of exchange.trades('ann')) {
      const phase = phaseAt(newYork, atMs);
      assert.ok(phase === 'regular' || (phase === 'extended' && exchange.order('ann', orderId)?.extendedHours === true), `dealt at ${new Date(atMs).toISOString()}`);
    }
    for (const { expiresAtMs, endedAtMs } of exchange.orders('ann')) assert.ok(expiresAtMs === undefined || exchange.nowMs() < expiresAtMs || endedAtMs !== undefined);
    for (const { accounts, house, fees, sum } of Object.values(exchange.oracle.totals())) assert.deepEqual([Number(accounts) + Number(house), fees], [Number(sum), '0']);
    await exchange.stop();
  }), { numRuns: 150 });
});
