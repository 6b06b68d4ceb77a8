import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthBench } from '../../../test/kit/health.ts';
import { restrictionOf, scaleOf } from './index.ts';

const well = (): HealthBench => new HealthBench().register('a').register('b').register('c', false).put('a', 'healthy').put('b', 'healthy').put('c', 'healthy');
const turns = (bench: HealthBench, from = 0): string[] => bench.facts.slice(from).flatMap((fact) => (fact.type === 'safety.changed' ? [`${fact.from} > ${fact.to}`] : []));

test('H3: nothing is called healthy before every critical component was heard', () => {
  const bench = new HealthBench().register('a').register('b');
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['recovering', 'halved']);
  bench.put('a', 'healthy').pass(600_000);
  assert.equal(bench.state, 'recovering');
  bench.put('b', 'healthy');
  assert.deepEqual([bench.state, restrictionOf(bench.health), scaleOf(bench.health)], ['healthy', 'none', 100]);
});

test('where nothing is watched nothing is claimed, and nothing is restricted', () => {
  const bench = new HealthBench();
  assert.deepEqual([bench.state, restrictionOf(bench.health), scaleOf(bench.health)], ['recovering', 'none', 100]);
});

test('H2: it escalates in the turn of the cause, which names the component and what was found of it', () => {
  const bench = well();
  bench.put('b', 'failed');
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['critical', 'reduce-only']);
  assert.deepEqual(bench.facts.at(-1), { type: 'safety.changed', from: 'healthy', to: 'critical', cause: 'b is failed: the test says so', component: 'b' });
});

test('H2: it returns step by step, each after the stable time; halved limits come before whole ones', () => {
  const bench = well().put('b', 'failed').pass(5_000).put('b', 'recovering').put('b', 'healthy');
  bench.pass(29_999);
  assert.equal(bench.state, 'critical');
  bench.pass(1);
  assert.deepEqual([bench.state, scaleOf(bench.health)], ['degraded', 50]);
  bench.pass(29_999);
  assert.equal(bench.state, 'degraded');
  bench.pass(1);
  assert.equal(bench.state, 'healthy');
});

test('H2: a relapse within the stable time begins it anew', () => {
  const bench = well().put('b', 'degraded').put('b', 'healthy').pass(29_000).put('b', 'degraded').put('b', 'healthy').pass(29_000);
  assert.equal(bench.state, 'degraded');
  assert.deepEqual(turns(bench), ['recovering > healthy', 'healthy > degraded']);
});

test('a component that is not critical makes the whole degraded, whatever becomes of it; stopped by its owner it is not missed', () => {
  const bench = well().put('c', 'failed').pass(600_000);
  assert.equal(bench.state, 'degraded');
  bench.put('c', 'stopped').pass(30_000);
  assert.equal(bench.state, 'healthy');
});

test('a critical component that somebody stopped makes the whole critical', () => {
  assert.equal(well().put('a', 'stopped').state, 'critical');
});

test('a critical component that has failed for a minute makes the whole failed; it recovers when all are heard again', () => {
  const bench = well().put('a', 'failed').pass(59_999);
  assert.equal(bench.state, 'critical');
  bench.pass(1);
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['failed', 'reduce-only']);
  bench.put('a', 'recovering');
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['recovering', 'reduce-only']);
  bench.put('a', 'healthy').pass(29_999);
  assert.equal(bench.state, 'recovering');
  bench.pass(1);
  assert.equal(bench.state, 'healthy');
});

test('H3: a restart does not wash a grave state off: all are heard at once, and it still waits for the stable time', () => {
  const bench = well().put('a', 'failed').boot();
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['recovering', 'reduce-only']);
  bench.boot().put('a', 'healthy').put('b', 'healthy').put('c', 'healthy').pass(29_999);
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['recovering', 'reduce-only']);
  bench.pass(1);
  assert.equal(bench.state, 'healthy');
});

test('H3: after a restart in health it goes on once all were heard', () => {
  const bench = well().boot();
  assert.equal(bench.state, 'recovering');
  assert.equal(bench.put('a', 'healthy').put('b', 'healthy').state, 'healthy');
});

test('H4: an emergency shutdown outlasts restarts and good news, and is left by a person to recover', () => {
  const bench = well().shut().boot().put('a', 'healthy').put('b', 'healthy').pass(600_000);
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['emergency-shutdown', 'stop']);
  bench.resume();
  assert.deepEqual([bench.state, restrictionOf(bench.health)], ['recovering', 'reduce-only']);
  bench.pass(30_000);
  assert.equal(bench.state, 'healthy');
});

test('a person cannot call a system well that is not: only an emergency shutdown is left by word', () => {
  const bench = well().put('a', 'failed');
  assert.equal(bench.resume().state, 'critical');
});
