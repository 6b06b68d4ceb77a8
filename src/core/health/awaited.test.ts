import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthBench } from '../../../test/kit/health.ts';
import { awaitedOf, DEFAULT_RETURN } from './index.ts';
import type { Awaited } from './index.ts';

const well = (): HealthBench => new HealthBench().register('a').register('b').put('a', 'healthy').put('b', 'healthy');
const told = (bench: HealthBench): string => words(awaitedOf(bench.health, DEFAULT_RETURN), bench.nowMs);
const words = (awaited: Awaited, nowMs: number): string =>
  (awaited.kind === 'component' ? `${awaited.component.name} is ${awaited.component.state}` : awaited.kind === 'time' ? `${awaited.untilMs - nowMs} ms` : awaited.kind);

test('V1: it waits for whoever is ill, then for time alone, step by step', () => {
  const bench = well();
  assert.equal(told(bench), 'nothing');
  assert.equal(told(bench.put('b', 'critical')), 'b is critical');
  assert.equal(told(bench.put('b', 'recovering').pass(10_000)), '20000 ms', 'one that is recovering is enough for the next state');
  assert.equal(told(bench.pass(20_000)), 'b is recovering', 'and not for the one after that');
  assert.equal(told(bench.put('b', 'healthy')), '30000 ms');
  assert.equal(told(bench.pass(30_000)), 'nothing');
});

test('V1: a time that is named is the time at which it comes back', () => {
  const bench = well().put('b', 'failed').put('b', 'recovering');
  const awaited = awaitedOf(bench.health, DEFAULT_RETURN);
  assert.ok(awaited.kind === 'time');
  bench.pass(awaited.untilMs - bench.nowMs - 1);
  assert.equal(bench.state, 'critical');
  bench.pass(1);
  assert.equal(bench.state, 'degraded');
});

test('after a start it waits to hear each, and what was grave before the start is still told as the reason', () => {
  const bench = well().put('b', 'critical').put('b', 'recovering').put('b', 'healthy').boot().boot();
  assert.equal(bench.health.system.cause, 'it was critical before this start (b is critical: the test says so)');
  assert.equal(told(bench), 'a is unknown');
  assert.equal(told(bench.put('a', 'healthy')), 'b is unknown');
  assert.equal(told(bench.put('b', 'healthy').pass(12_000)), '18000 ms', 'and then as long as it would have without the start');
  assert.equal(told(well().boot().put('a', 'healthy').put('b', 'healthy')), 'nothing');
  assert.equal(well().boot().health.system.cause, 'a new life: nothing was heard yet');
});

test('what somebody shut down waits for a person', () => {
  assert.equal(told(well().shut()), 'person');
});
