/** Whatever is sent to the doors: an answer in words of ours, a reason where it is not done, a count, and nothing that falls over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Source, Tally } from '../../src/door/index.ts';
import { asked, running, SOURCE, startOf, TOKEN } from '../support/running.ts';
import type { Answered } from '../support/running.ts';
import { bytesOf, changed, fuzz, insteadOf, noise, value, word } from './cases.ts';

const secret = SOURCE.secret;
const time = new Date(startOf).toISOString();
const alerts: Readonly<Record<string, readonly (string | Readonly<Record<string, unknown>>)[]>> = {
  traderspost: [{ secret, ticker: 'BTCUSD', action: 'buy', sentiment: 'long', quantity: '0.01', time, orderType: 'limit', limitPrice: '50000' }, { secret, ticker: 'BTCUSD', market_position: 'long', market_position_size: '0.01', time }],
  ohlc: [{ passphrase: secret, time, ticker: 'BTCUSD', bar: { time, open: 1 }, strategy: { order_action: 'buy', order_contracts: 0.01, market_position: 'long', prev_market_position: 'flat', position_size: 0.01 } }],
  '3commas': [
    { secret, max_lag: '300', timestamp: time, tv_instrument: 'BTCUSD', action: 'buy', strategy_info: { market_position: 'long', market_position_size: '0.01' }, order: { amount: '0.01', currency_type: 'base' } },
    { secret, timestamp: time, tv_instrument: 'BTCUSD', action: 'enter_long', order: { amount: '0.01', currency_type: 'base' } },
  ],
  okx: [{ action: 'buy', marketPosition: 'long', instrument: 'BTCUSD', signalToken: secret, timestamp: time, maxLag: '60', investmentType: 'base', amount: '0.01' }, { action: 'EXIT_LONG', instrument: 'BTCUSD', signalToken: secret, timestamp: time }],
  wundertrading: [`ENTER-LONG_X_BTCUSD_bot_5M_${secret}`, `EXIT-ALL_X_BTCUSD_bot_5M_${secret}`, { code: `ENTER-LONG_X_BTCUSD_bot_5M_${secret}`, amountPerTradeType: 'base', amountPerTrade: 0.01 }],
  alertatron: [`${secret}(BTCUSD) { market(side=buy, amount=0.01); } #bot`, `${secret}(BTCUSD) { exit(); stopOrder(offset=1%); } #bot`],
  pineconnector: ['60123456789,buy,BTCUSD,risk=0.01', '60123456789,closelong,BTCUSD', '60123456789,buylimit,BTCUSD,price=50000,risk=0.01'],
  'alerts-processor': [{ stub: secret, direction: 'long', symbol: 'BTCUSD', size: '0.01' }, `[{"stub":"${secret}","direction":"close","symbol":"BTCUSD"},{"stub":"${secret}","direction":"long","symbol":"BTCUSD","size":"0.01"}]`],
  freqtrade: [{ secret, type: 'entry', pair: 'BTCUSD', direction: 'Long', leverage: 1, amount: 0.01, order_type: 'market' }, `secret=${secret}&type=entry&pair=BTCUSD&direction=Long&amount=0.01`],
  text: [`${secret} buy BTCUSD 0.01`, `heartbeat ${secret}`],
};
const heartbeat = { everyMs: 300_000, graceMs: 60_000, word: 'heartbeat', field: 'action' };
const sources: readonly Source[] = Object.keys(alerts).flatMap((dialect): Source[] => [
  { ...SOURCE, name: dialect, dialect: dialect as Source['dialect'], units: 'base', heartbeat, ...(dialect === 'pineconnector' ? { secret: '60123456789' } : {}) },
  { ...SOURCE, name: `auto-${dialect}`, dialect: 'auto', ...(dialect === 'pineconnector' ? { secret: '60123456789' } : {}) },
]);
const total = (shown: Readonly<Record<string, Readonly<Record<string, number>>>>, source: string): number => Object.values(shown[source] ?? {}).reduce((sum, count) => sum + count, 0);

const refusals = (tally: Tally): number => Object.values(tally.refusals()).flatMap((own) => Object.values(own)).reduce((sum, count) => sum + count, 0);

function mustBeSound({ status, body, headers }: Answered): void {
  assert.ok([200, 207, 400, 401, 403, 404, 409, 413, 422].includes(status), `${status} ${JSON.stringify(body)}`);
  if (status < 400) return;
  assert.equal(headers['content-type'], 'application/problem+json');
  for (const key of ['code', 'title', 'detail', 'because']) assert.ok(typeof body[key] === 'string' && body[key] !== '', `${key} is told`);
}

for (const [dialect, messages] of Object.entries(alerts)) {
  test(`hooks: whatever comes instead of an alert of ${dialect} is answered, with a reason, and counted`, async () => {
    await fuzz(120, () => running({ sources }), fc.tuple(fc.constantFrom(dialect, `auto-${dialect}`), insteadOf(messages)), async ({ clock, outside, tally, failures }, [name, body]) => {
      const before = total(tally.shown(), name);
      const refused = refusals(tally);
      const answer = await clock.until(asked(outside, 'POST', `/hooks/tradingview/${name}`, body));
      mustBeSound(answer);
      assert.equal(refusals(tally) - refused, answer.status >= 400 ? 1 : 0, 'a refusal is counted once, by its code');
      assert.ok(total(tally.shown(), name) > before, 'it is counted');
      assert.deepEqual(failures, []);
    });
  });
}

test('hooks: no secret reaches the record, however its message was damaged', async () => {
  await fuzz(200, () => running({ sources }), fc.constantFrom(...Object.keys(alerts)).chain((dialect) => fc.tuple(fc.constant(dialect), fc.constantFrom(...alerts[dialect]!.filter((message) => typeof message !== 'string'), { secret, action: 'buy' }).chain(changed))), async ({ clock, outside, disk }, [name, body]) => {
    const seq = disk.entries.length;
    await clock.until(asked(outside, 'POST', `/hooks/tradingview/${name}`, bytesOf(JSON.stringify(body))));
    const kept = disk.entries.slice(seq).map(({ payload }) => new TextDecoder().decode(payload)).join('');
    assert.ok(!kept.includes(secret));
  });
});

const intent = { key: 'k', instrument: 'BTC/USD', side: 'buy', quantity: '0.01', type: 'limit', limitPrice: '50000', timeInForce: 'gtc', strategy: 's', venue: 'paper', signalTime: time, action: 'order', target: '0.01' };

test('intents: whatever is posted, with a token, without one or with half of one, is answered, with a reason, and counted', async () => {
  const token = fc.oneof({ weight: 6, arbitrary: fc.constant(`Bearer ${TOKEN.secret}`) }, word, fc.constantFrom('Bearer', 'Bearer  ', `bearer ${TOKEN.secret} x`));
  await fuzz(400, () => running(), fc.tuple(insteadOf([intent, { key: 'k', instrument: 'BTC/USD', action: 'close' }]), token), async ({ clock, outside, tally, failures }, [body, authorization]) => {
    const before = total(tally.shown(), 'bot') + total(tally.shown(), '(no token)');
    mustBeSound(await clock.until(asked(outside, 'POST', '/api/v1/intents', body, { headers: { authorization } })));
    assert.ok(total(tally.shown(), 'bot') + total(tally.shown(), '(no token)') > before, 'it is counted');
    assert.deepEqual(failures, []);
  });
});

test('control: whatever is asked or commanded is answered, with a reason, and the runtime goes on', async () => {
  const route = fc.oneof(
    fc.constantFrom('status', 'orders', 'orders?state=all&limit=1', 'orders/x', 'orders/x/cancel', 'orders/x/resolve', 'positions', 'journal?fromSeq=1', 'reconcile', 'halt', 'resume', 'nothing', '__proto__', 'orders/%E0%A4%A'),
    fc.tuple(fc.constantFrom('orders', 'journal'), fc.constantFrom('state', 'limit', 'from', 'fromSeq', 'order', 'type'), word).map(([path, key, text]) => `${path}?${new URLSearchParams([[key, text.toWellFormed()]]).toString()}`),
    word.map((text) => `orders/${encodeURIComponent(text.toWellFormed())}`),
  );
  const body = fc.oneof(noise, fc.dictionary(fc.constantFrom('by', 'reason', 'keepOrders', 'cancelOrders', 'outcome', 'venue', 'release', 'adopt', '__proto__'), value).map((object) => bytesOf(JSON.stringify(object))));
  await fuzz(400, () => running(), fc.tuple(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'), route, body), async ({ clock, control, failures, runtime, tally }, [method, path, sent]) => {
    const refused = refusals(tally);
    const answer = await clock.until(asked(control, method, `/api/v1/${path}`, sent));
    mustBeSound(answer);
    assert.equal(refusals(tally) - refused, answer.status >= 400 ? 1 : 0);
    assert.deepEqual(failures, []);
    assert.equal(runtime.turns.failed, undefined);
  });
});

test('the public door: whatever path is asked for is answered, with a reason, and counted under a name of ours', async () => {
  const path = fc.oneof(word.map((text) => `/${encodeURIComponent(text.toWellFormed())}`), word.map((text) => `/hooks/tradingview/${encodeURIComponent(text.toWellFormed())}`), fc.constantFrom('/', '/hooks', '/hooks/tradingview/', '/api/v1/status', '/hooks/tradingview/demo/a/b', '/__proto__'));
  await fuzz(300, () => running(), fc.tuple(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), path, noise), async ({ clock, outside, tally, failures }, [method, asksFor, body]) => {
    const refused = refusals(tally);
    const answer = await clock.until(asked(outside, method, asksFor, body));
    mustBeSound(answer);
    assert.equal(refusals(tally) - refused, answer.status >= 400 ? 1 : 0);
    for (const code of Object.keys(tally.refusals().public)) assert.match(code, /^BW-2\d{3}$/);
    assert.ok(Object.keys(tally.shown()).length <= 2, 'no stranger names a counter');
    assert.deepEqual(failures, []);
  });
});
