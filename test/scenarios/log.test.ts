/** One alert, followed through the log by the id that its sender was given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { orderIdOf } from '../../src/core/index.ts';
import { publicDoor } from '../../src/door/index.ts';
import { jsonLog } from '../../src/edges/log/index.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { asked, SOURCE } from '../support/running.ts';
import { SYMBOL, theatre, VENUE } from '../support/theatre.ts';

const SECRETS = [SOURCE.secret, 'our-key', 'our-secret'];

async function alerted() {
  const t = await theatre();
  const source = { ...SOURCE, venue: VENUE, tickers: { BTCUSD: SYMBOL } };
  const door = publicDoor({ runtime: t.runtime, clock: t.clock, ids: seededIds(seededRandom('deliveries')), sources: [source], tokens: [], markets: { [VENUE]: [SYMBOL] }, note: (note) => void t.notes.push(note) });
  const alert = { secret: SOURCE.secret, id: 'a1', ticker: 'BTCUSD', action: 'buy', quantity: '0.01', limitPrice: '60000', orderType: 'limit', time: new Date(t.clock.wallMs()).toISOString() };
  const answer = await t.clock.until(asked(door, 'POST', '/hooks/tradingview/demo', alert));
  return { t, answer };
}

test('from the alert to the ledger every line carries the correlation id that the sender was answered', async () => {
  const { t, answer } = await alerted();
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  await t.pass(500);
  await t.trade('sell', '0.01');
  await t.pass(60_000);
  const orderId = orderIdOf(answer.body.key);
  const ofOrder = t.lines.filter(({ detail }) => detail['orderId'] === orderId);
  const steps = ofOrder.map(({ detail }) => detail['event']);
  const inOrder = ['order.intended', 'order.prepared', 'order.sending', 'order.acknowledged', 'fill.booked', 'order.booked'];
  assert.deepEqual(steps.filter((step) => inOrder.includes(String(step))), inOrder, steps.join(', '));
  assert.deepEqual([...new Set(ofOrder.map(({ detail }) => detail['correlationId']))], [answer.body.correlationId]);
  assert.deepEqual([...new Set(ofOrder.map(({ detail }) => detail['intentId']))], [answer.body.key]);
  assert.match(ofOrder.find(({ detail }) => detail['event'] === 'fill.booked')?.message ?? '', /^booked: buy 0\.01 BTC\/USD at 60000 USD$/);
});

test('no line holds a secret of the source or of the venue', async () => {
  const { t } = await alerted();
  await t.pass(60_000);
  const written: string[] = [];
  const log = jsonLog({ level: 'debug', component: 'runtime', wallMs: () => 0, write: (line) => written.push(line) });
  for (const { level, message, detail } of t.lines) log[level](message, detail);
  for (const { message, detail } of t.notes) log.info(message, detail);
  assert.ok(written.length > 10);
  for (const secret of SECRETS) assert.ok(!written.join('\n').includes(secret), secret);
});
