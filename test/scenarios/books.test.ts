/** Books and venue, when they agree and when they do not: what differs is shown, blocks what it endangers, and is closed by a person. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUnits } from '../../src/base/index.ts';
import { assetScale } from '../../src/core/index.ts';
import type { Theatre } from '../support/theatre.ts';
import { SYMBOL, theatre, VENUE } from '../support/theatre.ts';

const blockedBy = async (t: Theatre, key: string): Promise<string> => {
  await t.ask(key);
  const { phase, blocked } = t.order(key);
  return `${phase} ${blocked?.code ?? ''}`.trim();
};
const look = (t: Theatre): Promise<unknown> => t.clock.until(t.runtime.reconcile(VENUE));
/** Money that comes or goes without an execution: the exchange has no such thing, so the books are moved instead. */
const misplace = (t: Theatre, asset: string, amount: string): bigint => {
  const { ledger: { balances }, market } = t.runtime.world;
  const units = parseUnits(amount, assetScale(market, VENUE, asset) ?? 0);
  for (const [account, sign] of [[`assets:${VENUE}`, 1n], [`capital:${VENUE}`, -1n]] as const) balances.set(`${account} ${asset}`, (balances.get(`${account} ${asset}`) ?? 0n) + sign * units);
  return units;
};

test('an order placed by hand on our account quarantines its instrument, counts in the exposure, and a named person releases it', async () => {
  const t = await theatre();
  const theirs = await t.byHand('ours', 'buy', '0.5', '59500');
  await t.pass(31_000);
  assert.deepEqual(t.facts('instrument.quarantined').map(({ symbol, cause }) => [symbol, cause.includes(theirs.id)]), [[SYMBOL, true]]);
  assert.equal(await blockedBy(t, 'a'), 'blocked BW-3102');
  await t.pass(60_000);
  assert.equal(t.facts('instrument.quarantined').length, 1, 'it is told once');
  t.kill();
  await t.boot();
  assert.equal(await blockedBy(t, 'b'), 'blocked BW-3102', 'a restart releases nothing');
  await t.operator({ kind: 'release-instrument', venue: VENUE, symbol: SYMBOL, by: 'sam', reason: 'I placed it' });
  await t.ask('c', { quantityText: '0.6', limitPriceText: '59400' });
  await t.pass(100);
  assert.equal(t.order('c').phase, 'working');
  assert.deepEqual(t.facts('instrument.released').map(({ by, reason }) => [by, reason]), [['sam', 'I placed it']]);
  await t.pass(31_000);
  assert.equal(t.facts('instrument.quarantined').length, 1, 'an order that a person has looked at quarantines nothing again');
});

test('what is traded by hand is booked as foreign, and the books agree with the venue', async () => {
  const t = await theatre();
  await t.byHand('ours', 'buy', '0.02', '60000');
  await t.pass(500);
  await t.trade('sell', '0.02');
  await t.pass(130_000);
  t.assertBooksAgree();
  assert.deepEqual(t.facts('fill.booked').map(({ orderId, quantityUnits }) => [orderId, quantityUnits]), [[undefined, 20_000_000n]]);
});

test('a difference within the tolerance becomes a visible entry, and trading goes on', async () => {
  const t = await theatre({ binding: { tolerance: { USD: '0.05' } } });
  const missing = misplace(t, 'USD', '0.04');
  await look(t);
  await t.pass(100);
  const [entry] = t.facts('balance.adjusted');
  assert.deepEqual([entry?.asset, entry?.transfers.map(({ debit, credit, units }) => [debit, credit, units])], ['USD', [[`adjustments:${VENUE}`, `assets:${VENUE}`, missing]]]);
  assert.equal(await blockedBy(t, 'a'), 'sending');
  t.assertBooksAgree();
});

test('a difference beyond the tolerance blocks, is told once, and stands until a named person adopts what the venue says', async () => {
  const t = await theatre({ binding: { tolerance: { USD: '0.05' } } });
  misplace(t, 'USD', '0.06');
  await look(t);
  await t.pass(100);
  assert.deepEqual([t.facts('balance.differed').length, t.facts('balance.adjusted').length], [1, 0]);
  assert.equal(await blockedBy(t, 'a'), 'blocked BW-3103');
  await t.pass(65_000);
  assert.equal(t.facts('balance.differed').length, 1);
  await t.operator({ kind: 'adopt-balance', venue: VENUE, asset: 'USD', by: 'sam', reason: 'a transfer of mine' });
  const [entry] = t.facts('balance.adjusted');
  assert.deepEqual([entry?.by, entry?.reason, entry?.transfers.length], ['sam', 'a transfer of mine', 1]);
  assert.equal(await blockedBy(t, 'b'), 'sending');
  await look(t);
  t.assertBooksAgree();
  assert.equal(t.atVenue().length, 1, 'a correction is never a trade');
});

test('a difference is adopted by as much as was missing, though orders were filled since it was found', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(200);
  misplace(t, 'USD', '7');
  await look(t);
  assert.equal(t.runtime.world.ledger.differences.size, 1);
  await t.trade('sell', '0.01');
  await t.pass(1_000);
  await t.operator({ kind: 'adopt-balance', venue: VENUE, asset: 'USD', by: 'sam', reason: 'test' });
  await t.pass(120_000);
  t.assertBooksAgree();
  assert.equal(t.facts('balance.adjusted').length, 1);
});

test('a difference survives a restart, and ends by itself once the venue agrees again', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(200);
  misplace(t, 'BTC', '-0.000001');
  await look(t);
  await t.pass(100);
  t.kill(); // the books on disk were never wrong
  await t.boot();
  await t.pass(100);
  assert.equal(t.facts('balance.agreed').length, 1);
  assert.equal(await blockedBy(t, 'b'), 'sending');
});

test('a fee is pending until the venue tells it, between the least and the most of its schedule; then it is posted, once', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(200);
  await t.trade('sell', '0.01');
  await t.pass(2_000);
  const [fee] = [...t.runtime.world.ledger.pendingFees.values()];
  assert.deepEqual([fee?.asset, fee?.leastUnits, fee?.mostUnits], ['BTC', 15_000n, 25_000n]);
  await look(t);
  assert.equal(t.runtime.world.ledger.differences.size, 0, 'the fee was taken and is not told: that is no difference');
  assert.equal(t.facts('fee.posted').length, 0);
  await t.pass(120_000);
  assert.deepEqual(t.facts('fee.posted').map(({ asset, units }) => [asset, units]), [['BTC', 15_000n]]);
  assert.equal(t.runtime.world.ledger.pendingFees.size, 0);
  t.assertBooksAgree();
});

test('fees of many fills over restarts are each posted once', async () => {
  const t = await theatre();
  for (let round = 0; round < 4; round++) {
    await t.ask(`k${round}`);
    await t.pass(200);
    await t.trade('sell', '0.01');
    await t.pass(31_000);
    t.kill();
    await t.pass(5_000);
    await t.boot();
  }
  await t.pass(130_000);
  assert.equal(new Set(t.facts('fee.posted').map(({ feeId }) => feeId)).size, t.facts('fee.posted').length);
  t.assertBooksAgree();
});

test('a balance that cannot be read is not an empty one: nothing is adjusted, nothing is blocked, the last look stands', async () => {
  const t = await theatre({ binding: { tolerance: { USD: '1000000', BTC: '10' } } });
  t.faults({ on: 'account.read', fault: 'error-5xx' }, { on: 'positions.read', fault: 'html-error' });
  await t.pass(120_000);
  assert.deepEqual([t.facts('balance.adjusted').length, t.facts('balance.differed').length], [0, 0]);
  t.faults();
  await t.pass(40_000);
  t.assertBooksAgree();
});
