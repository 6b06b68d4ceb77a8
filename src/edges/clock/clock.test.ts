import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { realClock, realIds, settle } from './index.ts';

test('R1: a timer never runs before its time, and a cancelled one never runs', async () => {
  const clock = realClock();
  let ranCancelled = false;
  clock.timer(1, () => (ranCancelled = true))();
  for (const delayMs of [0, 1, 2.5, 5, -4]) {
    const beganMs = clock.monotonicMs();
    await new Promise<void>((resolve) => void clock.timer(delayMs, resolve));
    assert(clock.monotonicMs() - beganMs >= delayMs);
  }
  assert.equal(ranCancelled, false);
});

test('R2: a delay beyond what the platform can wait for is waited for in pieces, not cut to a millisecond', () => {
  const asked: (number | undefined)[] = [];
  const now = mock.method(performance, 'now', () => 0);
  const set = mock.method(globalThis, 'setTimeout', ((run: () => void, delayMs?: number) => {
    asked.push(delayMs);
    now.mock.mockImplementation(() => asked.reduce<number>((sum, ms) => sum + (ms ?? 0), 0));
    if (asked.length < 10) run();
    return undefined;
  }) as unknown as typeof setTimeout);
  let ranAtMs = 0;
  realClock().timer(6_000_000_000, () => (ranAtMs = performance.now()));
  set.mock.restore();
  now.mock.restore();
  assert.deepEqual(asked, [2_147_483_647, 2_147_483_647, 1_705_032_706]);
  assert.equal(ranAtMs, 6_000_000_000);
});

test('ids are UUIDs of version 7, differ, and sort by the time they were made', () => {
  const ids = realIds();
  const wall = mock.method(Date, 'now', () => 1_000);
  const early = ids.id();
  wall.mock.mockImplementation(() => 1_700_000_000_000);
  const many = Array.from({ length: 1_000 }, () => ids.id());
  wall.mock.restore();
  for (const made of [early, ...many]) assert.match(made, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(many).size, 1_000);
  assert(many.every((made) => made > early));
  assert(early.startsWith('00000000-03e8-7'));
});

test('settle waits for every microtask and tick, however many start others', async () => {
  let steps = 0;
  void (async () => {
    for (; steps < 1_000; steps++) {
      await new Promise<void>((resolve) => {
        if (steps % 2 === 0) process.nextTick(resolve);
        else queueMicrotask(resolve);
      });
    }
  })();
  await settle();
  assert.equal(steps, 1_000);
});
