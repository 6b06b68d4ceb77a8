import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, limitOrder, listening, opened, served } from '../../../test/dialects/alpaca.ts';
import type { ServedAnswer } from '../../ports/index.ts';
import { faultWords, parseFaultPlan } from './index.ts';
import type { Fault, FaultOn } from './index.ts';

type Rig = Awaited<ReturnType<typeof served>>;
type Rule = { readonly on: FaultOn; readonly fault: Fault; readonly probability?: number; readonly times?: number; readonly delayMs?: number };

async function faulty(...rules: Rule[]): Promise<Rig> {
  const rig = await served();
  rig.app.setPlan(parseFaultPlan({ seed: 7, rules }));
  return rig;
}

const create = (rig: Rig, id = 'a'): Promise<ServedAnswer> => rig.ask.raw('POST', '/v2/orders', limitOrder(id));
const executed = ({ exchange }: Rig): number => exchange.orders('demo').length;
const statusOf = (answer: ServedAnswer): number | string => (answer.kind === 'answer' ? answer.status : answer.kind);

/** What became of one new order under one fault: what the client saw, how many orders there are, when the answer came. */
async function outcomeOf(rule: Rule): Promise<[seen: number | string, orders: number, atMs: number]> {
  const rig = await faulty({ times: 1, ...rule });
  const answer = await rig.clock.until(create(rig));
  assert.deepEqual(rig.app.counts(), { [`${rule.on} ${rule.fault}`]: 1 });
  return [statusOf(answer), executed(rig), rig.clock.monotonicMs()];
}

test('each fault of a request leaves its own doubt: what the client sees, and what the exchange has', async () => {
  const on = 'order.create';
  assert.deepEqual(await outcomeOf({ on, fault: 'request-lost' }), ['silence', 0, 0]);
  assert.deepEqual(await outcomeOf({ on, fault: 'request-late', delayMs: 700 }), [200, 1, 700]);
  assert.deepEqual(await outcomeOf({ on, fault: 'answer-lost' }), ['silence', 1, 0]);
  assert.deepEqual(await outcomeOf({ on, fault: 'answer-late', delayMs: 700 }), [200, 1, 700]);
  assert.deepEqual(await outcomeOf({ on, fault: 'reset' }), ['reset', 0, 0]);
  assert.deepEqual(await outcomeOf({ on, fault: 'reset-after' }), ['reset', 1, 0]);
  assert.deepEqual(await outcomeOf({ on, fault: 'rate-limited' }), [429, 0, 0]);
  assert.deepEqual(await outcomeOf({ on, fault: 'unauthorized', delayMs: 10 }), [401, 0, 0]);
  assert.deepEqual(await outcomeOf({ on, fault: 'half-open', delayMs: 10 }), ['silence', 0, 0]);
  const [afterwards, kept] = await outcomeOf({ on, fault: 'accepted-then-5xx' });
  assert.ok(Number(afterwards) >= 500 && kept === 1);
  const [instead, none] = await outcomeOf({ on, fault: 'error-5xx' });
  assert.ok(Number(instead) >= 500 && none === 0);
});

test('a late request reaches the desk late, not early', async () => {
  const rig = await faulty({ on: 'order.create', fault: 'request-late', delayMs: 700 });
  void create(rig);
  await rig.clock.runFor(699);
  assert.equal(executed(rig), 0);
  await rig.clock.runFor(1);
  assert.equal(executed(rig), 1);
});

test('a 429 says when to come back, and an error page is no JSON whatever its status', async () => {
  const limited = await faulty({ on: 'order.create', fault: 'rate-limited', delayMs: 2_500 });
  const { headers, body } = await limited.ask('POST', '/v2/orders', limitOrder('a'));
  assert.deepEqual([headers['retry-after'], body.code], ['3', 42910000]);

  const rig = await faulty({ on: 'order.create', fault: 'html-error' });
  const seen = new Set<number | string>();
  for (let i = 0; i < 60; i++) {
    const answer = await create(rig, `o${i}`);
    assert.ok(answer.kind === 'answer' && String(answer.body).startsWith('<!DOCTYPE html>'));
    seen.add(answer.status);
  }
  assert.deepEqual(seen, new Set([502, 503, 404, 200]));
  assert.ok(executed(rig) > 10 && executed(rig) < 50, 'some were executed and some were not');
});

test('unauthorized and half-open hold for a while, for requests of the same kind, and end by themselves', async () => {
  for (const [fault, seen] of [['unauthorized', 401], ['half-open', 'silence']] as const) {
    const rig = await faulty({ on: 'order.list', fault, delayMs: 1_000, times: 1 });
    const list = async (): Promise<number | string> => statusOf(await rig.ask.raw('GET', '/v2/orders'));
    assert.equal(await list(), seen);
    await rig.clock.runFor(999);
    assert.equal(await list(), seen);
    assert.equal(statusOf(await create(rig)), 200);
    await rig.clock.runFor(1);
    assert.equal(await list(), 200);
  }
});

test('an order that is not visible yet is taken, works, and appears when its time has come', async () => {
  const rig = await faulty({ on: 'order.create', fault: 'not-yet-visible', delayMs: 3_000, times: 1 });
  const { id } = (await rig.ask('POST', '/v2/orders', limitOrder('a'))).body;
  const find = '/v2/orders:by_client_order_id?client_order_id=a';
  const views = async () => [(await rig.ask('GET', find)).status, (await rig.ask('GET', `/v2/orders/${id}`)).status, (await rig.ask('GET', '/v2/orders')).body.length];
  assert.deepEqual(await views(), [404, 404, 0]);
  assert.equal((await rig.ask('GET', find)).body.code, 40410000);
  assert.equal((await rig.ask('POST', '/v2/orders', limitOrder('a'))).status, 422, 'its id is taken all the same');
  await rig.clock.runFor(3_000);
  assert.deepEqual(await views(), [200, 200, 1]);
});

test('a read can be behind: it does not show an order that was taken a moment ago, though its answer was lost', async () => {
  const rig = await faulty({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'order.find', fault: 'not-yet-visible', delayMs: 500 });
  await create(rig);
  const find = async (): Promise<number> => (await rig.ask('GET', '/v2/orders:by_client_order_id?client_order_id=a')).status;
  assert.equal(await find(), 404);
  await rig.clock.runFor(500);
  assert.equal(await find(), 200);
  assert.deepEqual(rig.app.counts(), { 'order.create answer-lost': 1, 'order.find not-yet-visible': 1 });
});

test('a wrong answer is about another order of the account, and waits until there is another', async () => {
  const rig = await faulty({ on: 'order.create', fault: 'wrong-order', times: 1 });
  const first = (await rig.ask('POST', '/v2/orders', limitOrder('a'))).body;
  assert.equal(first.client_order_id, 'a');
  assert.deepEqual(rig.app.counts(), {});
  assert.deepEqual((await rig.ask('POST', '/v2/orders', limitOrder('b'))).body, first);
  assert.equal(executed(rig), 2);
  assert.equal((await rig.ask('POST', '/v2/orders', limitOrder('c'))).body.client_order_id, 'c');
});

test('a cancel that is ignored is answered like one that was taken, one or all, and the order works on', async () => {
  const rig = await faulty({ on: 'order.cancel', fault: 'cancel-ignored', times: 2 });
  const { id } = (await rig.ask('POST', '/v2/orders', limitOrder('a'))).body;
  assert.equal(statusOf(await rig.ask.raw('DELETE', `/v2/orders/${id}`)), 204);
  assert.equal(statusOf(await rig.ask.raw('DELETE', '/v2/orders')), 207);
  await rig.clock.runFor(100);
  assert.ok(!['cancelled', 'filled'].includes(rig.exchange.orders('demo')[0]?.state ?? ''));
  assert.equal(statusOf(await rig.ask.raw('DELETE', `/v2/orders/${id}`)), 204);
  await rig.clock.runFor(100);
  assert.equal(rig.exchange.orders('demo')[0]?.state, 'cancelled');
});

test('fills that come late: an order is over with too little filled, its activities lack them, its events are lost, until it all shows', async () => {
  const funds = { USD: '1000000', BTC: '1' };
  const accounts = [{ id: 'demo', keyId: 'demo-key', secret: 'demo-secret', balances: funds }, { id: 'other', keyId: 'other-key', secret: 'other-secret', balances: funds }];
  const rig = await served({ cancelDelayMs: 1_000, accounts });
  rig.exchange.start();
  const client = listening(rig.app);
  const sent = (await rig.ask('POST', '/v2/orders', limitOrder('a', '49990'))).body;
  await rig.clock.runFor(100);
  rig.app.setPlan(parseFaultPlan({ rules: [{ on: 'order.cancel', fault: 'fill-late', delayMs: 3_000, times: 1 }] }));
  assert.equal((await rig.ask.raw('DELETE', `/v2/orders/${sent.id}`)).kind, 'answer');
  const framesBefore = client.frames.length;
  await rig.exchange.place('other', { clientOrderId: 'seller', symbol: 'BTC/USD', side: 'sell', type: 'limit', timeInForce: 'ioc', quantity: '0.004', limitPrice: '49990', stopPrice: undefined });
  await rig.clock.runFor(1_500);
  const seen = async () => {
    const order = (await rig.ask('GET', `/v2/orders/${sent.id}`)).body;
    return [order.status, order.filled_qty, (await rig.ask('GET', '/v2/account/activities?activity_types=FILL')).body.length];
  };
  assert.deepEqual(await seen(), ['canceled', '0', 0]);
  assert.equal(client.frames.length, framesBefore);
  await rig.clock.runFor(2_000);
  assert.deepEqual(await seen(), ['canceled', '0.004', 1]);
  assert.deepEqual(rig.app.counts(), { 'order.cancel fill-late': 1 });
});

test('the same seed strikes the same requests; one rule more does not move the others; times is an end', async () => {
  const run = async (...rules: Rule[]) => {
    const rig = await faulty(...rules);
    const seen: (number | string)[] = [];
    for (let i = 0; i < 40; i++) seen.push(statusOf(await create(rig, `o${i}`)));
    return { seen: seen.map((status) => status === 'silence'), counts: rig.app.counts() };
  };
  const lost: Rule = { on: 'order.create', fault: 'answer-lost', probability: 0.3, times: 5 };
  const one = await run(lost);
  assert.deepEqual(await run(lost), one);
  assert.deepEqual((await run(lost, { on: 'order.create', fault: 'reset', probability: 0.5 })).seen, one.seen);
  assert.deepEqual(one.counts, { 'order.create answer-lost': 5 });
});

test('a rule for anything strikes whatever comes, and counts it by what it was', async () => {
  const rig = await faulty({ on: 'any', fault: 'reset' });
  await rig.ask.raw('GET', '/v2/clock');
  await rig.ask.raw('GET', '/v2/account');
  assert.equal(opened(rig.app)?.ended, true);
  assert.deepEqual(rig.app.counts(), { 'account.read reset': 1, 'other reset': 1, 'stream.open reset': 1 });
});

test('a new plan ends what the old one hid or held up, and keeps the counts', async () => {
  const rig = await faulty({ on: 'order.create', fault: 'not-yet-visible', delayMs: 60_000 }, { on: 'order.list', fault: 'unauthorized', delayMs: 60_000 });
  await create(rig);
  assert.equal((await rig.ask('GET', '/v2/orders')).status, 401);
  rig.app.setPlan(parseFaultPlan({}));
  assert.equal((await rig.ask('GET', '/v2/orders')).body.length, 1);
  assert.deepEqual(rig.app.counts(), { 'order.create not-yet-visible': 1, 'order.list unauthorized': 1 });
});

/** The events a listening client hears of three orders placed a second apart, under one rule. */
async function heard(rule: Rule) {
  const rig = await served({ acceptDelayMs: 60_000 }); // one event per order
  const client = listening(rig.app);
  rig.app.setPlan(parseFaultPlan({ seed: 7, rules: [{ times: 1, ...rule }] }));
  for (const id of ['a', 'b', 'c']) {
    await create(rig, id);
    await rig.clock.runFor(1_000);
  }
  assert.deepEqual(rig.app.counts(), { [`${rule.on} ${rule.fault}`]: 1 });
  const order = client.frames.slice(2).map(({ data }) => data.order.client_order_id).join('');
  return { order, client };
}

test('events of a stream are lost, doubled, overtaken, or the last that ever came', async () => {
  const on = 'stream.event';
  assert.equal((await heard({ on, fault: 'event-lost' })).order, 'bc');
  assert.equal((await heard({ on, fault: 'event-duplicated' })).order, 'aabc');
  assert.equal((await heard({ on, fault: 'event-duplicated', delayMs: 1_500 })).order, 'abac');
  assert.equal((await heard({ on, fault: 'event-reordered', delayMs: 1_500 })).order, 'bac');
  assert.equal((await heard({ on, fault: 'event-reordered', delayMs: 500 })).order, 'abc', 'nothing came to overtake it');
  const mute = await heard({ on, fault: 'mute-stream' });
  assert.deepEqual([mute.order, mute.client.ended, mute.client.frozen], ['', false, false]);
  const halfOpen = await heard({ on, fault: 'half-open' });
  assert.deepEqual([halfOpen.order, halfOpen.client.ended, halfOpen.client.frozen], ['', false, true]);
  const reset = await heard({ on, fault: 'reset' });
  assert.deepEqual([reset.order, reset.client.ended], ['', true]);
});

test('a stream is refused, cut, mute or half-open from its first moment', async () => {
  const open = async (fault: Fault) => {
    const { app } = await faulty({ on: 'stream.open', fault, times: 1 });
    const client = opened(app);
    client?.say({ action: 'authenticate', data: { key_id: keys['apca-api-key-id'], secret_key: keys['apca-api-secret-key'] } });
    assert.ok(opened(app) !== undefined, 'the next one opens');
    return client === undefined ? 'refused' : { frames: client.frames.length, ended: client.ended, frozen: client.frozen };
  };
  assert.equal(await open('error-5xx'), 'refused');
  assert.deepEqual(await open('reset'), { frames: 0, ended: true, frozen: false });
  assert.deepEqual(await open('mute-stream'), { frames: 0, ended: false, frozen: false });
  assert.deepEqual(await open('half-open'), { frames: 0, ended: false, frozen: true });
});

test('whatever strikes, in any mixture, every order that was taken is in the exchange once', async () => {
  const rig = await served();
  const orderFaults = faultWords.filter((fault) => fault !== 'unauthorized' && fault !== 'half-open');
  const rules = orderFaults.flatMap((fault) => {
    try {
      return parseFaultPlan({ rules: [{ on: 'order.create', fault, probability: 0.08, delayMs: 50 }] }).rules;
    } catch {
      return []; // a fault of streams
    }
  });
  rig.app.setPlan({ seed: 11, rules });
  for (let i = 0; i < 300; i++) for (let tries = 0; tries < 3; tries++) await rig.clock.until(create(rig, `o${i}`));
  const ids = rig.exchange.orders('demo').map(({ clientOrderId }) => clientOrderId);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(Object.keys(rig.app.counts()).length, rules.length, 'every kind struck');
});
