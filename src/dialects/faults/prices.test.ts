import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, opened, served } from '../../../test/dialects/alpaca.ts';
import { parseFaultPlan } from './index.ts';
import type { PriceFault } from './index.ts';

type Rig = Awaited<ReturnType<typeof served>>;
type Shown = { readonly t: string; readonly bp: number; readonly ap: number };

const path = '/v1beta3/crypto/us/latest/quotes?symbols=BTC/USD';
const asked = async (rig: Rig): Promise<Shown | undefined> => (await rig.ask('GET', path)).body.quotes['BTC/USD'];
const faulty = (rig: Rig, fault: PriceFault, more: object = {}): void =>
  rig.app.setPlan(parseFaultPlan({ seed: 7, rules: [{ on: 'price.shown', fault, times: 1, delayMs: 10_000, ...more }] }));

const walking = (): Promise<Rig> => served({ price: { 'BTC/USD': { kind: 'walk', startPrice: '50000', tickMs: 1_000, stepPpm: 1_000 }, 'ETH/USD': { kind: 'manual', startPrice: '3000' } } });

test('a fault of prices is shown by the read and on the stream alike, ends after its time, and what is executed is executed at the true price', async () => {
  for (const [fault, isWrong] of [
    ['price-frozen', (before: Shown, shown: Shown | undefined) => shown !== undefined && shown.t === before.t && shown.bp === before.bp],
    ['price-stale', (before: Shown, shown: Shown | undefined) => shown !== undefined && shown.t === before.t && shown.bp !== before.bp],
    ['price-crossed', (_before: Shown, shown: Shown | undefined) => shown !== undefined && shown.bp > shown.ap],
    ['price-jumped', (before: Shown, shown: Shown | undefined) => shown !== undefined && (shown.bp > before.bp * 1.5 || shown.bp < before.bp / 1.5)],
    ['price-mute', (_before: Shown, shown: Shown | undefined) => shown === undefined],
  ] as const) {
    const rig = await walking();
    rig.exchange.start();
    faulty(rig, fault);
    const before = await asked(rig) ?? { t: '', bp: 0, ap: 0 }; // strikes here
    const truth = rig.exchange.quote('BTC/USD');
    const first = fault === 'price-frozen' || fault === 'price-stale' ? before : { t: '', bp: Number(truth?.bid), ap: Number(truth?.ask) };
    await rig.clock.runFor(9_000);
    assert.ok(isWrong(first, await asked(rig)), `${fault} is still on after 9 s`);
    assert.deepEqual(rig.app.counts(), { [`price.shown ${fault}`]: 1 });
    await rig.clock.runFor(1_001);
    const after = await asked(rig);
    assert.ok(after !== undefined && !isWrong(first, after), `${fault} is over after 10 s`);
    assert.equal(after.bp, Number(rig.exchange.quote('BTC/USD')?.bid));
  }
});

test('a stream of the market that is mute of an instrument stays open and answers, and tells the others', async () => {
  const rig = await walking();
  rig.exchange.start();
  const client = opened(rig.app, '/v1beta3/crypto/us');
  client?.say({ action: 'auth', key: keys['apca-api-key-id'], secret: keys['apca-api-secret-key'] });
  client?.say({ action: 'subscribe', quotes: ['BTC/USD'], trades: ['BTC/USD'] });
  await rig.clock.runFor(5_000);
  const toldBefore = client?.frames.length ?? 0;
  assert.ok(toldBefore > 4);
  faulty(rig, 'price-mute', { symbol: 'BTC/USD' });
  await asked(rig);
  await rig.clock.runFor(9_000);
  assert.deepEqual([client?.frames.length, client?.ended, client?.frozen], [toldBefore, false, false]);
  await rig.clock.runFor(5_000);
  assert.ok((client?.frames.length ?? 0) > toldBefore, 'it is told again when the fault is over');
});

test('a fault strikes the instrument that it names and no other, and a new plan lifts it', async () => {
  const rig = await walking();
  faulty(rig, 'price-mute', { symbol: 'ETH/USD' });
  const both = async (): Promise<readonly string[]> => Object.keys((await rig.ask('GET', '/v1beta3/crypto/us/latest/quotes?symbols=BTC/USD,ETH/USD')).body.quotes);
  assert.deepEqual(await both(), ['BTC/USD']);
  rig.app.setPlan(parseFaultPlan({}));
  assert.deepEqual(await both(), ['BTC/USD', 'ETH/USD']);
});

test('a plan that names an instrument for a fault that is not of prices, or a fault of prices elsewhere, is not taken', () => {
  assert.throws(() => parseFaultPlan({ rules: [{ on: 'quote.read', fault: 'reset', symbol: 'BTC/USD' }] }), /is not about a price/);
  assert.throws(() => parseFaultPlan({ rules: [{ on: 'quote.read', fault: 'price-frozen' }] }), /it strikes price\.shown/);
});
