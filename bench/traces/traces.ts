/**
 * Fourteen ways in which circuit breakers are known to go wrong, as traces: what is called when, and what is seen at the end. Each runs
 * on whichever breaker it is given. `good` is what a caller would wish for.
 */
import { settle } from '../../src/edges/clock/index.ts';
import type { VirtualClock } from '../../src/sim/clock.ts';
import { Unrelated } from './contenders.ts';
import type { Contender, Setup, Subject } from './contenders.ts';

export type Trace = { readonly title: string; readonly good: string; readonly run: (contender: Contender, clock: VirtualClock) => Promise<string> };

const OPEN_MS = 60_000;
const HOUR_MS = 3_600_000;

const good = (): Promise<number> => Promise.resolve(1);
const bad = (): Promise<never> => Promise.reject(new Error('down'));
const never = (): Promise<never> => new Promise(() => {});

/** Work whose end is in the hands of the trace. */
function held(): { readonly work: () => Promise<unknown>; readonly succeed: () => Promise<void>; readonly fail: () => Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  promise.catch(() => undefined);
  return { work: () => promise, succeed: () => { resolve(1); return settle(); }, fail: () => { reject(new Error('down')); return settle(); } };
}

async function calls(subject: Subject, work: () => Promise<unknown>, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await subject.call(work).catch(() => undefined);
}

/** Does not wait for it. */
const begin = (subject: Subject, work: () => Promise<unknown>, signal?: AbortSignal): void => void subject.call(work, signal).catch(() => undefined);

const trace = (title: string, wished: string, setup: Setup, run: (subject: Subject, clock: VirtualClock) => Promise<string>): Trace => ({
  title, good: wished,
  async run(contender, clock) {
    const subject = contender.make(clock, setup);
    try {
      return await run(subject, clock);
    } finally {
      subject.end();
    }
  },
});

const many = { least: 10 };

/** Opens it, and lets its open time pass. */
async function readyToProbe(subject: Subject, clock: VirtualClock): Promise<void> {
  await calls(subject, bad, 10);
  if (subject.state() !== 'open') throw new Error('It did not open.');
  await clock.runFor(OPEN_MS + 1);
}

/** Whether a call is let through now. */
async function passes(subject: Subject): Promise<string> {
  let outcome = 'waits';
  let begun = false;
  subject.call(() => { begun = true; return good(); }).then(() => undefined, () => { outcome = 'refused'; });
  await settle();
  return begun ? 'let through' : outcome;
}

export const traces: readonly Trace[] = [
  trace('Three good probes are to close it. Three calls come at once when it may be tried.', '1 begun', { least: 10, probes: 3 }, async (subject, clock) => {
    await readyToProbe(subject, clock);
    let begun = 0;
    for (let i = 0; i < 3; i += 1) begin(subject, () => { begun += 1; return never(); });
    await settle();
    return `${begun} begun`;
  }),
  trace('It may be tried, and three calls end by errors that say nothing about the other side.', 'not closed', { least: 10, probes: 3 }, async (subject, clock) => {
    await readyToProbe(subject, clock);
    await calls(subject, () => Promise.reject(new Unrelated('a bug of ours')), 3);
    return subject.state() === 'closed' ? 'closed' : 'not closed';
  }),
  trace('With a window of a minute and nothing else set, everything fails, twenty times a second.', 'opens at failure 5', 'defaults', async (subject, clock) => {
    for (let failures = 1; failures <= 2_000; failures += 1) {
      await calls(subject, bad, 1);
      if (subject.state() === 'open') return `opens at failure ${failures}`;
      await clock.runFor(50);
    }
    return 'never opens';
  }),
  { title: 'Held open by hand, saved, restored in a new process, and let go.', good: 'closed', run: (contender, clock) => contender.heldAndReleased(clock) },
  trace('Half of at least 3 calls in a minute: two failures, two hours of silence, one failure.', 'closed', { least: 3 }, async (subject, clock) => {
    await calls(subject, bad, 2);
    await clock.runFor(2 * HOUR_MS);
    await calls(subject, bad, 1);
    return subject.state();
  }),
  trace('Half of at least 10 calls in a minute: a hundred successes, an hour of silence, ten failures.', 'open', many, async (subject, clock) => {
    await calls(subject, good, 100);
    await clock.runFor(HOUR_MS);
    await calls(subject, bad, 10);
    return subject.state();
  }),
  trace('A call that began before it opened fails while it is being tried.', 'half-open', many, async (subject, clock) => {
    const late = held();
    begin(subject, late.work);
    await readyToProbe(subject, clock);
    begin(subject, never);
    await late.fail();
    return subject.state();
  }),
  trace('A call that began before it opened succeeds while it is being tried.', 'half-open', many, async (subject, clock) => {
    const late = held();
    begin(subject, late.work);
    await readyToProbe(subject, clock);
    begin(subject, never);
    await late.succeed();
    return subject.state();
  }),
  trace('The probe hangs. A thousand callers come, and give up.', '1000 of 1000 answered', many, async (subject, clock) => {
    await readyToProbe(subject, clock);
    begin(subject, never);
    let answered = 0;
    const givesUp = new AbortController();
    for (let i = 0; i < 1_000; i += 1) subject.call(good, givesUp.signal).then(() => undefined, () => { answered += 1; });
    await settle();
    givesUp.abort();
    await settle();
    return `${answered} of 1000 answered`;
  }),
  trace('A thousand callers come while a probe is out. Then it ends well.', '0 begun at once', many, async (subject, clock) => {
    await readyToProbe(subject, clock);
    const probe = held();
    begin(subject, probe.work);
    let begun = 0;
    for (let i = 0; i < 1_000; i += 1) begin(subject, () => { begun += 1; return never(); });
    await settle();
    await probe.succeed();
    return `${begun} begun at once`;
  }),
  trace('The probe hangs for ever. An hour later another call comes.', 'let through', many, async (subject, clock) => {
    await readyToProbe(subject, clock);
    begin(subject, never);
    await clock.runFor(HOUR_MS);
    return passes(subject);
  }),
  trace('It opens for a minute; the wall clock is set back by an hour; the minute passes.', 'let through', many, async (subject, clock) => {
    await calls(subject, bad, 10);
    clock.stepWall(-HOUR_MS);
    await clock.runFor(OPEN_MS + 1_000);
    return passes(subject);
  }),
  trace('With a window of a minute and nothing else set, the first call of all fails.', 'closed', 'defaults', async (subject) => {
    await calls(subject, bad, 1);
    return subject.state();
  }),
  trace('Half of at least 10 calls: 50 calls are under way, and of 40 that have ended, 40 failed.', 'open', many, async (subject) => {
    for (let i = 0; i < 50; i += 1) begin(subject, never);
    await calls(subject, bad, 40);
    return subject.state();
  }),
];
