import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../../base/index.ts';
import { Bench, SYMBOL, VENUE, btcUsd, ethUsd, limits } from '../../../test/kit/core.ts';
import { digestOf } from '../index.ts';
import type { Limits, Prices, World } from '../index.ts';
import { probeGate } from './probe.ts';

const sensesOf = ({ prices }: Bench): Prices => ({ price: (venue, symbol) => prices.get(`${venue} ${symbol}`) });
const probes = (bench: Bench, world: World = bench.world): void => {
  for (let turn = 0; turn < 8; turn += 1) probeGate(world, sensesOf(bench), bench.nowMs, turn);
};

test('G1: a gate that trades, one that waits and one that is halted say no to the probe, and nothing comes of it', () => {
  const waiting = new Bench();
  waiting.boot();
  const trading = Bench.ready({ held: { BTC: '5', ETH: '0', USD: '1000000' }, instruments: [btcUsd, ethUsd] });
  const halted = Bench.ready();
  halted.take({ kind: 'halt', by: 'sam', reason: 'strange fills', cancelOrders: false });
  for (const bench of [waiting, trading, halted]) {
    const before = digestOf(bench.world);
    probes(bench);
    assert.equal(digestOf(bench.world), before);
  }
});

test('G1: without a price and without limits the last word waits or refuses, and the probe is content', () => {
  const bench = Bench.ready();
  bench.prices.clear();
  probes(bench);
  probes(bench, { ...bench.world, limits: undefined });
});

test('G2: whatever the limits allow, the probe lies beyond', () => {
  const widest: Limits = { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10n ** 60n } }, maxPositionUnits: { [SYMBOL]: 10n ** 60n } };
  const bench = Bench.ready({ limits: widest });
  bench.quote();
  probes(bench);
});

test('G2: a last word that lets the probe out is a false belief', () => {
  const bench = Bench.ready();
  bench.quote();
  const forgetful = { ...bench.world, limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10n ** 200n } }, maxPositionUnits: new Proxy({}, { get: () => unlimited() }), maxShortUnits: new Proxy({}, { get: () => unlimited() }), maxOrderUnits: new Proxy({}, { get: () => unlimited() }) } } as unknown as World;
  assert.throws(() => probes(bench, forgetful), (thrown) => thrown instanceof InvariantError && /lets no order out that no limit allows/.test(thrown.message) && thrown.message.includes(`${SYMBOL} at ${VENUE}`));
});

test('G3: a halt that is not what stops an order is a false belief', () => {
  const bench = Bench.ready();
  bench.take({ kind: 'halt', by: 'sam', reason: 'x', cancelOrders: false });
  let asked = 0;
  const gate = { by: 'sam', reason: 'x', sinceMs: 0, get state() { asked += 1; return asked === 1 ? 'ACTIVE' : 'HALTED'; } }; // the last word looks first, and sees it open
  assert.throws(() => probeGate({ ...bench.world, gate } as unknown as World, sensesOf(bench), bench.nowMs, 0), /a shut gate stops every order/);
});

/** A limit that grows with every look: what a control would see that compares nothing. */
let looks = 0;
const unlimited = (): bigint => 10n ** BigInt(20 + 100 * (looks += 1));
