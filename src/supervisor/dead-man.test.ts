import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../sim/index.ts';
import { DeadMan } from './index.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ready = { kind: 'ready', listening: 'x', controlSocket: 'y' } as const;
const proven = { kind: 'proven', sentence: 'Trading.' } as const;

function waiting() {
  const clock = new VirtualClock({ settle });
  const acts: string[] = [];
  const at = { busy: false };
  return { clock, acts, at, deadMan: new DeadMan({ clock, afterMs: 60_000, isBusy: () => at.busy, act: (why) => void acts.push(why) }) };
}

test('D1: a minute without a proof, dead or alive, and it acts; a heartbeat is no proof', async () => {
  const { clock, acts, deadMan } = waiting();
  deadMan.heard(ready);
  for (let seconds = 0; seconds < 50; seconds += 1) {
    await clock.runFor(1_000);
    deadMan.heard({ kind: 'heartbeat' });
  }
  deadMan.heard(proven);
  await clock.runFor(59_900);
  assert.deepEqual(acts, []);
  deadMan.heard(ready); // a runtime that comes up and proves nothing has not come back
  await clock.runFor(200);
  assert.equal(acts.length, 1);
});

test('D1: where none was ever up it never acts, and one that was given up is acted for at once', async () => {
  const first = waiting();
  first.deadMan.gaveUp('it ended with code 3');
  await first.clock.runFor(600_000);
  assert.deepEqual(first.acts, []);
  first.deadMan.heard(proven);
  first.deadMan.gaveUp('it ended with code 3');
  assert.deepEqual(first.acts, ['it ended with code 3']);
});

test('D2: it acts once, and the next proof arms it again', async () => {
  const { clock, acts, deadMan } = waiting();
  deadMan.heard(proven);
  await clock.runFor(600_000);
  assert.equal(acts.length, 1);
  deadMan.heard(proven);
  await clock.runFor(600_000);
  assert.equal(acts.length, 2);
});

test('D3: a minute in which the supervisor itself stood still is not counted', async () => {
  const { clock, acts, deadMan } = waiting();
  let jumpMs = 0;
  const real = clock.monotonicMs.bind(clock);
  clock.monotonicMs = () => real() + jumpMs;
  deadMan.heard(proven);
  jumpMs = 300_000;
  await clock.runFor(60_001);
  assert.deepEqual(acts, []);
  deadMan.heard(proven);
  await clock.runFor(59_000);
  assert.deepEqual(acts, []);
});

test('D4: while everything is being stopped it waits, and a stop in good order ends it', async () => {
  const { clock, acts, at, deadMan } = waiting();
  deadMan.heard(proven);
  at.busy = true;
  await clock.runFor(600_000);
  assert.deepEqual(acts, []);
  at.busy = false;
  deadMan.stop();
  await clock.runFor(600_000);
  assert.deepEqual(acts, []);
});
