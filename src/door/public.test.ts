import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alert, asked, running, SOURCE, startOf, TOKEN } from '../../test/support/running.ts';
import type { Answered } from '../../test/support/running.ts';
import type { MemoryStoreOptions } from '../journal/index.ts';
import type { VirtualClock } from '../sim/clock.ts';
import { knows, digestOfSecret } from './secret.ts';

const problemOf = ({ status, headers, body }: Answered): string => {
  assert.equal(headers['content-type'], 'application/problem+json');
  for (const key of ['code', 'title', 'detail', 'because', 'did', 'retry', 'correlationId']) assert.equal(typeof body[key], 'string', `${key} is told`);
  assert.ok(Array.isArray(body.doNext));
  return `${status} ${body.code}`;
};
const slowDisk = (flushMs: number) => (clock: VirtualClock): MemoryStoreOptions => ({ timer: (delayMs, run) => clock.timer(delayMs, run), flushDelayMs: () => flushMs });

test('an alert becomes one order, answered once it is durable', async () => {
  const { hook, venue, facts, clock, tally } = await running();
  const { status, body } = await hook(alert());
  assert.equal(status, 200);
  assert.deepEqual({ success: body.success, outcome: body.outcome, duplicate: body.duplicate, phase: body.phase, key: body.key }, { success: true, outcome: 'order', duplicate: false, phase: 'sending', key: 'tv/demo/id:a1' });
  assert.match(body.orderId, /^[0-9a-f]{20}$/);
  assert.ok(facts().includes('order.sending'));
  await clock.runFor(100);
  assert.deepEqual(venue.sent.map(({ quantityUnits, side }) => [quantityUnits, side]), [[10_000n, 'buy']]);
  assert.deepEqual(tally.shown(), { demo: { order: 1 } });
});

test('a repetition gets the first order, also after a restart, also when it is old by then', async () => {
  const first = await running();
  const before = (await first.hook(alert())).body;
  const again = (await first.hook(alert())).body;
  assert.deepEqual([again.orderId, again.duplicate, again.correlationId], [before.orderId, true, before.correlationId]);
  first.store.crash();
  await first.clock.runFor(120_000);
  const second = await running({ disk: first.disk, venue: first.venue, clock: first.clock });
  const late = await second.hook(alert());
  assert.deepEqual([late.status, late.body.orderId, late.body.duplicate], [200, before.orderId, true]);
  await second.clock.runFor(10_000);
  assert.equal(first.venue.sent.length, 1);
});

test('the same key with another content is a conflict, and changes nothing', async () => {
  const { hook, venue, clock } = await running();
  await hook(alert());
  const other = await hook(alert({ quantity: '0.02' }));
  assert.equal(problemOf(other), '409 BW-2011');
  await clock.runFor(1_000);
  assert.equal(venue.sent.length, 1);
});

test('a secret may stand in the path instead', async () => {
  const { hook } = await running({ sources: [{ ...SOURCE, secretIn: 'path', secret: 'a/b ü' }] });
  assert.equal((await hook(alert(), `/hooks/tradingview/demo/${encodeURIComponent('a/b ü')}`)).status, 200);
  assert.equal(problemOf(await hook(alert())), '401 BW-2005');
  assert.equal(problemOf(await hook(alert(), '/hooks/tradingview/demo/%E0%A4%A')), '401 BW-2005');
});

test('whoever is not who he says is turned away before anything is kept', async () => {
  const { hook, intent, facts, tally, disk } = await running({ sources: [SOURCE, { ...SOURCE, name: 'near', allowedSources: ['52.89.214.238'] }] });
  const seq = disk.head.seq;
  assert.equal(problemOf(await hook(alert(), '/hooks/tradingview/nobody')), '404 BW-2002');
  assert.equal(problemOf(await hook(alert({ secret: 'tv-hook-8' }))), '401 BW-2005');
  assert.equal(problemOf(await hook(alert({ secret: undefined }))), '401 BW-2005');
  assert.equal(problemOf(await hook(alert({ secret: 'wrong', quantity: 'NaN' }))), '401 BW-2005');
  assert.equal(problemOf(await hook(alert(), '/hooks/tradingview/demo/tv-hook-7')), '401 BW-2005', 'what belongs into the body is not looked for in the path');
  assert.equal(problemOf(await hook(alert(), '/hooks/tradingview/near')), '403 BW-2003');
  assert.equal(problemOf(await hook('x'.repeat(5_000))), '413 BW-2004');
  assert.equal(problemOf(await intent({ key: 'k' }, 'bot-token-8')), '401 BW-2005');
  assert.equal((await hook(alert(), '/hooks/tradingview/near', { peer: '::ffff:52.89.214.238' })).status, 200);
  assert.equal(facts().slice(seq).filter((type) => type.startsWith('signal.')).length, 0);
  assert.deepEqual(tally.shown()['demo'], { unauthorised: 4, 'too-large': 1 });
});

test('a malformed body is kept without its secrets, and told with a reason', async () => {
  const { hook, payloads, lines } = await running();
  const spoilt = await hook(`{"secret":"${SOURCE.secret}","ticker":"BTCUSD","action":"buy"`);
  assert.equal(problemOf(spoilt), '400 BW-2020');
  assert.equal(spoilt.body.word, 'not-json');
  assert.equal(problemOf(await hook(alert({ quantity: '-1' }))), '422 BW-2021');
  assert.equal(problemOf(await hook(alert({ ticker: 'ETHUSD' }))), '422 BW-2022');
  assert.equal(problemOf(await hook(new Uint8Array([0x7b, 0xff]))), '400 BW-2020');
  const kept = payloads('signal.quarantined');
  assert.deepEqual(kept.map(({ code }) => code), ['BW-2020', 'BW-2021', 'BW-2022', 'BW-2020']);
  assert.ok(!JSON.stringify(kept).includes(SOURCE.secret));
  assert.ok(kept[0].body.includes('BTCUSD'));
  assert.deepEqual(lines.filter(({ level }) => level === 'error').map(({ code }) => code), ['BW-2020', 'BW-2021', 'BW-2022', 'BW-2020']);
  assert.ok(!JSON.stringify(lines).includes(SOURCE.secret));
});

test('bodies that cannot be read, and so prove nothing, are kept at most sixty times a minute', async () => {
  const { hook, payloads, clock } = await running();
  for (let count = 0; count < 70; count++) assert.equal((await hook(`buy ${count}`)).status, 400);
  assert.equal(payloads('signal.quarantined').length, 60);
  await clock.runFor(60_000);
  await hook('buy again');
  assert.equal(payloads('signal.quarantined').length, 61);
});

test('a signal that is too old, from the future or without an age limit is refused, recorded once and answered the same again', async () => {
  const { hook, payloads } = await running({ sources: [SOURCE, { ...SOURCE, name: 'lax', maxAgeMs: undefined }] });
  const old = alert({ time: new Date(startOf - 61_000).toISOString() });
  assert.equal(problemOf(await hook(old)), '422 BW-2012');
  assert.equal(problemOf(await hook(old)), '422 BW-2012');
  assert.equal(problemOf(await hook(alert({ id: 'a2', time: new Date(startOf + 60_000).toISOString() }))), '422 BW-2013');
  assert.equal(problemOf(await hook(alert(), '/hooks/tradingview/lax')), '422 BW-2014');
  assert.equal(problemOf(await hook(alert({ time: undefined }), '/hooks/tradingview/lax')), '422 BW-2014', 'the same wish under the same key gets the same answer');
  assert.deepEqual(payloads('signal.refused').map(({ code }) => code), ['BW-2012', 'BW-2013', 'BW-2014']);
});

test('a blocked order is answered 200 with the reason, and the same to a repetition', async () => {
  const { hook, venue } = await running();
  for (const duplicate of [false, true]) {
    const { status, body } = await hook(alert({ quantity: '5', orderType: 'limit', limitPrice: '10000' }));
    assert.deepEqual([status, body.success, body.outcome, body.phase, body.duplicate], [200, false, 'blocked', 'blocked', duplicate]);
    assert.deepEqual([body.blocked.control, body.blocked.code], ['price-collar', 'BW-3012']);
    assert.match(body.message, /would pass: 47\d+(?:\.\d+)? USD to 52\d+/);
  }
  assert.equal(venue.sent.length, 0);
});

test('what cannot become an order is refused with 200: a close of nothing, a cancel of nothing', async () => {
  const { hook } = await running();
  const close = await hook(alert({ action: 'exit', quantity: undefined }));
  assert.deepEqual([close.status, close.body.success, close.body.outcome, close.body.refused.code], [200, false, 'refused', 'BW-3005']);
  const cancel = await hook(alert({ id: 'c', action: 'cancel', quantity: undefined }));
  assert.deepEqual([cancel.status, cancel.body.success, cancel.body.outcome, cancel.body.orderIds], [200, true, 'cancelled', []]);
});

test('a bot posts the normal form with its token', async () => {
  const { intent, venue, clock, payloads } = await running();
  const wish = { key: 'k1', instrument: 'BTC/USD', side: 'buy', quantity: '0.02', type: 'limit', limitPrice: '50000' };
  const first = await intent(wish);
  assert.deepEqual([first.status, first.body.success, first.body.key], [200, true, 'bot/bot/id:k1']);
  assert.equal((await intent(wish)).body.duplicate, true);
  assert.equal(problemOf(await intent({ ...wish, quantity: '0.03' })), '409 BW-2011');
  assert.equal(problemOf(await intent({ ...wish, key: 'k2', instrument: 'ETH/USD' })), '422 BW-2022');
  assert.equal(problemOf(await intent({ ...wish, key: 'k3', venue: 'nowhere' })), '422 BW-2022');
  assert.equal(problemOf(await intent({ ...wish, key: 'k4', quantitiy: '1' })), '422 BW-2021');
  assert.equal(problemOf(await intent('no json')), '400 BW-2020');
  await clock.runFor(100);
  assert.equal(venue.sent.length, 1);
  assert.equal(payloads('signal.quarantined').length, 4);
});

test('while too much waits for the disk intents are refused with 503; cancels and halts are taken', async () => {
  const { outside, control, clock, runtime } = await running({ store: slowDisk(400), settings: { maxLag: 6 } });
  const sent = await clock.until(asked(outside, 'POST', '/hooks/tradingview/demo', alert()));
  const orderId = sent.body.orderId as string;
  await clock.runFor(5_000);
  const waiting = ['b1', 'b2', 'b3'].map((id) => asked(outside, 'POST', '/hooks/tradingview/demo', alert({ id, time: undefined })));
  assert.ok(runtime.turns.headSeq - runtime.turns.durableSeq >= 6);
  const refused = await clock.until(asked(outside, 'POST', '/hooks/tradingview/demo', alert({ id: 'b4', time: undefined })));
  assert.equal(problemOf(refused), '503 BW-7002');
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal(problemOf(await clock.until(waiting[2]!)), '503 BW-7002');
  const cancel = asked(control, 'POST', `/api/v1/orders/${orderId}/cancel`, { by: 'sam', reason: 'test' });
  const away = asked(outside, 'POST', '/hooks/tradingview/demo', alert({ id: 'c1', action: 'cancel', quantity: undefined, time: undefined }));
  const halt = asked(control, 'POST', '/api/v1/halt', { by: 'sam', reason: 'test' });
  assert.equal(runtime.world.gate.state, 'HALTED', 'a halt is in force in the very turn it was asked for');
  assert.equal((await clock.until(cancel)).status, 200);
  assert.equal((await clock.until(away)).body.outcome, 'cancelled', 'a signal to cancel is no new risk');
  assert.equal((await clock.until(halt)).status, 200);
  assert.equal((await clock.until(waiting[0]!)).body.success, true);
});

test('a disk that takes too long is answered 500 inside three seconds, and the repetition finds the order', async () => {
  let flushMs = 0;
  const { hook, clock, venue } = await running({ store: (own) => ({ timer: (delayMs, run) => own.timer(delayMs, run), flushDelayMs: () => flushMs }) });
  flushMs = 4_000;
  const before = clock.monotonicMs();
  const late = await hook(alert());
  assert.equal(problemOf(late), '500 BW-7006');
  assert.equal(late.body.retry, 'same-key');
  assert.equal(clock.monotonicMs() - before, 2_500);
  assert.equal(venue.sent.length, 0, 'nothing left before the disk had it');
  await clock.runFor(5_000);
  flushMs = 0;
  assert.equal((await hook(alert())).body.duplicate, true);
  assert.equal(venue.sent.length, 1);
});

for (const [title, misfortune] of [
  ['an append of unknown outcome is answered 500', { kind: 'unknown', written: 'nothing' }],
  ['an append refused because another process took over is answered 500', { kind: 'refused', why: 'stale' }],
] as const) {
  test(`${title}, ends this process life, and the next one takes the repetition`, async () => {
    let strike = false;
    const first = await running({ store: () => ({ misfortune: () => (strike ? misfortune : undefined) }) });
    strike = true;
    assert.equal(problemOf(await first.hook(alert())), '500 BW-7001');
    assert.equal(first.failures.length, 1);
    assert.equal(problemOf(await first.hook(alert({ id: 'a2' }))), '503 BW-7003');
    assert.deepEqual([(await first.ask(first.outside, 'GET', '/healthz')).status, first.venue.sent.length], [503, 0]);
    const second = await running({ disk: first.disk, venue: first.venue, clock: first.clock });
    const again = await second.hook(alert());
    assert.deepEqual([again.status, again.body.duplicate], [200, false]);
  });
}

test('trouble of one source disturbs no other', async () => {
  const { hook } = await running({ sources: [SOURCE, { ...SOURCE, name: 'other', secret: 'other-secret' }] });
  for (let count = 0; count < 100; count++) await hook('%%%');
  for (let count = 0; count < 20; count++) await hook(alert({ secret: 'guess' }));
  assert.equal((await hook(alert({ secret: 'other-secret' }), '/hooks/tradingview/other')).body.success, true);
  assert.equal((await hook(alert())).body.success, true);
});

test('whatever is posted, it is answered in words of ours, nothing falls over, and no secret is kept', async () => {
  const { outside, clock, disk, failures } = await running();
  const value = fc.oneof(fc.constantFrom('buy', 'sell', 'exit', 'cancel', 'BTCUSD', '0.01', 'NaN', '{{close}}', '', SOURCE.secret, '1e400', '\u0000', '__proto__'), fc.string({ unit: 'binary' }), fc.double(), fc.constant(null), fc.dictionary(fc.string(), fc.string()));
  const shaped = fc.dictionary(fc.constantFrom('secret', 'id', 'ticker', 'action', 'quantity', 'orderType', 'limitPrice', 'time', 'sentiment', 'strategy', 'bar', 'exchange', '__proto__'), value);
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string(), shaped.map((one) => JSON.stringify({ secret: SOURCE.secret, ...one })), fc.json());
  const path = fc.constantFrom('/hooks/tradingview/demo', '/hooks/tradingview/demo/x', '/hooks/tradingview/__proto__', '/hooks/tradingview/constructor', '/api/v1/intents');
  const token = fc.constantFrom({}, { authorization: `Bearer ${TOKEN.secret}` }, { authorization: 'Bearer' });
  await fc.assert(fc.asyncProperty(path, body, token, async (route, sent, headers) => {
    const { status } = await clock.until(asked(outside, 'POST', route, sent, { headers }));
    assert.ok([200, 400, 401, 404, 409, 413, 422].includes(status), `${status}`);
  }), { numRuns: 500, seed: 7 });
  assert.deepEqual(failures, []);
  const record = disk.entries.map(({ payload }) => new TextDecoder().decode(payload)).join('\n');
  assert.ok(!record.includes(SOURCE.secret) && !record.includes(TOKEN.secret));
});

test('C42: there is a sign of life, and nothing else: whoever may send signals has no say in limits or stops', async () => {
  const { ask, outside } = await running();
  assert.deepEqual((await ask(outside, 'GET', '/healthz')).body, { ok: true });
  for (const [method, path] of [['GET', '/'], ['GET', '/hooks/tradingview/demo'], ['POST', '/hooks/tradingview'], ['POST', '/api/v1/halt'], ['GET', '/api/v1/status'], ['POST', '/api/v1/limits/reload'], ['POST', '/api/v1/limits/lp_1/approve'], ['POST', '/api/v1/resume'], ['POST', '/hooks/tradingview/demo/a/b']] as const) {
    assert.equal(problemOf(await ask(outside, method, path)), '404 BW-2001', `${method} ${path}`);
  }
});

test('S1: a secret is known by its digest alone', () => {
  const digest = digestOfSecret('tv-hook-7');
  assert.deepEqual(['tv-hook-7', 'tv-hook-8', 'tv-hook-77', '', undefined].map((text) => knows(text, digest)), [true, false, false, false, false]);
  assert.throws(() => digestOfSecret(''));
  assert.ok(TOKEN.secret.length > 0);
});
