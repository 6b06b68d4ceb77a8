/** Stops of three exchanges at once, in virtual time, judged by the exchanges' own logs: the same drills as on real processes, and many more of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import type { Random } from '../../src/base/index.ts';
import { Drill, VENUES } from './drill.ts';
import type { VenueName } from './drill.ts';

const SEEDS = Number(process.env['BREAKWATER_DRILL_SEEDS'] ?? 10);
const IN_FLIGHT = 20;
const RESTING = 50;
const DUST_BTC = 11 / 50_000; // the exchange takes no order below ten dollars
const ARRIVAL_MS = 20_000; // what the venue declares for an order to arrive, and then to be seen
const HAND_MS = 7_000; // so late that one clean look may already have been
const CONFIRM_WITHIN_MS = 60_000;

/** Nothing is live, nothing is held, nothing was closed twice, and nothing that opens risk was accepted later than it could have left. */
function judge(drill: Drill, askedMs: number): void {
  for (const venue of VENUES) {
    const { live, heldBtc, lastBuyMs } = drill.shown(venue, askedMs);
    assert.equal(live, 0, `${venue} holds ${live} live orders`);
    assert.ok(heldBtc < DUST_BTC, `${venue} still holds ${heldBtc} BTC`);
    assert.ok(lastBuyMs < ARRIVAL_MS, `${venue} took an order ${lastBuyMs} ms after the stop`);
  }
}

type Begun = { readonly askedMs: number; readonly shutMs: number; readonly life: number };

/** Once the gate is shut nothing leaves in this life that opens risk, and nothing in any once somebody was told that it is. */
function judgeLeaving({ left, takenMs }: Drill, { shutMs, life }: Begun): void {
  assert.deepEqual(left.filter((one) => one.side === 'buy' && (one.atMs > (takenMs ?? Infinity) || (one.life === life && one.atMs > shutMs))), []);
}

/** With 50 orders in the books, 20 on their way of which some arrive late and others are answered late, and a bot that goes on wishing. */
async function busy(seed: number, lying?: VenueName): Promise<Drill> {
  const drill = await Drill.start(seed);
  await drill.rest(RESTING);
  for (const [number, venue] of VENUES.entries()) {
    drill.faults(venue, [{ on: 'order.create', fault: number === 0 ? 'answer-late' : 'request-late', delayMs: 2_000 + seed * 797 % 7_500, times: IN_FLIGHT }, ...(venue === lying ? [{ on: 'order.cancel', fault: 'cancel-ignored' } as const] : [])]);
  }
  await drill.inFlight(IN_FLIGHT);
  drill.wishing(3, drill.clock.monotonicMs() + 1_000);
  await drill.clock.runFor(seed % 50);
  return drill;
}

/** Over every seed; a failure names its own. */
async function drilled(title: string, run: (seed: number, random: Random) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    await run(seed, seededRandom(`${title} ${seed}`)).catch((thrown: unknown) => { throw new Error(`seed ${seed}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`, { cause: thrown }); });
  }
}

/** A kill is asked for, and somebody who has not heard of it gives an order by hand. */
async function begun(drill: Drill): Promise<Begun> {
  const askedMs = drill.clock.monotonicMs();
  drill.stop('first', 'kill', 'sam');
  await drill.until('the gate is shut', () => drill.runtime !== undefined && drill.runtime.world.gate.state !== 'ACTIVE', 30_000);
  drill.clock.timer(HAND_MS, () => void drill.byHand());
  return { askedMs, shutMs: drill.clock.monotonicMs(), life: drill.lives };
}

async function confirmed(drill: Drill, begin: Begun): Promise<void> {
  await drill.until('CONFIRMED', () => drill.outcome === 'CONFIRMED', 180_000);
  judge(drill, begin.askedMs);
  judgeLeaving(drill, begin);
  assert.equal(drill.runtime?.world.gate.state, 'LOCKED');
}

test(`${SEEDS} kills, and another during each: the slow venue is confirmed; the lying one and the absent one are NOT CONFIRMED, until they are`, () => drilled('kill', async (seed, random) => {
  const drill = await busy(seed, 'two');
  drill.away('three');
  const moments = await begun(drill);
  drill.faults('one', [{ on: 'order.list', fault: 'answer-late', delayMs: 1_200 }, { on: 'account.read', fault: 'answer-late', delayMs: 800 }, { on: 'order.cancel', fault: 'answer-late', delayMs: 900 }]);
  drill.clock.timer(random.below(20_000), () => drill.stop('second', 'kill', 'kim'));
  await drill.until('the slow venue is confirmed', () => drill.confirmed('one'));
  await drill.until('it says what it could not confirm', () => drill.outcome === 'NOT CONFIRMED', CONFIRM_WITHIN_MS + 5_000);
  assert.deepEqual([drill.confirmed('two'), drill.confirmed('three')], [false, false]);
  assert.ok(drill.live('two').length > 0, 'it had only said that they were cancelled');
  drill.faults('two', []);
  drill.back('three');
  await confirmed(drill, moments);
}));

test(`${SEEDS} kills that deaths of the runtime and of an exchange interrupt go on, close nothing twice, and no start opens anything`, () => drilled('deaths', async (seed, random) => {
  const drill = await busy(seed);
  const moments = await begun(drill);
  for (let deaths = 1 + random.below(4); deaths > 0; deaths -= 1) drill.clock.timer(random.below(random.pick([20, 2_000, 20_000])), () => drill.killRuntime());
  if (random.chance(0.3)) drill.clock.timer(random.below(10_000), () => drill.killExchange(random.pick(VENUES), 200 + random.below(8_000)));
  await drill.clock.runFor(21_000);
  await confirmed(drill, moments);
  const { lives } = drill;
  drill.killRuntime();
  await drill.until('the next life looks', () => drill.lives > lives && drill.runtime !== undefined);
  await drill.clock.runFor(30_000);
  assert.equal(drill.runtime?.world.gate.state, 'LOCKED');
  judge(drill, moments.askedMs);
  judgeLeaving(drill, moments);
}));

test(`${SEEDS} kills of a runtime that stands still inside a commit of its own stop: the next life has it, or is told again, and ends it`, () => drilled('commit', async (seed, random) => {
  const drill = await busy(seed);
  drill.freezeInCommit(1 + random.below(random.pick([2, 12, 60])));
  const moments = await begun(drill);
  await drill.clock.runFor(30_000);
  await confirmed(drill, moments);
}));
