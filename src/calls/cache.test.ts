import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { Fresh, Stale } from './answer.ts';
import { CacheAside } from './cache.ts';
import type { CacheOptions } from './cache.ts';
import { AbortedError, CacheBusyError, TimeoutError } from './errors.ts';
import { TimerWheel } from './wheel.ts';

type Loading = { readonly key: string; readonly give: (value: string | undefined) => Promise<void>; readonly fail: () => Promise<void>; readonly signal: AbortSignal };

const setting = (options: Partial<CacheOptions<string | undefined>> = {}) => {
  const clock = new VirtualClock({ settle });
  const wheel = new TimerWheel(clock);
  const loads: Loading[] = [];
  const cache = new CacheAside<string | undefined>(clock, wheel, {
    name: 'prices', ttlMs: 1_000, staleMs: 2_000, fallbackMs: 5_000, ...options,
    load: (key, scope) => new Promise((resolve, reject) => loads.push({
      key, signal: scope.signal, give: (value) => { resolve(value); return settle(); }, fail: () => { reject(new Error('down')); return settle(); },
    })),
  });
  return { clock, wheel, cache, loads };
};
const quiet = <T>(promise: Promise<T>): Promise<T> => { promise.catch(() => undefined); return promise; };
const words = (answer: Fresh<unknown> | Stale<unknown>): unknown[] => [answer.kind, answer.value, answer.source, answer.ageMs, ...(answer.kind === 'stale' ? [answer.why] : [])];

test('what is asked for again within its time is answered from the cache, and says how old it is', async () => {
  const { clock, cache, loads } = setting();
  const first = cache.get('BTC');
  await loads[0]!.give('1');
  assert.deepEqual(words(await first), ['fresh', '1', 'load', 0]);
  await clock.runFor(999);
  assert.deepEqual(words(await cache.get('BTC')), ['fresh', '1', 'cache', 999]);
  assert.equal(loads.length, 1);
});

test('K2: however many ask, one load is under way for a key, and all get its answer', async () => {
  const { cache, loads } = setting();
  const all = Array.from({ length: 1_000 }, () => cache.get('BTC'));
  await settle();
  assert.equal(loads.length, 1);
  await loads[0]!.give('1');
  assert.ok((await Promise.all(all)).every(({ value }) => value === '1'));
  assert.deepEqual([cache.metrics().waiting, cache.metrics().loading], [0, 0]);
});

test('past its time it is answered at once as stale while a newer one is loaded; who demands a fresh one waits', async () => {
  const { clock, cache, loads } = setting();
  void quiet(cache.get('BTC'));
  await loads[0]!.give('1');
  await clock.runFor(1_500);
  assert.deepEqual(words(await cache.get('BTC')), ['stale', '1', 'cache', 1_500, 'revalidating']);
  const fresh = cache.fresh('BTC');
  await loads[1]!.give('2');
  assert.deepEqual(words(await fresh), ['fresh', '2', 'load', 0]);
  assert.deepEqual(words(await cache.get('BTC')), ['fresh', '2', 'cache', 0]);
});

test('where the load fails, the last answer is given as stale with its age and the cause, until it is too old for that', async () => {
  const { clock, cache, loads } = setting();
  void quiet(cache.get('BTC'));
  await loads[0]!.give('1');
  await clock.runFor(4_000);
  const answer = cache.get('BTC');
  await loads[1]!.fail();
  assert.deepEqual(words(await answer), ['stale', '1', 'cache', 4_000, 'load-failed']);
  const demanded = quiet(cache.fresh('BTC'));
  await loads[2]!.fail();
  await assert.rejects(demanded, /down/);
  await clock.runFor(2_000);
  const late = quiet(cache.get('BTC'));
  await loads[3]!.fail();
  await assert.rejects(late, /down/);
});

test('K3: what is loaded while its key is invalidated goes to those who asked before, and is not kept', async () => {
  const { cache, loads } = setting();
  const before = cache.get('BTC');
  await settle();
  cache.invalidate('BTC');
  const after = cache.get('BTC');
  await settle();
  await loads[1]!.give('new');
  await loads[0]!.give('old');
  assert.equal((await before).value, 'old');
  assert.equal((await after).value, 'new');
  assert.equal((await cache.get('BTC')).value, 'new');
  cache.clear();
  void quiet(cache.get('BTC'));
  await settle();
  assert.equal(loads.length, 3);
});

test('K4: that there is nothing is asked for anew unless it may be kept, and takes away what was there', async () => {
  for (const negativeTtlMs of [0, 500]) {
    const { clock, cache, loads } = setting({ negativeTtlMs });
    void quiet(cache.get('X'));
    await loads[0]!.give('1');
    await clock.runFor(3_500);
    void quiet(cache.get('X'));
    await loads[1]!.give(undefined);
    const again = quiet(cache.get('X'));
    await settle();
    assert.equal(loads.length, negativeTtlMs === 0 ? 3 : 2);
    await clock.runFor(600);
    const later = negativeTtlMs === 0 ? again : quiet(cache.get('X'));
    await loads[2]!.fail();
    await assert.rejects(later, /down/, 'what is gone is not answered from the past');
  }
});

test('K5: a load that hangs is ended by its time-out and told so; a caller that gives up ends nothing but its own waiting', async () => {
  const { clock, wheel, cache, loads } = setting({ loadTimeoutMs: 3_000 });
  const caller = new AbortController();
  const given = quiet(cache.get('BTC', { signal: caller.signal }));
  const late = quiet(cache.get('BTC', { deadlineMs: 1_000 }));
  const patient = quiet(cache.get('BTC'));
  await settle();
  caller.abort();
  await assert.rejects(given, AbortedError);
  await clock.runFor(1_010);
  await assert.rejects(late, TimeoutError);
  assert.equal(loads[0]!.signal.aborted, false);
  await clock.runFor(2_000);
  await assert.rejects(patient, TimeoutError);
  assert.ok(loads[0]!.signal.aborted && wheel.idle);
  assert.equal(cache.metrics().waiting, 0);
});

test('a load that throws at once is an answer like any other', async () => {
  const clock = new VirtualClock({ settle });
  const cache = new CacheAside(clock, new TimerWheel(clock), { name: 'x', ttlMs: 1, load: () => { throw new Error('at once'); } });
  await assert.rejects(cache.get('a'), /at once/);
});

test('K2: loads, callers that wait and answers that are kept are bounded', async () => {
  const { cache, loads } = setting({ most: 2, loadsMost: 3, waitingMost: 4 });
  for (const key of ['a', 'b', 'c', 'c']) void quiet(cache.get(key));
  await assert.rejects(cache.get('d'), CacheBusyError);
  await assert.rejects(cache.get('a'), (thrown) => thrown instanceof CacheBusyError && thrown.happened === 'not-begun');
  for (const load of loads) await load.give(load.key);
  assert.deepEqual([cache.metrics().kept, cache.metrics().evicted], [2, 1]);
  await cache.get('b');
  void quiet(cache.get('e'));
  await loads[3]!.give('e');
  await cache.get('b');
  assert.equal(loads.length, 4, 'b was asked for lately; c had to go');
});

test('K1, K2: over random histories no fresh answer is older than its time, and no key is loaded twice at once', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = seededRandom(seed);
    const { clock, cache, loads } = setting({ most: 3 });
    const madeAtMs = new Map<string, number>();
    const open: Loading[] = [];
    for (let step = 0; step < 80; step += 1) {
      const key = random.pick(['a', 'b', 'c', 'd']);
      const known = loads.length;
      void quiet(random.chance(0.5) ? cache.get(key) : cache.fresh(key)).then((answer) => {
        const ageMs = clock.monotonicMs() - (madeAtMs.get(answer.value ?? '') ?? NaN);
        assert.ok(answer.ageMs >= ageMs, `seed ${seed}: said to be younger than it is`);
        if (answer.kind === 'fresh' && answer.source === 'cache') assert.ok(ageMs < 1_000, `seed ${seed}: ${ageMs} ms`);
      }, () => undefined);
      await settle();
      for (const load of loads.slice(known)) {
        assert.ok(!open.some((other) => other.key === load.key), `seed ${seed}: "${load.key}" is loaded twice at once`);
        open.push(load);
      }
      if (open.length > 0 && random.chance(0.5)) {
        const [load] = open.splice(random.below(open.length), 1);
        const value = `${load!.key}${step}`;
        madeAtMs.set(value, clock.monotonicMs());
        await (random.chance(0.7) ? load!.give(value) : load!.fail());
      }
      await clock.runFor(random.below(400));
    }
  }
});

test('types: a stale answer is refused where a fresh one is demanded, and nobody can make one up', () => {
  const order = (price: Fresh<string>): string => price.value;
  const stale = new Stale('1', 5, 'load-failed');
  const either = stale as Fresh<string> | Stale<string>;
  // @ts-expect-error a stale price cannot be an order's price
  order(stale);
  // @ts-expect-error nor one of which it is not known
  order(either);
  // @ts-expect-error nor something that only looks like one
  order({ kind: 'fresh', value: '1', source: 'load', ageMs: 0, untilMs: 1 });
  // @ts-expect-error nor the bare value
  order('1');
  if (either.kind === 'fresh') order(either);
  order(new Fresh('1', 'load', 0, 1));
});
