import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, startOf, virtualClock } from '../../test/kit/life.ts';
import { ClockAheadError } from './errors.ts';
import { journalTime } from './time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('J1: the wall clock set back by hours does not take journal time back, live or over a restart', async () => {
  const first = await life();
  await first.clock.until(first.ask('a'));
  const before = first.runtime.time.nowMs();
  first.clock.stepWall(-5 * HOUR_MS);
  await first.clock.runFor(1_000);
  assert.equal(first.runtime.time.nowMs(), before + 1_000, 'time goes on by the monotonic clock');
  await first.clock.until(first.ask('b'));
  first.crash();
  const second = await life({ clock: first.clock, disk: first.disk, venues: [first.venue] });
  const { entries } = second;
  for (const [index, { header }] of entries.entries()) assert.ok(header.atMs >= (entries[index - 1]?.header.atMs ?? 0), `entry ${header.seq}`);
  assert.ok((entries.at(-1)?.header.wallMs ?? 0) < startOf, 'the wall clock is kept beside it, as it stood, for people');
});

test('J1: the wall clock set forward while the process lives changes no journal time', async () => {
  const { clock, runtime } = await life();
  const before = runtime.time.nowMs();
  clock.stepWall(30 * DAY_MS);
  assert.equal(runtime.time.nowMs(), before);
});

test('time that passed while nobody was there counts after the start', async () => {
  const first = await life();
  const lastMs = first.entries.at(-1)?.header.atMs ?? 0;
  first.crash();
  first.clock.stepWall(3 * HOUR_MS);
  const second = await life({ clock: first.clock, disk: first.disk, venues: [first.venue], start: false });
  assert.ok(second.runtime.time.nowMs() >= lastMs + 3 * HOUR_MS);
});

test('a wall clock more than a day ahead of the last entry starts nothing, until somebody says that it is right', async () => {
  const first = await life();
  const seq = first.disk.head.seq;
  first.crash();
  first.clock.stepWall(DAY_MS + 60_000);
  const again = { clock: first.clock, disk: first.disk, venues: [first.venue] };
  await assert.rejects(life(again), (thrown) => thrown instanceof ClockAheadError && /--trust-clock/.test(thrown.message) && /2026-01-03T03:05/.test(thrown.message));
  assert.equal(first.disk.head.seq, seq, 'nothing was written');
  assert.deepEqual(first.venue.calls, [], 'nobody was asked anything');
  const second = await life({ ...again, settings: { trustWallClock: true } });
  assert.ok(second.runtime.time.nowMs() > startOf + DAY_MS);
});

test('an empty journal is begun at whatever time it is', () => {
  const clock = virtualClock();
  assert.equal(journalTime(clock, { atMs: 0, seq: 0 }, false).nowMs(), startOf);
});
