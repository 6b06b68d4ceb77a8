/** A rate budget before a venue that counts by its own minute, answers 429, and bans whoever goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import type { Told } from '../core/calls/index.ts';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { MemoryQuotaStore } from './memory-quota-store.ts';
import { RateBudget } from './rate-budget.ts';
import { TimerWheel } from './wheel.ts';

const MINUTE = 60_000;
const LIMIT = 120;

class Refused extends Error {
  readonly told: Told;
  constructor(told: Told) {
    super('refused');
    this.told = told;
  }
}

/** Counts in minutes of its own, which begin when nobody knows. Whoever still comes a second after it first answered 429, ten times, is banned. */
class Venue {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #beganMs: number;
  #minute = -1;
  used = 0;
  #firstRefusedMs: number | undefined;
  #wentOn = 0;
  refused = 0;
  bans = 0;
  stormUntilMs = 0;

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#beganMs = -random.below(MINUTE);
  }

  /** Takes its way there, and is judged on arrival. */
  async take(urgent: boolean): Promise<Told> {
    await new Promise<void>((resolve) => void this.#clock.timer(this.#random.below(200), resolve));
    const nowMs = this.#clock.monotonicMs();
    const minute = Math.floor((nowMs - this.#beganMs) / MINUTE);
    if (minute !== this.#minute) [this.#minute, this.used] = [minute, 0];
    if (nowMs >= this.stormUntilMs) [this.#firstRefusedMs, this.#wentOn] = [undefined, 0];
    const resetInMs = MINUTE - ((nowMs - this.#beganMs) % MINUTE);
    if (this.used >= LIMIT || (nowMs < this.stormUntilMs && !urgent)) {
      this.refused += 1;
      this.#firstRefusedMs ??= nowMs;
      if (nowMs > this.#firstRefusedMs + 1_000) this.#wentOn += 1;
      if (this.#wentOn === 10) this.bans += 1;
      throw new Refused({ limited: { afterMs: Math.max(this.stormUntilMs - nowMs, 1) } });
    }
    this.used += 1;
    return { windows: { minute: { limit: LIMIT, remaining: LIMIT - this.used, resetInMs } } };
  }
}

const observe = (outcome: { readonly value: unknown } | { readonly thrown: unknown }): Told | undefined => ('value' in outcome ? outcome.value as Told : outcome.thrown instanceof Refused ? outcome.thrown.told : undefined);

async function hours(seed: number, count: number, storms: boolean): Promise<{ readonly venue: Venue; readonly cancelsMs: readonly number[]; readonly taken: number; readonly restarts: number }> {
  const random = seededRandom(seed);
  const clock = new VirtualClock({ settle });
  const venue = new Venue(clock, random.fork('venue'));
  const store = new MemoryQuotaStore();
  const cancelsMs: number[] = [];
  let [taken, lives, restarts] = [0, 0, 0];
  const begin = () => {
    let dead = false;
    const origin = lives += 1;
    const clockOfLife = { monotonicMs: () => clock.monotonicMs() + origin * 12_345, timer: (delayMs: number, run: () => void) => clock.timer(delayMs, () => { if (!dead) run(); }) };
    const budget = new RateBudget({ clock: clockOfLife, wheel: new TimerWheel(clockOfLife), owner: `life ${origin}` }, { name: 'venue', windows: [{ name: 'minute', limit: LIMIT, perMs: MINUTE }], store, observe });
    const ask = (urgent: boolean): void => {
      const sinceMs = clock.monotonicMs();
      budget.call(() => {
        if (dead) return new Promise<never>(() => {});
        if (urgent) cancelsMs.push(clock.monotonicMs() - sinceMs);
        return venue.take(urgent);
      }, { lane: urgent ? 'cancel' : 'new-risk', deadlineMs: clockOfLife.monotonicMs() + 5_000 }).then(() => { taken += 1; }, () => undefined);
    };
    return { ask, die: () => { dead = true; } };
  };
  const instances = [begin(), begin()];
  for (let second = 0; second < count * 3_600; second += 1) {
    for (const { ask } of instances) for (let i = 0; i < LIMIT / 12; i += 1) ask(false); // ten times what is allowed, by each
    if (second % 10 === 0) instances[random.below(2)]!.ask(true);
    if (random.chance(0.002)) {
      const at = random.below(2);
      instances[at]!.die();
      instances[at] = begin();
      restarts += 1;
    }
    if (storms && clock.monotonicMs() >= venue.stormUntilMs && random.chance(0.01)) venue.stormUntilMs = clock.monotonicMs() + 5_000 + random.below(20_000);
    if (random.chance(0.01)) clock.stepWall(random.pick([-3_600_000, 3_600_000]));
    await clock.runFor(1_000);
  }
  return { venue, cancelsMs, taken, restarts };
}

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

test('at ten times the limit, with restarts and stepped clocks, a venue that counts by its own minutes never answers 429, and cancels leave within a second', async () => {
  const { venue, cancelsMs, taken, restarts } = await hours(1, 1, false);
  assert.ok(restarts > 3 && cancelsMs.length > 350, `${restarts} restarts, ${cancelsMs.length} cancels`);
  assert.equal(venue.refused, 0);
  assert.ok(most(cancelsMs) <= 1_000, `a cancel waited for ${most(cancelsMs)} ms`);
  assert.ok(taken > 60 * LIMIT * 0.7, `${taken} of ${60 * LIMIT} were used`);
});

test('under storms of 429 there is no ban, and cancels leave within a second', async () => {
  const { venue, cancelsMs } = await hours(2, 1, true);
  assert.ok(venue.refused > 20, `${venue.refused} refusals are too few to show anything`);
  assert.equal(venue.bans, 0);
  assert.ok(most(cancelsMs) <= 1_000, `a cancel waited for ${most(cancelsMs)} ms`);
});
