import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../edges/clock/index.ts';
import type { Unread } from '../ports/index.ts';
import type { Note } from '../runtime/index.ts';
import { VirtualClock } from '../sim/index.ts';
import { UnreadTally } from './unread.ts';

function watched() {
  const clock = new VirtualClock({ settle });
  const notes: Note[] = [];
  const counted: string[] = [];
  const tally = new UnreadTally({ clock, note: (note) => void notes.push(note), counted: (venue, { from, reason }) => void counted.push(`${venue} ${from} ${reason}`) });
  const count = (reason: Unread['reason'], from: Unread['from'] = 'stream', venue = 'alpaca', why = 'it was odd'): void => tally.count(venue, { from, reason, why });
  return { clock, notes, counted, tally, count, frames: () => notes.map(({ detail }) => `${detail?.['reason']} ${detail?.['frames']}`) };
}

test('U1: each is counted once, by venue, place and reason', () => {
  const { tally, counted, count } = watched();
  for (const reason of ['not-json', 'missing', 'not-json'] as const) count(reason);
  count('not-json', 'answer');
  count('unlisted', 'answer', 'other');
  assert.deepEqual(tally.of('alpaca'), { stream: { 'not-json': 2, missing: 1 }, answers: { 'not-json': 1 } });
  assert.deepEqual([tally.of('other'), tally.of('nobody')], [{ stream: {}, answers: { unlisted: 1 } }, { stream: {}, answers: {} }]);
  assert.deepEqual(counted, ['alpaca stream not-json', 'alpaca stream missing', 'alpaca stream not-json', 'alpaca answer not-json', 'other answer unlisted']);
});

test('U2: the first of a reason is told at once, and then one note a minute with how many', async () => {
  const { clock, frames, count, notes } = watched();
  for (let i = 0; i < 1_000; i += 1) count('not-json');
  count('missing');
  assert.deepEqual(frames(), ['not-json 1', 'missing 1']);
  assert.equal(notes[0]?.detail?.['why'], 'it was odd');
  await clock.runFor(59_999);
  assert.equal(notes.length, 2);
  await clock.runFor(1);
  assert.deepEqual(frames(), ['not-json 1', 'missing 1', 'not-json 999']);
  count('not-json', 'stream', 'alpaca', 'the last of them');
  await clock.runFor(60_000);
  assert.deepEqual([frames().at(-1), notes.at(-1)?.detail?.['why']], ['not-json 1', 'the last of them']);
  await clock.runFor(600_000);
  assert.equal(notes.length, 4, 'silence is not told');
  count('not-json');
  assert.equal(notes.length, 5, 'after it, the next is told at once');
});

test('U2: an answer is counted and not told', () => {
  const { notes, count } = watched();
  count('not-json', 'answer');
  assert.deepEqual(notes, []);
});

test('after a stop nothing is told and no timer is left', async () => {
  const { clock, notes, count, tally } = watched();
  count('not-json');
  count('not-json');
  tally.stop();
  assert.equal(clock.nextAtMs(), undefined);
  await clock.runFor(120_000);
  assert.equal(notes.length, 1);
});
