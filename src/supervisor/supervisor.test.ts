import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Child, End, Word } from '../ports/index.ts';
import { VirtualClock } from '../sim/index.ts';
import { DEFAULT_POLICY, nextRestart, Supervisor } from './index.ts';
import type { SupervisorState } from './index.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class FakeChild implements Child {
  readonly pid: number;
  killed = 0;
  stops = 0;
  reloads = 0;
  alive = true;
  #word: (word: Word) => void = () => {};
  #end: (end: End) => void = () => {};

  constructor(pid: number) {
    this.pid = pid;
  }

  stop(): void {
    this.stops += 1;
  }

  reload(): void {
    this.reloads += 1;
  }

  kill(): void {
    this.killed += 1;
  }

  onWord(run: (word: Word) => void): void {
    this.#word = run;
  }

  onEnd(run: (end: End) => void): void {
    this.#end = run;
  }

  beat(): void {
    this.#word({ kind: 'heartbeat' });
  }

  ends(end: Partial<End>): void {
    this.alive = false;
    this.#end({ code: undefined, signal: undefined, ...end });
  }
}

function watched(policy = DEFAULT_POLICY) {
  const clock = new VirtualClock({ settle });
  const children: FakeChild[] = [];
  const states: SupervisorState[] = [];
  let code: number | undefined;
  const spawn = (): Child => {
    assert.ok(children.every((child) => !child.alive), 'S1: two runtimes at once');
    const child = new FakeChild(100 + children.length);
    children.push(child);
    return child;
  };
  const supervisor = new Supervisor({ clock, spawn, onState: (state) => states.push(state), onWord: () => {} }, policy);
  void supervisor.ended.then((ended) => (code = ended));
  supervisor.start();
  return { clock, children, supervisor, states, kinds: () => states.map(({ kind }) => kind), last: () => children.at(-1)!, code: async () => { await settle(); return code; } };
}

test('a runtime that beats lives on; one that falls silent is killed, and the next starts only once it is reaped', async () => {
  const { clock, children, last, kinds } = watched();
  for (let beats = 0; beats < 40; beats += 1) {
    last().beat();
    await clock.runFor(250);
  }
  assert.deepEqual(kinds(), ['starting', 'running']);
  await clock.runFor(3_001);
  assert.equal(last().killed, 1);
  assert.deepEqual(kinds().slice(2), ['frozen', 'killing']);
  await clock.runFor(4_000);
  assert.equal(children.length, 1, 'S1: it is killed but not yet reaped');
  last().ends({ signal: 'SIGKILL' });
  await clock.runFor(150);
  assert.equal(children.length, 2);
});

test('a runtime has longer for its first heartbeat than between two', async () => {
  const { clock, last } = watched();
  await clock.runFor(29_000);
  assert.equal(last().killed, 0);
  await clock.runFor(1_500);
  assert.equal(last().killed, 1);
});

test('a process that does not die is killed again and again, and nothing is started until it has', async () => {
  const { clock, children, last, states } = watched();
  last().beat();
  await clock.runFor(20_000);
  assert.ok(last().killed >= 3);
  assert.equal(children.length, 1);
  const stuck = states.at(-1);
  assert.ok(stuck?.kind === 'killing' && stuck.why.includes('does not die'));
});

test('silence does not count while the supervisor itself stood still', async () => {
  const { clock, last } = watched();
  let jumpMs = 0;
  const real = clock.monotonicMs.bind(clock);
  clock.monotonicMs = () => real() + jumpMs;
  last().beat();
  await clock.runFor(2_900);
  jumpMs = 60_000; // stopped for a minute, then woken: the timer runs late
  await clock.runFor(200);
  assert.equal(last().killed, 0);
  last().beat(); // it had been sent all the while
  await clock.runFor(2_000);
  assert.equal(last().killed, 0);
});

test('a runtime that crashes is started again with growing pauses, five times in a minute and no more', async () => {
  const { clock, children, last, kinds, code, states } = watched();
  const pauses: number[] = [];
  for (let crash = 0; crash < 6; crash += 1) {
    last().beat();
    const before = clock.monotonicMs();
    last().ends({ code: 1 });
    const state = states.at(-1);
    if (state?.kind === 'backing-off') {
      pauses.push(state.untilMs - before);
      await clock.runFor(state.untilMs - before + 1);
    }
  }
  assert.deepEqual(pauses, [100, 200, 400, 800, 1_600]);
  assert.equal(children.length, 6);
  assert.equal(kinds().at(-1), 'gave-up');
  assert.equal(await code(), 1);
});

test('a crash now and then never exhausts the restarts', async () => {
  const { clock, children, last, kinds } = watched();
  for (let crash = 0; crash < 30; crash += 1) {
    for (let beats = 0; beats < 10; beats += 1) {
      last().beat();
      await clock.runFor(2_000);
    }
    last().ends({ signal: 'SIGSEGV' });
    await clock.runFor(5_000);
  }
  assert.equal(children.length, 31);
  assert.ok(!kinds().includes('gave-up'));
});

test('an end that a restart cannot mend is final, with its own code', async () => {
  const { children, last, code, kinds } = watched();
  last().ends({ code: 3 });
  assert.equal(await code(), 3);
  assert.equal(children.length, 1);
  assert.equal(kinds().at(-1), 'gave-up');
});

test('told to stop, it asks the runtime first and kills it after ten seconds', async () => {
  const { clock, children, last, supervisor, code } = watched();
  last().beat();
  supervisor.stop();
  supervisor.stop();
  assert.equal(last().stops, 1);
  await clock.runFor(9_900);
  assert.equal(last().killed, 0);
  await clock.runFor(200);
  assert.equal(last().killed, 1);
  last().ends({ signal: 'SIGKILL' });
  assert.equal(await code(), 0);
  assert.equal(children.length, 1);
});

test('told to stop while it waits to start again, it ends at once', async () => {
  const { clock, children, last, supervisor, code } = watched();
  last().ends({ code: 1 });
  supervisor.stop();
  assert.equal(await code(), 0);
  await clock.runFor(10_000);
  assert.equal(children.length, 1);
});

test('a runtime that was stopped through its own door is not started again', async () => {
  const { children, last, code, kinds } = watched();
  last().beat();
  last().ends({ code: 0 });
  assert.equal(await code(), 0);
  assert.deepEqual([kinds().at(-1), children.length], ['stopped', 1]);
});

test('S1: whatever happens, in whatever order, two runtimes never live at once', async () => {
  const steps = fc.array(fc.constantFrom('beat', 'crash', 'hang', 'reap', 'pause', 'stop', 'fence', 'release'), { maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(steps, async (history) => {
    const { clock, last, supervisor } = watched(); // `spawn` asserts S1
    for (const step of history) {
      const child = last();
      if (step === 'beat' && child.alive) child.beat();
      if (step === 'crash' && child.alive) child.ends({ code: 1 });
      if (step === 'reap' && child.alive && child.killed > 0) child.ends({ signal: 'SIGKILL' });
      if (step === 'hang') await clock.runFor(3_500);
      if (step === 'pause') await clock.runFor(300);
      if (step === 'stop') supervisor.stop();
      if (step === 'fence') void supervisor.fence('x');
      if (step === 'release') supervisor.release();
    }
  }), { numRuns: 60 });
});

test('S5: a fence kills at once, stands once the runtime is reaped, and lets none start until it is released', async () => {
  const { clock, children, last, supervisor, kinds } = watched();
  last().beat();
  let stands = false;
  void supervisor.fence('stop-all').then(() => { stands = true; });
  await clock.runFor(10);
  assert.deepEqual([last().killed, stands], [1, false]);
  last().ends({ signal: 'SIGKILL' });
  await clock.runFor(60_000);
  assert.deepEqual([stands, children.length, kinds().at(-1)], [true, 1, 'fenced']);
  supervisor.release();
  assert.equal(children.length, 2);
});

test('S5: a fence that comes while nothing lives stands at once, also before the first start, and the pause before a restart is over', async () => {
  const { clock, children, last, supervisor } = watched();
  last().ends({ code: 1 });
  await supervisor.fence('stop-all');
  await clock.runFor(60_000);
  supervisor.start();
  assert.equal(children.length, 1);
  supervisor.release();
  supervisor.release();
  assert.equal(children.length, 2);
});

test('told to stop behind a fence, it ends and starts none', async () => {
  const { children, last, supervisor, code } = watched();
  const fenced = supervisor.fence('stop-all');
  last().ends({ signal: 'SIGKILL' });
  await fenced;
  supervisor.stop();
  supervisor.release();
  assert.deepEqual([await code(), children.length], [0, 1]);
});

test('restarts outside the window are forgotten', () => {
  const policy = { restarts: 2, withinMs: 1_000, firstPauseMs: 100, longestPauseMs: 150 };
  assert.deepEqual(nextRestart([], 0, policy), { afterMs: 100 });
  assert.deepEqual(nextRestart([0], 10, policy), { afterMs: 150 });
  assert.equal(nextRestart([0, 5], 10, policy), 'give-up');
  assert.deepEqual(nextRestart([0, 5], 1_002, policy), { afterMs: 150 });
});
