import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alert, asked, running } from '../../test/support/running.ts';
import { allFacts } from '../core/index.ts';
import type { Facts } from '../core/index.ts';
import { factCodec, MemoryDisk } from '../journal/index.ts';
import { EmergencyPlace } from '../sim/index.ts';
import type { Json } from '../../test/support/running.ts';

const usd = (amount: string) => ({ amount, asset: 'USD' });
const btc = (amount: string) => ({ amount, asset: 'BTC' });

test('the status says in one sentence how things stand, and in figures', async () => {
  const { ask, control, hook, clock } = await running();
  await hook(alert());
  await clock.runFor(100);
  const { status, body } = await ask(control, 'GET', '/api/v1/status');
  assert.equal(status, 200);
  assert.equal(body.sentence, 'Trading: the gate is open and the books equal paper; 1 live order, none unknown.');
  assert.deepEqual([body.state, body.instance, body.gate.state, body.gate.since, body.process.pid, body.process.epoch], ['trading', 'test', 'ACTIVE', null, 7, 1]);
  assert.deepEqual(body.orders, { live: 1, unknown: 0, phases: { working: 1 }, done: 0, foreignOpen: 0 });
  assert.deepEqual([body.venues[0].connected, body.venues[0].ready, body.venues[0].reconciled.agreed], [true, true, true]);
  assert.deepEqual(body.signals.sinceStart, { demo: { order: 1 } });
  assert.equal(body.journal.headSeq, body.journal.durableSeq);
  assert.ok(body.process.uptimeMs >= 100);
});

test('before its venues are reconciled a runtime says that it waits', async () => {
  const { ask, control, runtime, venue, clock } = await running({ unstarted: true });
  assert.match((await ask(control, 'GET', '/api/v1/status')).body.sentence, /^Not trading: no venue is listed yet/);
  venue.readable = false;
  runtime.start();
  await clock.runFor(3_000);
  const { body } = await ask(control, 'GET', '/api/v1/status');
  assert.equal(body.state, 'waiting');
  assert.match(body.sentence, /paper has not been reconciled since this start/);
});

test('an order is shown with its amounts, its evidence and everything the journal says of it', async () => {
  const { ask, control, hook, venue, clock } = await running();
  const { orderId } = (await hook(alert({ orderType: 'limit', limitPrice: '50000.5' }))).body;
  await hook(alert({ id: 'far', orderType: 'limit', limitPrice: '1' }));
  await clock.runFor(100);
  const live = (await ask(control, 'GET', '/api/v1/orders')).body;
  assert.deepEqual([live.count, live.orders[0].id], [1, orderId]);
  assert.deepEqual([live.orders[0].quantity, live.orders[0].limitPrice, live.orders[0].reserved], [btc('0.01'), usd('50000.5'), usd('500.005')]);
  const blocked = (await ask(control, 'GET', '/api/v1/orders?state=blocked')).body;
  assert.equal(blocked.orders[0].blocked.control, 'price-collar');
  assert.deepEqual((await ask(control, 'GET', '/api/v1/orders?state=all&limit=1')).body.orders.length, 1);

  venue.fill(venue.sent[0]!.clientOrderId, 5_000_000n);
  await clock.runFor(5_000);
  const { order, timeline, through } = (await ask(control, 'GET', `/api/v1/orders/${orderId as string}`)).body;
  assert.deepEqual([order.phase, order.final, order.ended, order.filled, order.filledValue], ['booked', true, 'filled', btc('0.01'), usd('500')]);
  const types = timeline.map(({ type }: { type: string }) => type);
  for (const type of ['order.intended', 'order.prepared', 'order.sending', 'order.acknowledged', 'fill.booked', 'order.ended', 'order.booked']) assert.ok(types.includes(type), type);
  assert.ok(timeline.every(({ payload }: { payload: { orderId?: string } }) => payload.orderId === orderId));
  assert.ok(through >= timeline.at(-1).seq);
  assert.equal((await ask(control, 'GET', '/api/v1/orders/0123')).status, 404);
  assert.equal((await ask(control, 'GET', '/api/v1/orders?state=odd')).status, 400);
  assert.equal((await ask(control, 'GET', '/api/v1/orders?limit=-1')).status, 400);
});

test('positions are told per venue and asset, with what is reserved and what may still change them', async () => {
  const { ask, control, hook, venue, clock } = await running();
  await hook(alert());
  await clock.runFor(100);
  venue.fill(venue.sent[0]!.clientOrderId, 5_000_000n);
  await hook(alert({ id: 'a2', quantity: '0.02', orderType: 'limit', limitPrice: '50000' }));
  await clock.runFor(5_000);
  const [paper] = (await ask(control, 'GET', '/api/v1/positions')).body.venues;
  const assets = Object.fromEntries(paper.assets.map(({ asset, posted, reserved }: Json) => [asset, [posted, reserved]]));
  assert.deepEqual(assets, { BTC: [btc('0.01'), btc('0')], USD: [usd('99500'), usd('1000')] });
  assert.deepEqual(paper.instruments, [{ symbol: 'BTC/USD', position: btc('0.01'), openBuys: btc('0.02'), openSells: btc('0'), quarantined: null }]);
});

test('a halt stops and cancels, is remembered over a restart, and ends by a named person alone', async () => {
  const first = await running();
  await first.hook(alert());
  await first.clock.runFor(100);
  const halted = await first.ask(first.control, 'POST', '/api/v1/halt', { by: 'sam', reason: 'odd prices' });
  assert.deepEqual([halted.status, halted.body.gate.state, halted.body.cancelling], [200, 'HALTED', 1]);
  await first.clock.runFor(5_000);
  assert.deepEqual((await first.ask(first.control, 'GET', '/api/v1/orders')).body.count, 0);
  assert.deepEqual((await first.hook(alert({ id: 'a2' }))).body.blocked.control, 'gate');
  first.store.crash();

  const second = await running({ disk: first.disk, venue: first.venue, clock: first.clock });
  assert.match((await second.ask(second.control, 'GET', '/api/v1/status')).body.sentence, /^Halted by sam: odd prices\./);
  assert.equal((await second.ask(second.control, 'POST', '/api/v1/resume', {})).status, 400);
  assert.equal((await second.ask(second.control, 'POST', '/api/v1/resume', 'no json')).status, 400);
  const resumed = await second.ask(second.control, 'POST', '/api/v1/resume', { by: 'sam', reason: 'prices are well' });
  assert.deepEqual([resumed.body.gate.state, resumed.body.changed], ['ACTIVE', true]);
  assert.equal((await second.ask(second.control, 'POST', '/api/v1/resume', { by: 'sam', reason: 'again' })).body.changed, false);
});

test('a halt is taken however badly it is asked for, and keeps orders where it is told to', async () => {
  const { ask, control, hook, clock, runtime } = await running();
  await hook(alert());
  await clock.runFor(100);
  assert.deepEqual((await ask(control, 'POST', '/api/v1/halt', { keepOrders: true })).body.cancelling, 0);
  assert.deepEqual((await ask(control, 'POST', '/api/v1/halt', 'STOP!!')).body.cancelling, 1);
  assert.equal(runtime.world.gate.state, 'HALTED');
});

test('an order is cancelled once, and what is over cannot be', async () => {
  const { ask, control, hook, clock } = await running();
  const { orderId } = (await hook(alert())).body;
  await clock.runFor(100);
  const path = `/api/v1/orders/${orderId as string}/cancel`;
  const twice = [asked(control, 'POST', path, { by: 'sam', reason: 'no longer wanted' }), asked(control, 'POST', path)];
  assert.deepEqual((await clock.until(Promise.all(twice))).map(({ body }) => body.asked), ['now', 'before']);
  await clock.runFor(5_000);
  assert.equal((await ask(control, 'POST', path)).body.code, 'BW-2009');
  assert.equal((await ask(control, 'POST', '/api/v1/orders/0123/cancel')).status, 404);
});

test('of an unknown order a named person may say that it is absent, and nothing else', async () => {
  const { ask, control, hook, venue, clock } = await running();
  venue.submits.push('unknown');
  const { orderId } = (await hook(alert())).body;
  venue.readable = false;
  await clock.runFor(10_000);
  assert.equal((await ask(control, 'GET', '/api/v1/orders?state=unknown')).body.count, 1);
  const path = `/api/v1/orders/${orderId as string}/resolve`;
  assert.equal((await ask(control, 'POST', path, { outcome: 'absent' })).status, 400);
  assert.equal((await ask(control, 'POST', path, { outcome: 'filled', by: 'sam', reason: 'the venue said so' })).status, 400);
  const resolved = await ask(control, 'POST', path, { outcome: 'absent', by: 'sam', reason: 'the venue said so on the phone' });
  assert.deepEqual([resolved.status, resolved.body.order.phase], [200, 'abandoned']);
  assert.match(resolved.body.order.because, /sam says so/);
  assert.equal((await ask(control, 'POST', path, { outcome: 'absent', by: 'sam', reason: 'again' })).body.code, 'BW-2009');
});

test('a reconciliation tells what differs; a difference is adopted by a named person', async () => {
  const { ask, control, venue } = await running();
  const well = await ask(control, 'POST', '/api/v1/reconcile', {});
  assert.deepEqual([well.status, well.body.agreed, well.body.venues[0].conclusive], [200, true, true]);
  venue.withdraw(5n * 10n ** 8n);
  const { body } = await ask(control, 'POST', '/api/v1/reconcile', { venue: 'paper' });
  assert.deepEqual([body.agreed, body.venues[0].differences[0].missing, body.venues[0].differences[0].books], [false, usd('-5'), usd('100000')]);
  assert.match((await ask(control, 'GET', '/api/v1/status')).body.sentence, /paper differs from the books in USD/);
  assert.equal((await ask(control, 'POST', '/api/v1/reconcile', { adopt: 'USD' })).status, 400);
  const adopted = await ask(control, 'POST', '/api/v1/reconcile', { adopt: 'USD', by: 'sam', reason: 'I took it out' });
  assert.deepEqual([adopted.body.did, adopted.body.agreed], [['adopted the balance of USD'], true]);
  assert.equal((await ask(control, 'POST', '/api/v1/reconcile', { adopt: 'USD', by: 'sam', reason: 'twice' })).body.code, 'BW-2009');
  assert.equal((await ask(control, 'POST', '/api/v1/reconcile', { release: 'BTC/USD', by: 'sam', reason: 'none' })).body.code, 'BW-2009');
  assert.equal((await ask(control, 'POST', '/api/v1/reconcile', { venue: 'nowhere' })).body.code, 'BW-2007');
});

test('a venue that is not readable is inconclusive, never agreed', async () => {
  const { ask, control, venue } = await running();
  venue.readable = false;
  const { body } = await ask(control, 'POST', '/api/v1/reconcile');
  assert.deepEqual([body.agreed, body.venues[0].conclusive], [false, false]);
  assert.match(body.venues[0].why, /not readable/);
});

test('the journal is read in pages and followed as it grows, durable entries alone', async () => {
  let flushMs = 0;
  const { ask, control, outside, clock, runtime } = await running({ store: (own) => ({ timer: (delayMs, run) => own.timer(delayMs, run), flushDelayMs: () => flushMs }) });
  const all = (await ask(control, 'GET', '/api/v1/journal?from=1&limit=3')).body;
  assert.deepEqual(all.entries.map(({ seq }: { seq: number }) => seq), [1, 2, 3]);
  assert.deepEqual([all.nextFrom, all.entries[0].type, all.entries[0].payload.node], [4, 'runtime.booted', 'test']);
  const newest = (await ask(control, 'GET', '/api/v1/journal?limit=2')).body;
  assert.deepEqual([newest.entries.length, newest.nextFrom], [2, runtime.turns.durableSeq + 1]);

  flushMs = 1_000;
  const from = runtime.turns.headSeq + 1;
  const follow = asked(control, 'GET', `/api/v1/journal?from=${from}&waitMs=10000`);
  const sent = asked(outside, 'POST', '/hooks/tradingview/demo', alert());
  const immediate = await asked(control, 'GET', `/api/v1/journal?from=${from}`);
  assert.deepEqual([runtime.turns.headSeq >= from, immediate.body.entries], [true, []], 'what is not on disk yet is not told');
  const before = clock.monotonicMs();
  assert.equal((await clock.until(follow)).body.entries[0].type, 'order.intended');
  assert.equal(clock.monotonicMs() - before, 1_000);
  await clock.until(sent);
  await clock.runFor(10_000);
  const idle = clock.monotonicMs();
  const nothing = await ask(control, 'GET', `/api/v1/journal?from=${runtime.turns.headSeq + 100}&waitMs=2000`);
  assert.deepEqual([nothing.body.entries, clock.monotonicMs() - idle], [[], 2_000]);
  assert.equal((await ask(control, 'GET', '/api/v1/journal?from=x')).status, 400);
});

test('a stop is answered before it happens', async () => {
  const { ask, control, stops, clock } = await running();
  assert.equal((await ask(control, 'POST', '/api/v1/stop', { reason: 'update' })).status, 202);
  assert.deepEqual(stops, []);
  await clock.runFor(1_000);
  assert.deepEqual(stops, ['update']);
});

test('D1, C2: while the disk is silent the status says so, a halt is in force and said not to be remembered, and nothing else is told', async () => {
  let flushMs = 0;
  const { control, outside, clock, venue, runtime } = await running({ store: (own) => ({ timer: (delayMs, run) => own.timer(delayMs, run), flushDelayMs: () => flushMs }) });
  flushMs = 5_000;
  const sent = asked(outside, 'POST', '/hooks/tradingview/demo', alert());
  const [orders, status, halted] = await clock.until(Promise.all([asked(control, 'GET', '/api/v1/orders'), asked(control, 'GET', '/api/v1/status'), asked(control, 'POST', '/api/v1/halt', { by: 'sam' })]));
  assert.deepEqual([orders.status, orders.body.code], [500, 'BW-7006']);
  assert.deepEqual([status.status, status.body.state, status.body.journal.headSeq > status.body.journal.durableSeq], [200, 'stalled', true]);
  assert.deepEqual([halted.status, halted.body.inForce, halted.body.remembered], [207, true, false]);
  assert.equal((await clock.until(sent)).status, 500);
  await clock.runFor(20_000);
  assert.deepEqual([venue.sent.length, runtime.world.gate.state], [0, 'HALTED']);
});

test('C2: with an emergency log, what is asked for while the disk is silent is told as in force, and as remembered', async () => {
  let flushMs = 0;
  const { control, intent, clock, venue, runtime } = await running({
    emergency: new EmergencyPlace().open(), store: (own) => ({ timer: (delayMs, run) => own.timer(delayMs, run), flushDelayMs: () => flushMs }),
  });
  const { body: { orderId } } = await intent({ key: 'k', instrument: 'BTC/USD', side: 'buy', quantity: '0.01', type: 'limit', limitPrice: '50000' });
  await clock.runFor(1_000);
  flushMs = 8_000;
  const [cancelled, halted] = await clock.until(Promise.all([asked(control, 'POST', `/api/v1/orders/${orderId}/cancel`, { by: 'sam', reason: 'x' }), asked(control, 'POST', '/api/v1/halt', { by: 'sam' })]));
  assert.deepEqual([cancelled.status, cancelled.body.asked, cancelled.body.remembered, cancelled.body.order.id], [207, 'now', true, orderId]);
  assert.deepEqual([halted.status, halted.body.inForce, halted.body.remembered], [207, true, true]);
  assert.match(halted.body.note, /emergency log/);
  const found = await venue.find(`v-bw-${orderId}-1`);
  assert.equal(found.kind === 'found' && found.report.state, 'cancelled', 'it has left');
  assert.ok(runtime.turns.durableSeq < runtime.turns.headSeq, 'and the disk has not confirmed it');
});

test('everything else is not here', async () => {
  const { ask, control } = await running();
  for (const [method, path] of [['GET', '/'], ['POST', '/api/v1/status'], ['GET', '/api/v2/status'], ['GET', '/api/v1/orders/a/cancel'], ['POST', '/hooks/tradingview/demo']] as const) {
    assert.equal((await ask(control, method, path)).body.code, 'BW-2001', `${method} ${path}`);
  }
});

test('every answer says whose system answers, whose money it trades, and how the gate stands', async () => {
  const { ask, control } = await running();
  const modeOf = async (method: string, path: string, body?: unknown): Promise<unknown> => JSON.parse((await ask(control, method, path, body)).headers['breakwater-mode'] ?? '');
  assert.deepEqual(await modeOf('GET', '/api/v1/positions'), { instance: 'test', money: 'sim', gate: 'ACTIVE', since: null });
  const halted = await modeOf('POST', '/api/v1/halt', { by: 'sam', reason: 'x' });
  assert.equal((halted as { readonly gate: string }).gate, 'HALTED');
  assert.deepEqual(await modeOf('GET', '/api/v1/nowhere'), halted);
});

test('the format of the record is raised by a person with a reason, once, and no further than this release writes', async () => {
  const disk = new MemoryDisk();
  const first = await running({ disk });
  const told = (await first.ask(first.control, 'GET', '/api/v1/status')).body.journal;
  assert.deepEqual([told.format, told.formats], [1, { reads: 1, writes: 1 }]);
  const raise = (body: object, life: Awaited<ReturnType<typeof running>>) => life.ask(life.control, 'POST', '/api/v1/journal/format', body);
  const nothing = await raise({ by: 'sam', reason: 'as planned' }, first);
  assert.deepEqual([nothing.status, nothing.body.code, nothing.body.detail], [409, 'BW-2009', 'the journal is in format 1.']);
  const tooFar = await raise({ by: 'sam', reason: 'as planned', to: 2 }, first);
  assert.deepEqual([tooFar.status, tooFar.body.code], [400, 'BW-2008']);
  assert.match(tooFar.body.detail, /writes formats up to 1, so it cannot raise the journal to 2/);
  await first.clock.until(first.runtime.stop('a release'));

  const next = await running({ disk, clock: first.clock, venue: first.venue, facts: factCodec(allFacts, { reads: 3, writes: 3 }) as unknown as Facts });
  assert.equal((await raise({ by: 'sam' }, next)).body.code, 'BW-2008');
  for (const to of [0, -1, 1.5, '2', null, {}]) assert.equal((await raise({ by: 'sam', reason: 'x', to }, next)).status, 400);
  assert.deepEqual((await raise({ by: 'sam', reason: 'as planned', to: 2 }, next)).body.format, 2);
  assert.deepEqual((await raise({ by: 'sam', reason: 'as planned' }, next)).body.format, 3);
  const lowered = await raise({ by: 'sam', reason: 'as planned', to: 2 }, next);
  assert.deepEqual([lowered.status, lowered.body.code], [409, 'BW-2009']);
  assert.match(lowered.body.detail, /never lowered/);
  assert.equal((await next.ask(next.control, 'POST', '/api/v1/journal/other', {})).body.code, 'BW-2001');
  assert.deepEqual(next.payloads('format.raised').map(({ from, to, by }: { from: number; to: number; by: string }) => [from, to, by]), [[1, 2, 'sam'], [2, 3, 'sam']]);
});
