import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HealthBench } from '../../../test/kit/health.ts';
import { componentStates, componentTransitions, emptyHealth, systemSafetyStates, systemTransitions } from './index.ts';
import type { ComponentState, Health } from './index.ts';

const names = ['a', 'b', 'c'] as const; // c is not critical
const STEP_MS = 30_000; // the stable time; two of them are the time to recover

/** A health as far as it decides what comes next: ages beyond the last bound are one. */
function keyOf({ components, system }: Health, nowMs: number): string {
  const age = (sinceMs: number | null): string => (sinceMs === null ? '-' : String(Math.min(2, Math.floor((nowMs - sinceMs) / STEP_MS))));
  const parts = [...components.values()].map(({ state, critical, sinceMs }) => `${state}${critical && state === 'failed' ? age(sinceMs) : ''}`);
  return `${parts.join(' ')} | ${system.state} ${system.before} ${age(system.calmSinceMs)}`;
}

function copyOf(health: Health): Health {
  const copy = emptyHealth();
  for (const component of health.components.values()) copy.components.set(component.name, component);
  copy.system = health.system;
  return copy;
}

type Event = { readonly name: string; readonly happen: (bench: HealthBench) => void };
const events: readonly Event[] = [
  ...names.flatMap((name) => componentStates.map((to): Event => ({ name: `${name} ${to}`, happen: (bench) => void bench.put(name, to) }))),
  { name: 'time', happen: (bench) => void bench.pass(STEP_MS) },
  { name: 'boot', happen: (bench) => void bench.boot() },
  { name: 'shut', happen: (bench) => void bench.shut() },
  { name: 'resume', happen: (bench) => void bench.resume() },
];

test('every state that three components and the whole can come to is explored: none is better than its worst critical component, none is left but by the table', () => {
  const first = new HealthBench().register('a').register('b').register('c', false);
  const seen = new Set([keyOf(first.health, first.nowMs)]);
  const waiting: { readonly health: Health; readonly nowMs: number }[] = [{ health: copyOf(first.health), nowMs: first.nowMs }];
  const combinations = new Set<string>();
  const turns = new Set<string>();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { name, happen } of events) {
      const bench = new HealthBench();
      bench.health = copyOf(at.health);
      bench.nowMs = at.nowMs;
      happen(bench);
      const fault = bench.fault();
      if (fault !== undefined) assert.fail(`after ${keyOf(at.health, at.nowMs)}, ${name}: ${fault}`);
      for (const fact of bench.facts) if (fact.type === 'safety.changed') turns.add(`${fact.from} > ${fact.to}`);
      combinations.add([...bench.health.components.values()].map(({ state }) => state).join(' '));
      const key = keyOf(bench.health, bench.nowMs);
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push({ health: bench.health, nowMs: bench.nowMs });
    }
  }
  assert.equal(combinations.size, componentStates.length ** 3, 'every combination of states was met');
  const allowed = systemSafetyStates.flatMap((from) => systemTransitions[from].map((to) => `${from} > ${to}`));
  const atBoot = ['healthy > recovering', 'degraded > recovering', 'critical > recovering']; // told by runtime.booted
  assert.deepEqual([...turns].toSorted(), allowed.filter((turn) => !atBoot.includes(turn)).toSorted(), 'and every transition of the table');
});

test('no component and no state of the whole leads nowhere, and none leads to itself', () => {
  for (const from of componentStates) assert.ok(componentTransitions[from].length > 0 && !componentTransitions[from].includes(from), from);
  for (const from of systemSafetyStates) assert.ok(systemTransitions[from].length > 0 && !systemTransitions[from].includes(from), from);
});

test('for any history of any number of components the whole is never better than its worst critical one, and two that saw the same are the same', () => {
  const state = fc.constantFrom<ComponentState>(...componentStates);
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put'), name: fc.nat(7), to: state }), fc.record({ kind: fc.constant('register'), name: fc.nat(7), critical: fc.boolean() }),
    fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(1, 4_999, 29_999, 30_000, 60_000) }), fc.record({ kind: fc.constantFrom('boot', 'shut', 'resume') }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const run = (): HealthBench => {
      const bench = new HealthBench();
      for (const one of steps) {
        if ('to' in one) bench.put(`c${one.name}`, one.to);
        else if ('critical' in one) bench.register(`c${one.name}`, one.critical);
        else if ('ms' in one) bench.pass(one.ms);
        else if (one.kind === 'boot') bench.boot();
        else if (one.kind === 'shut') bench.shut();
        else bench.resume();
        const fault = bench.fault();
        if (fault !== undefined) assert.fail(fault);
      }
      return bench;
    };
    assert.deepEqual(run().facts, run().facts);
  }));
});
