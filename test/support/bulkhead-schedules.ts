/**
 * Random schedules of calls through a bulkhead with two lanes, in a thread of its own: the test runner keeps count of every promise that is made
 * inside a test, so that a million schedules would take hours and all the memory. Here each schedule is forgotten before the next one begins.
 *
 * Says `undefined` at the end, or the first schedule in which something is wrong.
 */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../../src/base/index.ts';
import { Bulkhead, TimerWheel } from '../../src/calls/index.ts';
import type { TimeoutError } from '../../src/calls/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { VirtualClock } from '../../src/sim/index.ts';

const STEPS = 40;

type Taken = { readonly name: string; readonly lane: string; readonly deadlineMs: number | undefined; outcome: string };

async function schedule(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const places = 2 + random.below(4);
  const clock = new VirtualClock({ settle });
  const bulkhead = new Bulkhead(clock, new TimerWheel(clock), { places, lanes: [{ name: 'high', kept: random.below(2) }, { name: 'low' }] });
  const begun: string[] = [];
  const running = new Map<string, () => void>(); // and what ends it
  const taken: Taken[] = [];
  const call = (one: Taken): void => {
    taken.push(one);
    const work = (): Promise<void> => {
      begun.push(one.name);
      return new Promise((resolve) => running.set(one.name, resolve));
    };
    bulkhead.call(work, { lane: one.lane, ...(one.deadlineMs === undefined ? {} : { deadlineMs: one.deadlineMs }) })
      .then(() => { one.outcome = 'done'; }, (thrown: unknown) => { one.outcome = (thrown as TimeoutError).happened; });
  };
  const end = async (name: string): Promise<void> => {
    const finish = running.get(name);
    running.delete(name);
    finish?.();
    await settle();
  };
  for (let i = 0; i < STEPS; i += 1) {
    if (random.chance(0.6)) call({ name: `${i}`, lane: random.pick(['high', 'low']), deadlineMs: random.chance(0.3) ? clock.monotonicMs() + random.below(40) + 1 : undefined, outcome: 'open' });
    else if (random.chance(0.7)) {
      const names = [...running.keys()];
      const chosen = names[random.below(Math.max(1, names.length))];
      if (chosen !== undefined) await end(chosen);
    } else await clock.runFor(random.below(20));
    assert.ok(running.size <= places, 'more at a time than there are places');
  }
  for (let [name] = running.keys(); name !== undefined; [name] = running.keys()) await end(name);
  await settle();
  const wasBegun = new Set(begun);
  for (const { name, outcome, deadlineMs } of taken) {
    assert.equal(outcome, wasBegun.has(name) ? 'done' : 'not-begun', name);
    if (outcome === 'not-begun') assert.ok(deadlineMs !== undefined && clock.monotonicMs() >= deadlineMs, 'given up only by its deadline');
  }
  for (const lane of ['high', 'low']) {
    const order = begun.map(Number).filter((name) => taken.find((one) => one.name === `${name}`)?.lane === lane);
    assert.deepEqual(order, order.toSorted((a, b) => a - b), `first come, first served in ${lane}`);
  }
  assert.ok(Object.values(bulkhead.metrics()).every(({ running: still, waiting }) => still === 0 && waiting === 0), 'a place is lost');
}

async function explore(count: number): Promise<string | undefined> {
  for (let seed = 1; seed <= count; seed += 1) {
    try {
      await schedule(seed);
    } catch (thrown) {
      return `seed ${seed}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  }
  return undefined;
}

parentPort?.postMessage(await explore(Number(workerData)));
