import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { Bulkhead, tradingLanes } from './bulkhead.ts';
import type { BulkheadOptions } from './bulkhead.ts';
import { AbortedError, BulkheadFullError, TimeoutError } from './errors.ts';
import { TimerWheel } from './wheel.ts';

const setting = (options: BulkheadOptions) => {
  const clock = new VirtualClock({ settle });
  const bulkhead = new Bulkhead(clock, new TimerWheel(clock), options);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  /** Work that lasts until it is ended by its name. */
  const call = (name: string, lane?: string, deadlineMs?: number): Promise<unknown> => {
    const made = bulkhead.call(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    }, { ...(lane === undefined ? {} : { lane }), ...(deadlineMs === undefined ? {} : { deadlineMs }) });
    made.catch(() => undefined);
    return made;
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await settle();
  };
  return { clock, bulkhead, begun, call, end };
};

test('in a lane, first come, first served', async () => {
  const { begun, call, end } = setting({ places: 1 });
  for (const name of ['a', 'b', 'c']) void call(name);
  await end('a');
  void call('d'); // arrives just as a place was given away: it waits behind those that came before
  await end('b');
  await end('c');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
});

test('a place that falls free goes to the most urgent lane that waits', async () => {
  const { begun, call, end } = setting({ places: 2, lanes: tradingLanes });
  void call('buy', 'new-risk');
  void call('more', 'new-risk');
  void call('prices', 'market-data');
  void call('look', 'reconcile');
  assert.deepEqual(begun, ['buy'], 'the second place is kept for cancels');
  void call('cancel', 'cancel');
  await end('buy');
  await end('look');
  await end('more');
  assert.deepEqual(begun, ['buy', 'cancel', 'look', 'more', 'prices']);
});

test('with new risk at a hundred times what fits, a cancel begins at once, and the next waits for one place at most', async () => {
  const { begun, call, end } = setting({ places: 10, lanes: tradingLanes });
  for (let i = 0; i < 1_000; i += 1) void call(`buy ${i}`, 'new-risk');
  void call('cancel 1', 'cancel');
  assert.equal(begun.at(-1), 'cancel 1');
  void call('cancel 2', 'cancel');
  await end('buy 0');
  assert.equal(begun.at(-1), 'cancel 2');
});

test('who waits past the deadline was not begun, and is told so', async () => {
  const { clock, call, begun } = setting({ places: 1 });
  void call('a');
  const late = assert.rejects(call('b', undefined, 200), (thrown) => thrown instanceof TimeoutError && thrown.happened === 'not-begun');
  await clock.runFor(220);
  await late;
  assert.deepEqual(begun, ['a']);
});

test('who gives up while waiting was not begun, and leaves no place behind', async () => {
  const { bulkhead, call, end, begun } = setting({ places: 1 });
  void call('a');
  const caller = new AbortController();
  const given = bulkhead.call(() => Promise.resolve(1), { signal: caller.signal });
  void call('c');
  caller.abort();
  await assert.rejects(given, (thrown) => thrown instanceof AbortedError && thrown.happened === 'not-begun');
  await end('a');
  assert.deepEqual(begun, ['a', 'c']);
});

test('a lane that has a bound refuses beyond it, and says that nothing was done', async () => {
  const { call } = setting({ places: 1, lanes: [{ name: 'all', waitingMost: 1 }] });
  void call('a');
  void call('b');
  await assert.rejects(call('c'), (thrown) => thrown instanceof BulkheadFullError && thrown.happened === 'not-begun');
});

test('work that throws gives its place back', async () => {
  const { bulkhead } = setting({ places: 1 });
  for (let i = 0; i < 3; i += 1) await assert.rejects(bulkhead.call(() => Promise.reject(new Error('no'))), /no/);
  assert.equal(await bulkhead.call(() => Promise.resolve(1)), 1);
});

test('lanes that could never begin anything are refused', () => {
  assert.throws(() => setting({ places: 1, lanes: tradingLanes }), /could never begin/);
  assert.throws(() => setting({ places: 0 }), /one place/);
  assert.throws(() => setting({ places: 2 }).bulkhead.call(() => Promise.resolve(), { lane: 'cancle' }), /no lane "cancle"/);
});

test('expired callers take no room, however many come while one call hangs', async () => {
  const { clock, bulkhead, call } = setting({ places: 1 });
  void call('hangs');
  for (let i = 1; i <= 200; i += 1) {
    for (let j = 0; j < 50; j += 1) void call(`${i}.${j}`, undefined, i * 100);
    await clock.runFor(110);
  }
  assert.ok((bulkhead.metrics()['all']?.waiting ?? NaN) <= 50);
});

test('over random schedules: order in each lane, never more than there are places, and no accepted call is lost', async () => {
  const schedules = Number(process.env['BREAKWATER_SCHEDULES'] ?? 300);
  const explorer = new Worker(new URL('../../test/support/bulkhead-schedules.ts', import.meta.url), { workerData: schedules, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const [wrong] = await once(explorer, 'message') as [string | undefined];
  assert.equal(wrong, undefined);
});
