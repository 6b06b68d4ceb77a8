/** Requests to set or end a venue's timer that are late: at a venue whose timer really runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life } from '../../../test/kit/life.ts';
import type { Life, LifeOptions } from '../../../test/kit/life.ts';
import { BenchVenue } from '../../../test/kit/venue.ts';
import type { DeadManResult, VenueDeadMan } from '../../ports/index.ts';

/** Each request arrives after `way()` ms, and its answer is there at once. */
class RunningTimer extends BenchVenue {
  readonly log: string[] = [];
  clock: Life['clock'] | undefined;
  way: () => number = () => 10;
  #untilMs = -1;
  readonly deadMan: VenueDeadMan = {
    shortestMs: 1_000, longestMs: 100_000,
    arm: ({ withinMs }, timeoutMs) => this.#ask(`arm ${withinMs}`, (nowMs) => nowMs + withinMs, timeoutMs),
    disarm: (timeoutMs) => this.#ask('disarm', () => -1, timeoutMs),
  };

  constructor() {
    super({ capabilities: { deadManTimer: true } });
  }

  get runs(): boolean {
    return this.#untilMs > (this.clock?.monotonicMs() ?? 0);
  }

  #ask(what: string, untilOf: (nowMs: number) => number, timeoutMs: number): Promise<DeadManResult> {
    const { clock } = this;
    if (clock === undefined) return Promise.resolve({ kind: 'unknown', why: 'no answer' });
    return new Promise((resolve) => {
      clock.timer(this.way(), () => {
        this.#untilMs = untilOf(clock.monotonicMs());
        this.log.push(`${what} at ${clock.monotonicMs()}`);
        resolve({ kind: 'done' });
      });
      clock.timer(timeoutMs, () => resolve({ kind: 'unknown', why: 'no answer' }));
    });
  }
}

async function running(options: LifeOptions = {}): Promise<{ readonly world: Life; readonly venue: RunningTimer }> {
  const venue = new RunningTimer();
  const world = await life({ venues: [venue], start: false, ...options });
  venue.clock = world.clock;
  world.runtime.start();
  await world.clock.runFor(1_000);
  return { world, venue };
}

test('T5: a stop that is to leave the orders standing ends the timer after what was asked for before has arrived', async () => {
  const { world, venue } = await running({ binding: { deadMan: { withinMs: 60_000, onStop: 'keep' } } });
  const ways = [300, 10]; // the next one is slow, what follows is not
  venue.way = () => ways.shift() ?? 10;
  await world.clock.runUntil(() => ways.length === 1, 20_000);
  await world.clock.until(world.runtime.stop('enough'));
  await world.clock.runFor(1_000);
  assert.equal(venue.runs, false, venue.log.slice(-2).join('; '));
});

test('T6: a short time that arrives late, after a longer one was confirmed, is never believed to be the longer one', async () => {
  const { world, venue } = await running();
  venue.meddle('openOrders', (really) => new Promise((resolve) => void world.clock.timer(1_000, () => resolve(really()))), 3);
  let isLate = false;
  venue.way = () => {
    if (isLate || world.clock.monotonicMs() <= 13_500) return 10;
    isLate = true;
    return 4_000;
  };
  await world.clock.until(world.runtime.submit({ kind: 'kill', id: 'k1', word: 'flatten', scope: 'strategy:two', venues: ['sim'], by: 'sam', reason: 'enough' }, { actor: 'operator:sam', correlationId: 'k1' }));
  await world.clock.runUntil(() => world.runtime.timers.view('sim')?.state === 'armed' && !venue.runs, 60_000);
  assert.ok(isLate);
  assert.equal(world.runtime.timers.view('sim')?.state === 'armed' && !venue.runs, false, venue.log.join('; '));
});

test('a venue that is left and listened to again while a request is on its way is asked by one chain of requests, and by none once it is left', async () => {
  const { world, venue } = await running();
  venue.way = () => 500;
  await world.clock.runFor(15_100 - world.clock.monotonicMs()); // one is on its way
  const before = venue.log.length;
  world.runtime.timers.part('sim');
  world.runtime.timers.start('sim');
  await world.clock.runFor(60_000);
  const asked = venue.log.length - before;
  assert.ok(asked <= 6, `${asked} in a minute`);
  await world.clock.runFor(1_000);
  world.runtime.timers.part('sim');
  const after = venue.log.length;
  await world.clock.runFor(60_000);
  assert.deepEqual(venue.log.slice(after), []);
});
