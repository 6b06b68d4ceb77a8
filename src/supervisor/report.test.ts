import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { News } from '../ports/index.ts';
import { COME_BACK_MS, Report } from './report.ts';

const ready = { kind: 'ready', listening: 'http://127.0.0.1:7340', controlSocket: '/x' } as const;
const proven = (sentence = 'Trading.') => ({ kind: 'proven', sentence }) as const;

function reporting(aliveWithinMs: number | undefined = 10_000) {
  const told: News[] = [];
  let nowMs = 0;
  const report = new Report({ overseer: { tell: (news) => void told.push(news), told: () => Promise.resolve() }, clock: { monotonicMs: () => nowMs }, aliveWithinMs });
  return {
    report, told,
    alive: () => told.filter(({ alive }) => alive === true).length,
    pass: (ms: number) => { nowMs += ms; },
  };
}

test('ready is told once, with a sentence; the next life is only a sentence', () => {
  const { report, told } = reporting();
  report.entered({ kind: 'starting', pid: 1 });
  assert.deepEqual(told, []);
  report.heard(ready);
  report.heard({ ...ready, listening: 'http://127.0.0.1:7341' });
  assert.deepEqual(told, [{ ready: true, status: 'up: signals at http://127.0.0.1:7340' }, { status: 'up: signals at http://127.0.0.1:7341' }]);
});

test('N1: a day of heartbeats without a proof is a day of silence', () => {
  const { report, told, pass } = reporting();
  report.heard(ready);
  for (let beats = 0; beats < 4 * 86_400; beats += 1) {
    pass(250);
    report.heard({ kind: 'heartbeat' });
  }
  assert.equal(told.length, 1, 'that it is ready');
});

test('N1: each "alive" has a proof of its own, four in the time allowed and no more, and none before it is ready', () => {
  const { report, alive, pass } = reporting();
  report.heard(proven());
  assert.equal(alive(), 0);
  report.heard(ready);
  let proofs = 0;
  for (let seconds = 0; seconds < 100; seconds += 1) {
    pass(1_000);
    report.heard(proven());
    proofs += 1;
    assert.ok(alive() <= proofs);
  }
  assert.ok(alive() >= 33 && alive() <= 40, String(alive()));
});

test('N2: a death buys the time to come back once, and a proof ends it', () => {
  const { report, told, pass } = reporting();
  report.heard(ready);
  report.heard(proven());
  report.entered({ kind: 'frozen', pid: 1, why: 'no heartbeat for 3000 ms' });
  report.entered({ kind: 'killing', pid: 1, why: 'no heartbeat for 3000 ms' });
  report.entered({ kind: 'backing-off', untilMs: 0, why: 'no heartbeat for 3000 ms' });
  report.entered({ kind: 'backing-off', untilMs: 0, why: 'it ended with code 1' });
  report.heard(ready);
  report.entered({ kind: 'backing-off', untilMs: 0, why: 'it ended with code 1, again' });
  assert.deepEqual(told.flatMap(({ aliveWithinMs }) => aliveWithinMs ?? []), [COME_BACK_MS]);
  assert.match(told.at(-1)?.status ?? '', /started again: it ended with code 1, again/);
  pass(100);
  report.heard(proven());
  assert.deepEqual(told.at(-1), { alive: true, aliveWithinMs: 10_000, status: 'Trading.' });
  report.entered({ kind: 'backing-off', untilMs: 0, why: 'x' });
  assert.equal(told.at(-1)?.aliveWithinMs, COME_BACK_MS, 'after a proof the next death buys its own time');
});

test('N3: without a journal it is up and says so, and lives by its proofs', () => {
  const { report, told } = reporting();
  report.heard({ kind: 'stranded', code: 'BW-7103', message: 'the disk is full.\nMake room.', listening: 'x', controlSocket: 'y' });
  report.heard(proven('No journal, no order: nothing new leaves.'));
  assert.deepEqual(told, [{ ready: true, status: 'NO JOURNAL, NO ORDER: the disk is full. Make room.' }, { alive: true, status: 'No journal, no order: nothing new leaves.' }]);
});

test('a stop is told, whoever asked for it, and so is that nothing more will be tried', () => {
  for (const state of [{ kind: 'stopping', pid: 1 }, { kind: 'stopped', code: 0 }, { kind: 'gave-up', code: 1, why: 'x, after 5 restarts within 60 s' }] as const) {
    const { report, told } = reporting();
    report.heard(ready);
    report.entered(state);
    assert.equal(told.at(-1)?.stopping, true);
  }
});

test('a manager that does not listen for a sign of life is told the sentences alone', () => {
  const told: News[] = [];
  const quiet = new Report({ overseer: { tell: (news) => void told.push(news), told: () => Promise.resolve() }, clock: { monotonicMs: () => 0 }, aliveWithinMs: undefined });
  quiet.heard(ready);
  quiet.heard(proven('a'));
  quiet.heard(proven('a'));
  quiet.entered({ kind: 'backing-off', untilMs: 0, why: 'x' });
  assert.deepEqual(told.slice(1), [{ status: 'a' }, { status: 'the runtime is started again: x' }]);
});
