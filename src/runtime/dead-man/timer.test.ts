import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life } from '../../../test/kit/life.ts';
import type { Life, LifeOptions } from '../../../test/kit/life.ts';
import { BenchVenue, never } from '../../../test/kit/venue.ts';
import type { DeadManResult, VenueDeadMan } from '../../ports/index.ts';

type Asked = { readonly what: 'arm' | 'disarm'; readonly withinMs: number; readonly atMs: number };

/** A venue with a timer that answers as it is told, and as asked where it is told nothing. */
class TimedVenue extends BenchVenue {
  readonly asked: Asked[] = [];
  answer: () => DeadManResult | Promise<DeadManResult> = () => ({ kind: 'done' });
  at: () => number = () => 0;
  readonly deadMan: VenueDeadMan = {
    shortestMs: 5_000, longestMs: 100_000,
    arm: async ({ withinMs }) => this.#take({ what: 'arm', withinMs, atMs: this.at() }),
    disarm: async () => this.#take({ what: 'disarm', withinMs: 0, atMs: this.at() }),
  };

  constructor() {
    super({ capabilities: { deadManTimer: true } });
  }

  #take(asked: Asked): DeadManResult | Promise<DeadManResult> {
    this.asked.push(asked);
    return this.answer();
  }
}

async function timed(options: LifeOptions & { readonly answer?: TimedVenue['answer'] } = {}): Promise<Life & { readonly venue: TimedVenue }> {
  const venue = new TimedVenue();
  if (options.answer !== undefined) venue.answer = options.answer;
  const world = await life({ venues: [venue], start: false, ...options });
  venue.at = () => world.clock.monotonicMs();
  world.runtime.start();
  await world.clock.runFor(1_000);
  return world as Life & { readonly venue: TimedVenue };
}

const facts = (world: Life): string[] => world.types().filter((type) => type.startsWith('venue.dead-man'));
const stateOf = (world: Life): string | undefined => world.runtime.timers.view('sim')?.state;

test('T2: it is set at the start and after each quarter of its time, and that is one fact', async () => {
  const world = await timed();
  await world.clock.runFor(600_000);
  assert.ok(world.venue.asked.length >= 40 && world.venue.asked.length <= 42, `${world.venue.asked.length} times in ten minutes`);
  for (const [index, { atMs, withinMs }] of world.venue.asked.entries()) {
    assert.equal(withinMs, 60_000);
    if (index > 0) assert.equal(atMs - (world.venue.asked[index - 1]?.atMs ?? 0), 15_000);
  }
  assert.deepEqual(facts(world), ['venue.dead-man-armed']);
  assert.equal(stateOf(world), 'armed');
});

test('a time that the venue does not allow is brought into its bounds', async () => {
  for (const [withinMs, set] of [[1_000, 5_000], [500_000, 100_000]] as const) {
    const world = await timed({ binding: { deadMan: { withinMs, onStop: 'run-out' } } });
    assert.deepEqual(new Set(world.venue.asked.map((asked) => asked.withinMs)), new Set([set]));
  }
});

test('T1: refused, not sent or unknown is not set; orders that add risk wait, and leave once the venue has said yes', async () => {
  for (const answer of [{ kind: 'refused', why: 'no such thing' }, { kind: 'not-sent', why: 'no way' }, { kind: 'unknown', why: 'no answer' }] as const) {
    const world = await timed({ answer: () => answer });
    await world.clock.until(world.ask('a'));
    await world.clock.runFor(20_000);
    assert.deepEqual([world.order('a').phase, stateOf(world), facts(world)], ['intended', 'not-armed', ['venue.dead-man-lapsed']], answer.kind);
    assert.equal(world.notes.filter(({ code }) => code === 'BW-3123').length, 1, 'told once');
    assert.ok(world.venue.asked.length >= 5, 'and tried again');
    world.venue.answer = () => ({ kind: 'done' });
    await world.clock.runFor(90_000); // a circuit that counted the failures has to close first
    assert.deepEqual([world.order('a').phase, stateOf(world)], ['working', 'armed'], answer.kind);
  }
});

test('T1: it counts as set only as long as the venue would keep it, counted from when we began to ask', async () => {
  const world = await timed();
  world.venue.answer = () => never();
  const lastMs = world.venue.asked.at(-1)?.atMs ?? 0;
  await world.clock.runFor(58_500 - (world.clock.monotonicMs() - lastMs));
  assert.equal(stateOf(world), 'armed');
  await world.clock.runFor(2_000);
  assert.equal(stateOf(world), 'not-armed');
  assert.deepEqual(facts(world), ['venue.dead-man-armed', 'venue.dead-man-lapsed']);
});

test('a refusal in between costs nothing: it is tried again at once enough, and stays set', async () => {
  const world = await timed();
  for (let round = 0; round < 20; round += 1) {
    world.venue.answer = () => ({ kind: 'unknown', why: 'no answer' });
    await world.clock.runFor(25_000);
    assert.equal(stateOf(world), 'armed');
    world.venue.answer = () => ({ kind: 'done' });
    await world.clock.runFor(10_000);
  }
  assert.deepEqual(facts(world), ['venue.dead-man-armed']);
});

test('what the venue asks us to wait is waited', async () => {
  const world = await timed({ answer: () => ({ kind: 'not-sent', why: '429', retryAfterMs: 30_000 }) });
  await world.clock.runFor(25_000);
  assert.equal(world.venue.asked.length, 1);
  await world.clock.runFor(10_000);
  assert.equal(world.venue.asked.length, 2);
});

test('an adapter that throws has set nothing', async () => {
  const world = await timed({ answer: () => { throw new Error('a bug'); } });
  assert.equal(stateOf(world), 'not-armed');
  assert.equal(world.failures.length, 0);
});

test('T4: while something is being stopped it is set short, at once, and as before when that is over', async () => {
  const world = await timed();
  world.venue.meddle('openOrders', () => never(), Number.POSITIVE_INFINITY);
  await world.clock.until(world.runtime.submit({ kind: 'kill', id: 'k1', word: 'flatten', scope: 'system', venues: ['sim'], by: 'sam', reason: 'enough' }, { actor: 'operator:sam', correlationId: 'k1' }));
  await world.clock.runFor(100);
  assert.equal(world.venue.asked.at(-1)?.withinMs, 10_000);
});

test('T5: a stop in good order lets it run out, and ends it first where orders are to stay', async () => {
  for (const [onStop, last] of [['run-out', 'arm'], ['keep', 'disarm']] as const) {
    const world = await timed({ binding: { deadMan: { withinMs: 60_000, onStop } } });
    await world.clock.until(world.runtime.stop('enough'));
    assert.equal(world.venue.asked.at(-1)?.what, last);
    const { length } = world.venue.asked;
    await world.clock.runFor(120_000);
    assert.equal(world.venue.asked.length, length, 'nothing is set by a life that is over');
    assert.equal(world.timers, 0);
  }
});

test('a life that failed sets it no more', async () => {
  const world = await timed();
  world.runtime.turns.end(new Error('the disk'));
  const { length } = world.venue.asked;
  await world.clock.runFor(120_000);
  assert.equal(world.venue.asked.length, length);
  assert.equal(world.timers, 0);
});

test('a component of its own tells that it is not set, and its venue alone is ill', async () => {
  const world = await timed({ health: {}, answer: () => ({ kind: 'refused', why: 'no such thing' }) });
  await world.clock.runFor(30_000);
  const component = world.runtime.world.health.components.get('dead man sim');
  assert.deepEqual([component?.state, component?.critical, world.runtime.world.health.system.state], ['failed', false, 'degraded']);
  world.venue.answer = () => ({ kind: 'done' });
  await world.clock.runFor(120_000);
  assert.equal(world.runtime.world.health.components.get('dead man sim')?.state, 'healthy');
});
