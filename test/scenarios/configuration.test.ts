/** The configuration changes between two lives: what is no longer allowed is blocked and named, what is open stays known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rules } from '../../src/core/index.ts';
import type { LimitTexts } from '../../src/runtime/index.ts';
import { LIMITS } from '../kit/life.ts';
import { theatre } from '../support/theatre.ts';

/** The limits with some of them changed; `undefined` takes one out. */
const all = (changes: { readonly [K in keyof LimitTexts]?: LimitTexts[K] | undefined }): LimitTexts =>
  Object.fromEntries(Object.entries({ ...LIMITS, ...changes }).filter(([, value]) => value !== undefined)) as LimitTexts;

const without: Readonly<Record<string, readonly [string, LimitTexts]>> = {
  maxOrderValue: ['order-value', { ...LIMITS, maxOrderValue: {} }], maxPosition: ['position', { ...LIMITS, maxPosition: {} }], priceCollar: ['price-collar', { ...LIMITS, priceCollarPpm: {} }],
  priceMaxAge: ['price-age', all({ priceMaxAgeMs: undefined })], maxOrderQuantity: ['order-quantity', all({ maxOrderQuantity: undefined })], maxShort: ['position', all({ maxShort: undefined })], rateMaxAge: ['order-value', all({ rateMaxAgeMs: undefined })], maxSpread: ['spread', all({ maxSpreadPpm: undefined })],
  'messageRate.strategy': ['message-rate', all({ messageRate: undefined })],
  'risk.maxDailyLoss': ['daily-loss', all({ none: LIMITS.none?.filter((key) => key !== 'risk.maxDailyLoss') })],
  ...Object.fromEntries(rules.flatMap(({ control, limit }) => (limit !== undefined && LIMITS.none?.includes(limit) === true ? [[limit, [control, all({ none: LIMITS.none.filter((key) => key !== limit) })]] as const] : []))),
};

for (const [name, [control, limits]] of Object.entries(without)) {
  test(`a limit taken out of the configuration blocks, and is named: ${name}`, async () => {
    const t = await theatre();
    await t.ask('before');
    await t.pass(200);
    t.kill();
    await t.boot({ limits });
    await t.ask('after');
    assert.deepEqual([t.order('after').phase, t.order('after').blocked?.control, t.order('after').blocked?.limit], ['blocked', control, 'not configured']);
    assert.ok(t.order('after').blocked?.observed.includes(name.startsWith('risk.') ? `${name} names no limit` : `limits.${name} names no limit for BTC/USD`), t.order('after').blocked?.observed ?? 'it is not blocked');
    await t.cancel('before');
    await t.pass(10_000);
    assert.equal(t.order('before').phase, 'booked', 'what stands is still cancelled');
    t.kill();
    await t.boot({ limits: LIMITS });
    await t.ask('again');
    assert.equal(t.order('again').phase, 'sending');
  });
}

test('a limit that is lowered holds for the next order, and counts what stands already', async () => {
  const t = await theatre();
  await t.ask('a', { quantityText: '0.5' });
  await t.pass(200);
  t.kill();
  await t.boot({ limits: { ...LIMITS, maxPosition: { default: '1.6' } } });
  await t.ask('b', { quantityText: '0.2' });
  assert.equal(t.order('b').blocked?.code, 'BW-3021');
  await t.ask('c', { quantityText: '0.1' });
  assert.equal(t.order('c').phase, 'sending');
});

test('an order that waited while its limit was taken away is not sent afterwards', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'rate-limited', times: 1, delayMs: 20_000 });
  await t.ask('a');
  await t.pass(1_000);
  t.kill();
  await t.boot({ limits: { ...LIMITS, maxOrderValue: {} } });
  await t.pass(60_000);
  assert.deepEqual([t.order('a').phase, t.atVenue()], ['abandoned', []]);
});

test('a halt outlives everything but a person: crash, new configuration, another crash', async () => {
  const t = await theatre();
  await t.operator({ kind: 'halt', by: 'sam', reason: 'I want to look', cancelOrders: true });
  for (const limits of [LIMITS, { ...LIMITS, maxPosition: { default: '5' } }]) {
    t.kill();
    await t.boot({ limits });
    await t.ask(`k ${limits.maxPosition['default']}`);
    assert.equal(t.order(`k ${limits.maxPosition['default']}`).blocked?.code, 'BW-3100');
  }
  await t.operator({ kind: 'resume', by: 'sam', reason: 'I have looked' });
  await t.ask('after');
  assert.equal(t.order('after').phase, 'sending');
});

test('keys that the venue refuses stop new risk; cancels are still tried; trading comes back with the keys', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(200);
  t.faults({ on: 'account.read', fault: 'unauthorized', delayMs: 40_000, times: 1 });
  await t.pass(32_000);
  await t.ask('b');
  assert.equal(t.order('b').blocked?.code, 'BW-3101');
  await t.cancel('a');
  await t.pass(5_000);
  assert.equal(t.order('a').phase, 'booked');
  await t.pass(60_000);
  await t.ask('c');
  assert.equal(t.order('c').phase, 'sending');
  assert.deepEqual([t.facts('venue.suspended').length, t.facts('venue.restored').length], [1, 1]);
});
