/** Two hundred orders at once against one limit, while the disk takes its time: what is reserved counts before it is durable. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { exposureOf, holdingUnits } from '../../src/core/index.ts';
import { asked, running, TOKEN } from '../support/running.ts';

const LIMIT_UNITS = 1_000_000n; // 1 BTC
const EACH = '0.03'; // of which 33 fit

for (const side of ['buy', 'sell'] as const) {
  test(`200 concurrent ${side}s against one position limit never pass it, whatever the disk does`, async () => {
    const random = seededRandom(`slow disk ${side}`);
    const world = await running({ store: (clock) => ({ timer: (delayMs, run) => clock.timer(delayMs, run), flushDelayMs: () => 20 + random.below(400) }) });
    const { runtime, outside, clock, venue } = world;
    const worstUnits = (): bigint => {
      const { buyUnits, sellUnits } = exposureOf(runtime.world.orders, 'paper', 'BTC/USD');
      const held = holdingUnits(runtime.world.ledger, 'paper', 'BTC');
      return side === 'buy' ? held + buyUnits : sellUnits - held;
    };
    let highest = 0n;
    const answers = Array.from({ length: 200 }, (_, count) => {
      const answer = asked(outside, 'POST', '/api/v1/intents', { key: `k${count}`, instrument: 'BTC/USD', side, quantity: EACH, type: 'limit', limitPrice: '50000' }, { headers: { authorization: `Bearer ${TOKEN.secret}` } });
      highest = worstUnits() > highest ? worstUnits() : highest;
      assert.ok(worstUnits() <= LIMIT_UNITS, `the limit holds after intent ${count}, though nothing is durable yet`);
      return answer;
    });
    assert.ok(runtime.turns.headSeq - runtime.turns.durableSeq > 200, 'the disk is behind');
    assert.equal(venue.sent.length, 0, 'nothing leaves before it is durable');
    const told = await clock.until(Promise.all(answers));
    assert.ok(told.every(({ status }) => status === 200));
    assert.deepEqual([told.filter(({ body }) => body.success).length, told.filter(({ body }) => body.blocked?.code === 'BW-3021').length], [33, 167]);
    assert.equal(highest, 990_000n);

    for (const order of [...venue.sent].slice(0, 10)) venue.fill(order.clientOrderId, 5_000_000n);
    await clock.runFor(20_000);
    assert.ok(worstUnits() <= LIMIT_UNITS);
    const after = await world.intent({ key: 'late', instrument: 'BTC/USD', side, quantity: EACH, type: 'limit', limitPrice: '50000' });
    assert.equal(after.body.blocked?.code, 'BW-3021', 'a fill frees nothing of a position limit');
    assert.equal(new Set(venue.sent.map(({ clientOrderId }) => clientOrderId)).size, 33);
    assert.equal(venue.sent.length, 33);
  });
}
