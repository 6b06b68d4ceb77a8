/**
 * What a guard costs beside those of cockatiel and opossum, in processor time, in one process and turn by turn.
 *
 * A ratio is ours to theirs, each less what the bare call costs; below 1 we are cheaper. Ours has its metrics and a listener on.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as cockatiel from 'cockatiel';
import Opossum from 'opossum';
import { seededRandom } from '../src/base/index.ts';
import { bulkhead, circuitBreaker, compose, idempotent, retry, timeout } from '../src/resilience.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 9;
const CALLS = 40_000;
const NEVER_MS = 3_600_000;

type Run = () => Promise<unknown>;

const good = (): Promise<number> => Promise.resolve(1);
const bad = (): Promise<number> => Promise.reject(trouble);
const trouble = new Error('down');
const swallow = (run: Run): Run => async () => {
  try {
    await run();
  } catch { /* that it fails is what is measured */ }
};

/** Nanoseconds of processor time for one call. */
async function costNs(run: Run, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / calls;
}

/** The middle of what each costs, measured in turns so that a noisy minute meets all of them. */
async function costs(runs: Readonly<Record<string, Run>>, calls = CALLS): Promise<Readonly<Record<string, number>>> {
  const seen: Record<string, number[]> = {};
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(runs)) {
      const ns = await costNs(run, calls);
      if (round >= 0) (seen[name] ??= []).push(ns); // the first round only warms up
    }
  }
  return Object.fromEntries(Object.entries(seen).map(([name, values]) => [name, median(values)]));
}

const ourBreaker = (name: string, policy = {}) => circuitBreaker({ name, policy, onEvent: () => {} });
const theirConsecutive = () => cockatiel.circuitBreaker(cockatiel.handleAll, { halfOpenAfter: NEVER_MS, breaker: new cockatiel.ConsecutiveBreaker(5) });
const theirSampling = () => cockatiel.circuitBreaker(cockatiel.handleAll, { halfOpenAfter: NEVER_MS, breaker: new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 60_000 }) });
const theirOpossum = (work: Run) => new Opossum(work, { errorThresholdPercentage: 50, rollingCountTimeout: 60_000, timeout: false });

function figures(group: string, cost: Readonly<Record<string, number>>, pairs: readonly (readonly [ours: string, theirs: string])[], bareNs: number): Figure[] {
  const over = (name: string): number => Math.max(1, (cost[name] ?? NaN) - bareNs);
  process.stderr.write(`${group}: bare ${bareNs.toFixed(0)} ns; ${Object.entries(cost).map(([name, ns]) => `${name} ${ns.toFixed(0)}`).join(', ')}\n`);
  return pairs.map(([ours, theirs]) => ({ name: `breakers.${group}.${theirs}`, ratio: over(ours) / over(theirs), against: `${theirs}, over a bare await`, samples: ROUNDS }));
}

async function success(): Promise<Figure[]> {
  const [rates, inARow] = [ourBreaker('rates'), ourBreaker('in a row', { failurePercent: 101 })];
  const [consecutive, sampling, opossum] = [theirConsecutive(), theirSampling(), theirOpossum(good)];
  const cost = await costs({
    bare: good, rates: () => rates.call(good), 'in-a-row': () => inARow.call(good),
    'cockatiel-consecutive': () => consecutive.execute(good), 'cockatiel-sampling': () => sampling.execute(good), opossum: () => opossum.fire(),
  });
  opossum.shutdown();
  return figures('success', cost, [['in-a-row', 'cockatiel-consecutive'], ['rates', 'cockatiel-sampling'], ['rates', 'opossum']], cost['bare'] ?? 0);
}

async function refusal(): Promise<Figure[]> {
  const ours = ourBreaker('open');
  await ours.trip({ reason: 'measured', until: 'manual' });
  const [consecutive, opossum] = [theirConsecutive(), theirOpossum(good)];
  for (let i = 0; i < 5; i += 1) await swallow(() => consecutive.execute(bad))();
  opossum.open();
  const cost = await costs({ bare: swallow(bad), ours: swallow(() => ours.call(good)), cockatiel: swallow(() => consecutive.execute(good)), opossum: swallow(() => opossum.fire()) }, CALLS / 4);
  opossum.shutdown();
  return figures('refusal', cost, [['ours', 'cockatiel'], ['ours', 'opossum']], cost['bare'] ?? 0);
}

/** A failure while the window holds few calls, and while it holds a million: the ratio of the two is 1 where it is flat. */
async function failure(): Promise<Figure[]> {
  const policy = { failuresToOpen: Infinity, failurePercent: 100, windowMs: 600_000 };
  const [empty, full] = [ourBreaker('empty', policy), ourBreaker('full', policy)];
  await empty.call(good);
  for (let i = 0; i < 1_000_000; i += 1) await full.call(good);
  const cost = await costs({ bare: swallow(bad), empty: swallow(() => empty.call(bad)), full: swallow(() => full.call(bad)) }, CALLS / 4);
  return figures('failure-window-1e6', cost, [['full', 'empty']], cost['bare'] ?? 0);
}

async function composition(): Promise<Figure[]> {
  const random = seededRandom(1);
  const ours = compose(retry({ random }), ourBreaker('composed'), timeout(10_000), bulkhead({ places: 10 }));
  const theirs = cockatiel.wrap(cockatiel.retry(cockatiel.handleAll, { maxAttempts: 3 }), theirSampling(), cockatiel.timeout(10_000, cockatiel.TimeoutStrategy.Aggressive), cockatiel.bulkhead(10));
  const work = idempotent(good);
  const cost = await costs({ bare: good, ours: () => ours.call(work), cockatiel: () => theirs.execute(good) });
  return figures('retry-breaker-timeout-bulkhead', cost, [['ours', 'cockatiel']], cost['bare'] ?? 0);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of heap for each of ten thousand breakers that have seen a call. */
async function memory(): Promise<Figure[]> {
  const bytesEach = async (make: () => Run): Promise<number> => {
    const kept: Run[] = [];
    collectGarbage();
    const before = process.memoryUsage();
    for (let i = 0; i < 10_000; i += 1) {
      const run = make();
      await run();
      kept.push(run);
    }
    collectGarbage();
    const after = process.memoryUsage();
    return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / kept.length;
  };
  const ours = await bytesEach(() => { const breaker = ourBreaker('one'); return () => breaker.call(good); });
  const theirs = await bytesEach(() => { const breaker = theirSampling(); return () => breaker.execute(good); });
  process.stderr.write(`memory: ours ${ours.toFixed(0)} bytes, cockatiel-sampling ${theirs.toFixed(0)}\n`);
  return [{ name: 'breakers.memory', ratio: ours / theirs, against: 'bytes of a cockatiel sampling breaker that has seen a call', samples: 10_000 }];
}

export async function breakersBench(): Promise<Figure[]> {
  return [...await success(), ...await refusal(), ...await failure(), ...await composition(), ...await memory()];
}
