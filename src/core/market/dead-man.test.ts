import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSameWorlds, Bench, profile, VENUE } from '../../../test/kit/core.ts';
import { orderIdOf } from '../index.ts';

const watched = (): Bench => Bench.ready({ profile: { capabilities: { ...profile.capabilities, deadManTimer: true } } });
const release = (bench: Bench, key: string): string => {
  bench.take({ kind: 'release', orderId: orderIdOf(key) });
  return bench.phase(key);
};

test("what adds risk waits for the venue's dead-man timer, leaves once it is set, and waits again when it has lapsed; what takes risk away does not wait", () => {
  const bench = watched();
  bench.signal({ key: 'a' });
  assert.equal(bench.phase('a'), 'intended');
  bench.signal({ key: 'sells what is held', side: 'sell' });
  assert.equal(bench.phase('sells what is held'), 'sending');
  assert.deepEqual(bench.types({ kind: 'dead-man-armed', venue: VENUE, withinMs: 60_000 }), ['venue.dead-man-armed']);
  assert.equal(release(bench, 'a'), 'sending');
  assert.deepEqual(bench.types({ kind: 'dead-man-lapsed', venue: VENUE, why: '503' }), ['venue.dead-man-lapsed']);
  bench.signal({ key: 'b' });
  assert.equal(bench.phase('b'), 'intended');
  assertSameWorlds(bench);
});

test('a life that begins has set no timer, whatever the one before did', () => {
  const bench = watched();
  bench.take({ kind: 'dead-man-armed', venue: VENUE, withinMs: 60_000 });
  bench.crash();
  bench.configure();
  bench.quote();
  bench.reconcile();
  bench.signal({ key: 'a' });
  assert.equal(bench.phase('a'), 'intended');
  bench.take({ kind: 'dead-man-armed', venue: VENUE, withinMs: 60_000 });
  assert.equal(release(bench, 'a'), 'sending');
});

test('that it is set, and that it is not, is written down once; another time is a fact of its own', () => {
  const bench = watched();
  const types = [
    ['dead-man-lapsed', ['venue.dead-man-lapsed']], ['dead-man-lapsed', []], ['dead-man-armed', ['venue.dead-man-armed']], ['dead-man-armed', []],
  ] as const;
  for (const [kind, facts] of types) assert.deepEqual(bench.types({ kind, venue: VENUE, withinMs: 60_000, why: '503' }), facts);
  assert.deepEqual(bench.types({ kind: 'dead-man-armed', venue: VENUE, withinMs: 10_000 }), ['venue.dead-man-armed']);
});

test('a venue that has no timer keeps no order waiting', () => {
  const bench = Bench.ready();
  bench.signal({ key: 'a' });
  assert.equal(bench.phase('a'), 'sending');
});

test('why a venue ended an order of itself is kept with its end', () => {
  const bench = Bench.ready();
  bench.working('a');
  const { facts } = bench.reports('a', { state: 'cancelled', reason: "the venue's dead-man timer ran out" });
  assert.deepEqual(facts.flatMap((fact) => (fact.type === 'order.ended' ? [fact.reason] : [])), ["the venue's dead-man timer ran out"]);
  assert.equal(bench.phase('a'), 'booked');
});
