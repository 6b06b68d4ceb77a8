import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asking, limitOrder, served } from '../../test/dialects/alpaca.ts';
import { withControl } from './control.ts';

async function controlled() {
  const rig = await served();
  const { exchange } = rig;
  const oracle = {
    ...exchange.oracle,
    setIdClass: exchange.setIdClass.bind(exchange),
    blockAccount: exchange.blockAccount.bind(exchange),
  };
  const app = withControl(rig.app, oracle, rig.refusals);
  return { ...rig, app, ask: asking(app) };
}

test('the record of the exchange is shown beside the dialect, without keys', async () => {
  const { ask } = await controlled();
  const { id } = (await ask('POST', '/v2/orders', limitOrder('a', '51000'))).body;
  const read = async (what: string) => (await ask('GET', `/_exchange/${what}`, undefined, {})).body;
  assert.equal((await read('orders'))[0].id, id);
  assert.equal((await read('accounts'))[0].id, 'demo');
  assert.equal((await read('trades'))[0].orderId, id);
  assert.deepEqual(await read('fees'), []);
  const log = await read('log');
  assert.deepEqual(await read(`log?from=${log.length}`), log.slice(-1));
  assert.ok('USD' in (await read('totals')));
});

test('a fault plan is put and read back with its counts, and strikes everything but the control routes', async () => {
  const { ask } = await controlled();
  const plan = { seed: 7, rules: [{ on: 'any', fault: 'error-5xx', probability: 1, delayMs: 0 }] };
  assert.deepEqual((await ask('PUT', '/_exchange/faults', plan)).body, { plan, counts: {} });
  assert.ok((await ask('GET', '/v2/account')).status >= 500);
  assert.deepEqual((await ask('GET', '/_exchange/faults')).body, { plan, counts: { 'account.read error-5xx': 1 } });
});

test('a plan that is not understood changes nothing and says why', async () => {
  const { ask } = await controlled();
  const { status, body } = await ask('PUT', '/_exchange/faults', { rules: [{ on: 'order.create', fault: 'resset' }] });
  assert.deepEqual([status, body.error.code], [422, 'BW-4811']);
  assert.match(body.error.message, /did you mean "reset"\?/);
  assert.deepEqual((await ask('GET', '/_exchange/faults')).body.plan.rules, []);
});

test('the class of order ids and the block of an account are switched', async () => {
  const { ask } = await controlled();
  const { id } = (await ask('POST', '/v2/orders', limitOrder('a'))).body;
  assert.equal((await ask('POST', '/_exchange/id-class', { idClass: 'returns-original' })).status, 200);
  assert.equal((await ask('POST', '/v2/orders', limitOrder('a'))).body.id, id);
  assert.equal((await ask('POST', '/_exchange/id-class', { idClass: 'unique' })).status, 422);
  await ask('POST', '/_exchange/accounts/block', { accountId: 'demo', reason: 'a review' });
  assert.equal((await ask('POST', '/v2/orders', limitOrder('b'))).status, 403);
  await ask('POST', '/_exchange/accounts/block', { accountId: 'demo' });
  assert.equal((await ask('POST', '/v2/orders', limitOrder('b'))).status, 200);
});

test('what is not served is 404 with a list of what is, and a body that is no object is refused', async () => {
  const { ask } = await controlled();
  const { status, body } = await ask('GET', '/_exchange/order');
  assert.equal(status, 404);
  assert.match(body.error.message, /GET \/_exchange\/orders/);
  assert.equal((await ask('PUT', '/_exchange/faults', 'text')).status, 422);
  assert.equal((await ask('GET', '/_exchange/log?from=x')).status, 422);
});
