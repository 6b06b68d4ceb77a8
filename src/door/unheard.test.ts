import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alert, running, SOURCE } from '../../test/support/running.ts';

const intent = (more: object = {}) => ({ key: 'k1', side: 'buy', instrument: 'BTC/USD', quantity: '0.01', ...more });

async function unheard() {
  const world = await running({ unstarted: true, sources: [SOURCE, { ...SOURCE, name: 'astray', tickers: { BTCUSD: 'ETH/USD' } }, { ...SOURCE, name: 'several', dialect: 'alerts-processor', units: 'base' }] });
  const meet = async (): Promise<void> => {
    world.runtime.start();
    await world.clock.runUntil(() => world.runtime.world.market.instruments.size > 0 && world.runtime.turns.durableSeq === world.runtime.turns.headSeq, 10_000);
  };
  return { ...world, meet };
}

test('V1: an intent before the venue has told of its instrument is answered 503, leaves no trace, and is taken when it comes again', async () => {
  const { intent: post, facts, meet, counted, tally } = await unheard();
  const before = facts().length;
  for (const wish of [intent(), intent({ action: 'close', side: undefined, quantity: undefined }), { key: 'k1', action: 'cancel', instrument: 'BTC/USD' }, intent()]) {
    const { status, headers, body } = await post(wish);
    assert.deepEqual([status, headers['retry-after'], body.code, body.retry, body.did, body.success], [503, '1', 'BW-2016', 'later', 'nothing', false]);
  }
  assert.equal(facts().length, before);
  assert.deepEqual([counted, tally.refusals().public], [['bot early', 'bot early', 'bot early', 'bot early'], { 'BW-2016': 4 }]);
  await meet();
  const { status, body } = await post(intent());
  assert.deepEqual([status, body.outcome, body.duplicate], [200, 'order', false]);
});

test('V1: an alert is answered 503 too, which TradingView repeats, and the operator is told', async () => {
  const { hook, facts, meet, notes } = await unheard();
  const before = facts().length;
  const { status, body } = await hook(alert());
  assert.deepEqual([status, body.code, facts().length], [503, 'BW-2016', before]);
  assert.match(notes.at(-1)?.message ?? '', /^a delivery was answered 503: Not taken: paper has not told of BTC\/USD yet/);
  await meet();
  assert.deepEqual([(await hook(alert())).body.outcome, (await hook(alert())).body.duplicate], ['order', true]);
});

test('V1: of several orders in one body, none is lost', async () => {
  const { hook, meet, facts } = await unheard();
  const both = [{ stub: SOURCE.secret, direction: 'long', symbol: 'BTCUSD', size: '0.01' }, { stub: SOURCE.secret, direction: 'long', symbol: 'BTCUSD', size: '0.02' }];
  const before = facts().length;
  assert.equal((await hook(JSON.stringify(both), '/hooks/tradingview/several')).status, 503);
  assert.equal(facts().length, before);
  await meet();
  const { body } = await hook(JSON.stringify(both), '/hooks/tradingview/several');
  assert.deepEqual(body.orders?.map(({ outcome, duplicate }: { outcome: string; duplicate: boolean }) => [outcome, duplicate]), [['order', false], ['order', false]]);
});

test('V2: an instrument that the configuration does not name is refused for good, at once', async () => {
  const { hook, intent: post, meet } = await unheard();
  for (const moment of ['before', 'after']) {
    for (const { status, body } of [await hook(alert(), '/hooks/tradingview/astray'), await post(intent({ instrument: 'ETH/USD' }))]) assert.deepEqual([status, body.code, body.retry], [422, 'BW-2022', 'no'], moment);
    if (moment === 'before') await meet();
  }
});

test('V2: what was refused before the venue was heard stays refused, and so does what has grown too old while it waited', async () => {
  const { hook, meet, clock } = await unheard();
  assert.equal((await hook(alert())).status, 503);
  await clock.runFor(61_000);
  const refused = await hook(alert());
  assert.deepEqual([refused.status, refused.body.code], [422, 'BW-2012']);
  assert.equal((await hook(alert({ time: new Date(clock.wallMs()).toISOString() }))).body.code, 'BW-2012', 'the key is known: answered as the first time');
  await meet();
  assert.equal((await hook(alert())).body.code, 'BW-2012');
});

test('in a later life nothing waits: the instruments are in the journal', async () => {
  const first = await unheard();
  await first.meet();
  await first.clock.until(first.runtime.stop('test'));
  const second = await running({ disk: first.disk, clock: first.clock, venue: first.venue, unstarted: true });
  const { status, body } = await second.intent(intent());
  assert.deepEqual([status, body.outcome], [200, 'order']);
});
