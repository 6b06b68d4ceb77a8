import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, assertSameWorlds, feeOf, fillOf, replayed } from '../../test/kit/core.ts';
import type { Written } from '../../test/kit/core.ts';
import { allFacts, digestOf, emptyWorld, evolve, factsCodec, freezeWorld, pendingFeesOf, thawWorld } from './index.ts';
import type { Fact } from './index.ts';

const factOf = ({ type, typeVersion, payload }: Written): Fact => factsCodec.decode(type, typeVersion, payload);

/** A little of everything. */
function story(): Bench {
  const bench = Bench.ready();
  bench.working('a', { quantityText: '1' });
  bench.doubted('b');
  bench.sent('c', { side: 'sell', quantityText: '0.25' });
  bench.signal({ key: 'd', quantityText: '1000' });
  bench.signal({ key: 'e', action: 'cancel' });
  bench.signal({ key: 'f', keyFrom: 'body-in-window' });
  bench.take({ kind: 'quarantine', source: 'tester', reason: 'no JSON', code: 'BW-2001', bytes: 3, bodyHash: 'ff', body: '#1 "\u2028\ud800' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f1', BTC / 4n)], cursor: '1' });
  bench.activity({ fees: [feeOf('r', '0.0001', { throughMs: 5 })], cursor: '2' });
  bench.take({ kind: 'reported', venue: 'sim', report: bench.report('a', { venueOrderId: 'x', clientOrderId: 'hand' }), via: 'stream' });
  bench.reconcile({ balances: { BTC: '7', USD: '1' } });
  bench.take({ kind: 'halt', by: 'sam', reason: 'lunch', cancelOrders: true });
  return bench;
}

test('W2: the live world, the replayed one and the one restored from a snapshot are one, after every entry', () => {
  const bench = story();
  assertSameWorlds(bench);
  const world = emptyWorld();
  for (let length = 1; length <= bench.journal.length; length++) {
    const part = replayed(bench.journal.slice(0, length));
    assert.equal(digestOf(thawWorld(freezeWorld(part))), digestOf(part), `after entry ${length}`);
  }
  assert.notEqual(digestOf(world), digestOf(bench.world));
});

test('W2: the sums of pending fees are those of the fees, live and restored, after every entry', () => {
  const bench = story();
  let summed = 0;
  for (let length = 1; length <= bench.journal.length; length++) {
    const live = replayed(bench.journal.slice(0, length));
    const restored = thawWorld(freezeWorld(live));
    for (const asset of ['BTC', 'USD']) {
      const fees = [...live.ledger.pendingFees.values()].filter((fee) => fee.asset === asset);
      const sum = { leastUnits: fees.reduce((all, fee) => all + fee.leastUnits, 0n), mostUnits: fees.reduce((all, fee) => all + fee.mostUnits, 0n) };
      assert.deepEqual(pendingFeesOf(live.ledger, 'sim', asset), sum);
      assert.deepEqual(pendingFeesOf(restored.ledger, 'sim', asset), sum);
      if (sum.mostUnits > 0n) summed += 1;
    }
  }
  assert.ok(summed > 0);
});

test('W2: a restored world goes on as the others do', () => {
  const bench = story();
  const thawed = thawWorld(freezeWorld(bench.world));
  const from = bench.journal.length;
  bench.found('b');
  bench.crash();
  bench.take({ kind: 'resume', by: 'sam', reason: 'back' });
  for (const entry of bench.journal.slice(from)) evolve(thawed, factOf(entry), entry.header);
  assert.equal(digestOf(thawed), digestOf(bench.world));
});

test('W2: every entry changes the digest', () => {
  const bench = story();
  const seen = new Set<string>();
  for (let length = 0; length <= bench.journal.length; length++) seen.add(digestOf(replayed(bench.journal.slice(0, length))));
  assert.equal(seen.size, bench.journal.length + 1);
});

test('W1: entries are folded in order and without a gap', () => {
  const bench = story();
  const [, second, third] = bench.journal;
  for (const entry of [third, second]) {
    const world = replayed(bench.journal.slice(0, entry === third ? 1 : 2));
    assert.ok(entry !== undefined);
    assert.throws(() => evolve(world, factOf(entry), entry.header), /in order, without a gap/);
  }
});

test('the digest of a world that is asked for often is the one of a world that is asked for once', () => {
  const bench = story();
  const world = emptyWorld();
  for (const entry of bench.journal) {
    evolve(world, factOf(entry), entry.header);
    digestOf(world);
  }
  assert.equal(digestOf(world), digestOf(replayed(bench.journal)));
});

test('every fact that the journal can hold has its case: none falls to the gate by mistake', () => {
  const gate = new Set(['runtime.booted', 'runtime.stopped', 'gate.halted', 'gate.resumed', 'gate.moved', 'invariant.broken', 'journal.restored']);
  const families = new Set(['venue', 'instrument', 'order', 'foreign', 'fill', 'fee', 'balance', 'activity', 'reconciliation', 'signal', 'segment', 'format', 'limits', 'strategy', 'risk', 'emergency', 'breaker', 'component', 'safety', 'kill']);
  for (const { type } of allFacts) assert.ok(gate.has(type) || families.has(type.slice(0, type.indexOf('.'))), type);
});
