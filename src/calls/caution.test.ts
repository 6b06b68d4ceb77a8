/** How a venue that answers 429 is asked again: cancels that were never refused at once, those that were one at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import type { Told } from '../core/calls/index.ts';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { firstsMost } from './caution.ts';
import { RateLimitedError } from './errors.ts';
import { MemoryQuotaStore } from './memory-quota-store.ts';
import { RateBudget } from './rate-budget.ts';
import { TimerWheel } from './wheel.ts';

const MINUTE = 60_000;
const LIMIT = 200;
const FIRSTS = 15;
const TRIES_A_MINUTE = 8;

/** What the venue says to each request, asked when it arrives; `undefined`: it is let through. */
type Says = (atMs: number) => Told | undefined;

function setting(says: Says, { store = new MemoryQuotaStore(), clock = new VirtualClock({ settle }), latencyMs = (): number => 10 } = {}) {
  let lives = 0;
  const asked: { readonly name: string; readonly leftMs: number; refusedMs?: number }[] = [];
  const live = () => {
    let dead = false;
    const observe = (outcome: { readonly value: unknown } | { readonly thrown: unknown }): Told | undefined => ('value' in outcome ? (outcome.value as Told | undefined) : undefined);
    const budget = new RateBudget({ clock, wheel: new TimerWheel(clock), owner: `life ${lives += 1}` }, { name: 'venue', windows: [{ name: 'minute', limit: LIMIT, perMs: MINUTE }], store, observe });
    const cancel = (name: string, again: boolean | (() => boolean) = false): Promise<Told | undefined> => budget.call(async () => {
      if (dead) return new Promise<never>(() => {});
      const one: (typeof asked)[number] = { name, leftMs: clock.monotonicMs() };
      asked.push(one);
      await new Promise<void>((resolve) => void clock.timer(latencyMs(), resolve));
      const told = says(clock.monotonicMs());
      if (told?.limited === undefined) budget.callAnswered(name);
      else {
        one.refusedMs = clock.monotonicMs();
        budget.callRefused(name);
      }
      return told;
    }, { lane: 'cancel', again, deadlineMs: clock.monotonicMs() + 2_500 });
    return { budget, cancel, die: () => { dead = true; } };
  };
  return { clock, store, asked, live, left: () => asked.map(({ name, leftMs }) => `${name} ${leftMs}`) };
}

const refusing = (afterMs?: number): Told => ({ limited: afterMs === undefined ? {} : { afterMs } });
const isNotYet = (ms: number) => (thrown: unknown): boolean => thrown instanceof RateLimitedError && thrown.happened === 'not-begun' && thrown.retryAfterMs === ms;

test('C2: while the venue refuses cancels, the first try of each leaves at once; what was refused is told when to ask again', async () => {
  const { clock, live, left } = setting(() => refusing());
  const { cancel } = live();
  for (let i = 0; i < 5; i += 1) {
    void cancel(`${i}`);
    await clock.runFor(100);
  }
  assert.deepEqual(left(), ['0 0', '1 100', '2 200', '3 300', '4 400']);
  await assert.rejects(clock.until(cancel('0', true)), isNotYet(910)); // a second after the last refusal, which came at 410
});

test('C2: what was refused obeys Retry-After, for a minute at most', async () => {
  for (const [afterMs, waitsMs] of [[30_000, 30_000], [3_600_000, 60_000]] as const) {
    const { clock, live } = setting(() => refusing(afterMs));
    const { cancel } = live();
    void cancel('a');
    await clock.runFor(10);
    await assert.rejects(clock.until(cancel('a', true)), isNotYet(waitsMs));
    void cancel('b');
    await clock.runFor(1);
  }
});

test('C1: of cancels that were refused one is tried out, and refused again waits for longer; when one is let through the others go', async () => {
  for (const opensAfterMs of [500, 35_000]) {
    let isOpen = false;
    const { clock, live, asked, left } = setting(() => (isOpen ? undefined : refusing()));
    const { cancel } = live();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const name of names) void cancel(name);
    await clock.runFor(20);
    const done = new Set<string>();
    const ask = (): void => { for (const name of names) if (!done.has(name)) cancel(name, true).then((told) => { if (told === undefined) done.add(name); }, () => undefined); };
    while (done.size < names.length && clock.monotonicMs() < 100_000) {
      isOpen = clock.monotonicMs() > opensAfterMs;
      ask();
      await clock.runFor(20);
    }
    const tries = asked.slice(names.length);
    const [refused, through] = [tries.filter(({ refusedMs }) => refusedMs !== undefined), tries.filter(({ refusedMs }) => refusedMs === undefined)];
    const pausesMs = [...refused, ...through.slice(0, 1)].map(({ leftMs }, at, all) => Math.round((leftMs - (all[at - 1]?.leftMs ?? 0)) / 1_000));
    assert.deepEqual(pausesMs, opensAfterMs === 500 ? [1] : [1, 1, 2, 4, 8, 16, 16], left().join(', '));
    const lastsMs = (through.at(-1)?.leftMs ?? 0) - (through[0]?.leftMs ?? 0);
    assert.equal(through.length, names.length);
    assert.equal(lastsMs, opensAfterMs === 500 ? 40 : 120, 'four at a time, where it refused one or two; else one after another');
  }
});

test('C3: after fifteen first tries that were refused within a minute cancels wait for one that is let through, in the next life too', async () => {
  let isOpen = false;
  const { clock, live, asked } = setting(() => (isOpen ? undefined : refusing()));
  const first = live();
  for (let i = 0; i < FIRSTS; i += 1) {
    void first.cancel(`${i}`);
    await clock.runFor(100);
  }
  assert.equal(asked.length, FIRSTS);
  await clock.runFor(2_000);
  const second = live();
  for (let i = 0; i < 10; i += 1) void second.cancel(`next ${i}`);
  await clock.runFor(500);
  assert.equal(asked.length, FIRSTS + 1, 'one tries it out');
  isOpen = true;
  await clock.runFor(2_000);
  assert.equal(asked.length, FIRSTS + 10, 'and the others, when one was let through');
});

test('C2: the next life knows what the last one was refused: its repeats are no first tries, and leave those their count', async () => {
  const { clock, live, asked } = setting(() => refusing());
  const first = live();
  const names = Array.from({ length: 10 }, (_, at) => `${at}`);
  for (const name of names) void first.cancel(name);
  await clock.runFor(1_000);
  const next = live();
  for (const name of names) next.cancel(name, () => next.budget.hasRefused(name)).catch(() => undefined);
  await clock.runFor(500);
  assert.equal(asked.length, 10 + 5, 'four at once, and one that tries out');
  for (let i = 0; i < 5; i += 1) {
    const sinceMs = clock.monotonicMs();
    void next.cancel(`new ${i}`);
    await clock.runFor(100);
    assert.deepEqual(asked.at(-1)?.name === `new ${i}` && asked.at(-1)?.leftMs, sinceMs);
  }
});

test('C3: lives that are killed every few seconds repeat what was refused no oftener than one life does', async () => {
  let most = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = seededRandom(seed);
    const { clock, live, asked } = setting(() => refusing(random.chance(0.5) ? random.below(20_000) : undefined));
    for (let lives = 0; lives < 60; lives += 1) {
      const { budget, cancel, die } = live();
      for (let round = random.below(8); round >= 0; round -= 1) {
        for (let i = 6 * lives; i < 6 * lives + 12; i += 1) cancel(`${i}`, () => budget.hasRefused(`${i}`)).catch(() => undefined);
        await clock.runFor(500);
      }
      die();
    }
    const refusedMs = asked.flatMap((one) => one.refusedMs ?? []);
    for (const ms of refusedMs) {
      const inAMinute = refusedMs.filter((other) => other <= ms && other > ms - MINUTE).length;
      most = Math.max(most, inAMinute);
      assert.ok(inAMinute <= FIRSTS + TRIES_A_MINUTE, `seed ${seed}: ${inAMinute} refusals in the minute before ${ms}`);
    }
  }
  assert.ok(most >= FIRSTS + 4, `${most} refusals in a minute are too few to show anything`);
});

test('Q8: what is no first try leaves half of the reserve to first tries', async () => {
  const { clock, live, asked } = setting(() => undefined);
  const { budget, cancel } = live();
  for (let i = 0; i < LIMIT; i += 1) void budget.call(() => Promise.resolve(undefined), { lane: 'new-risk', deadlineMs: 1_000 }).catch(() => undefined);
  await clock.runFor(1_000);
  for (let i = 0; i < 60; i += 1) {
    cancel(`repeat ${i}`, true).catch(() => undefined);
    await clock.runFor(20);
  }
  assert.equal(asked.length, LIMIT / 5 / 2);
  for (let i = 0; i < LIMIT / 5 / 2; i += 1) {
    void cancel(`first ${i}`);
    await clock.runFor(20);
  }
  assert.equal(asked.length, LIMIT / 5, 'and first tries have it');
});

test('C4: after a ban one cancel goes first', async () => {
  const { clock, live, asked } = setting(() => undefined, { latencyMs: () => 200 });
  const { budget, cancel } = live();
  budget.told({ banned: { afterMs: 5_000 } });
  await clock.runFor(6_000);
  for (let i = 0; i < 5; i += 1) void cancel(`${i}`);
  await clock.runFor(100);
  assert.equal(asked.length, 1);
  await clock.runFor(200);
  assert.equal(asked.length, 5);
});

test('C3: whatever a venue refuses and lets through, and however many cancels are wanted, in no minute are more refused than the first tries, what was under way, and the tries', async () => {
  const underwayMost = 12; // as the places of the gateway have it
  let most = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed);
    const [letsThrough, hurried] = [random.pick([0, 0.05, 0.3, 0.6, 0.9]), random.chance(0.5)];
    const { clock, live, asked } = setting(() => (random.chance(letsThrough) ? undefined : refusing(random.chance(0.3) ? 1_000 + random.below(5_000) : undefined)), { latencyMs: () => 5 + random.below(400) });
    const { cancel } = live();
    const wanted = new Set<string>();
    const refused = new Set<string>();
    let [underway, names] = [0, 0];
    for (let step = 0; step < 1_200; step += 1) {
      if (hurried || random.chance(0.3)) for (let i = random.below(5); i >= 0; i -= 1) wanted.add(`${names += 1}`);
      for (const name of wanted) {
        if (underway >= underwayMost) break;
        underway += 1;
        wanted.delete(name);
        cancel(name, refused.has(name)).then((told) => {
          if (told === undefined) return;
          refused.add(name);
          wanted.add(name);
        }, () => void wanted.add(name)).finally(() => { underway -= 1; });
      }
      await clock.runFor(150);
    }
    const refusedMs = asked.flatMap((one) => one.refusedMs ?? []).sort((a, b) => a - b);
    for (const [at, ms] of refusedMs.entries()) {
      const inAMinute = refusedMs.slice(0, at + 1).filter((other) => other > ms - MINUTE).length;
      most = Math.max(most, inAMinute);
      assert.ok(inAMinute <= Math.max(FIRSTS, underwayMost) + TRIES_A_MINUTE, `seed ${seed}: ${inAMinute} refusals in the minute before ${ms}`);
    }
  }
  assert.ok(most >= FIRSTS, `${most} refusals in a minute are too few to show anything`);
});

test('how many first tries a venue may refuse follows from what it allows in a minute', () => {
  const most = (limit: number, perMs: number): number => firstsMost([{ name: 'a', limit, perMs }]);
  assert.deepEqual([most(200, 60_000), most(10, 1_000), most(100, 60_000), most(50, 3_600_000)], [15, 15, 10, 5]);
  assert.equal(firstsMost([{ name: 'a', limit: 6_000, perMs: 60_000 }, { name: 'b', limit: 12, perMs: 10_000 }]), 7);
});
