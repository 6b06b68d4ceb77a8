/**
 * Stops on real processes: one runtime, three exchanges, one of which lies, one is away and one is slow. Judged by the exchanges' own logs, never by ours.
 *
 * The times are told as one line of JSON per drill, and written to the folder BREAKWATER_DRILLS where that is named: scripts/drills.ts makes a page of them.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { stopInsideCommit } from './kit-commit.ts';
import { Drill, HELD_BTC, VENUES } from './kit-drill.ts';
import type { Shown, VenueName } from './kit-drill.ts';
import { asked, isThere, reached, until } from './kit-program.ts';
import type { FaultRule, Json } from './kit.ts';

const skip = process.platform !== 'linux' && 'only Linux tells by /proc which process stands still inside a commit';
const timeout = 400_000;
const FOLLOWED_MS = 90_000;
const IN_FLIGHT = 20;
const RESTING = 50;
const DUST_USD = 11; // the exchange takes no order below ten
const CONFIRM_WITHIN_MS = 30_000; // in the drill whose venues are away and lie for longer
const ARRIVAL_MS = 20_000; // what the venue declares for an order to arrive and be seen, and what a stopped exchange had in its queue

/** Tried, because a container's root may not. */
const mayMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'may-mount-'));
  try {
    return mountSmall(folder) && spawnSync('umount', [folder]).status === 0;
  } finally {
    rmdirSync(folder);
  }
})();

type Told = { readonly drill: string; readonly firstRefusalMs?: number; readonly notConfirmedMs?: number; readonly confirmedMs: number; readonly venues: Readonly<Record<string, Shown & { readonly was: string }>> };

function tell(context: TestContext, told: Told): void {
  context.diagnostic(JSON.stringify(told));
  const folder = process.env['BREAKWATER_DRILLS'];
  if (folder !== undefined) writeFileSync(join(folder, `${told.drill}.json`), JSON.stringify(told));
}

/** Nothing of ours is live, nothing is held, nothing was closed that was not there, and nothing was accepted later than it could have left. */
async function judge(drill: Drill, askedMs: number, was: Readonly<Record<VenueName, string>>): Promise<Told['venues']> {
  const venues: Record<string, Shown & { was: string }> = {};
  for (const venue of VENUES) {
    const shown = await drill.shown(venue, askedMs);
    assert.equal(shown.live, 0, `${venue} holds ${shown.live} live orders`);
    assert.ok(shown.heldUsd < DUST_USD, `${venue} still holds ${shown.heldUsd} USD`);
    assert.ok(shown.soldBtc <= shown.hadBtc + 1e-9, `${venue} had ${shown.hadBtc} to close, and sold ${shown.soldBtc}`);
    assert.ok(shown.soldBtc >= Number(HELD_BTC) - 0.001, `a position of ${HELD_BTC} BTC was closed at ${venue}, and ${shown.soldBtc} sold`);
    venues[venue] = { ...shown, was: was[venue] };
  }
  return venues;
}

/** Requests that are on their way while the stop is asked for: some reach the desk late, others are answered late. */
async function inFlight(drill: Drill, lies: readonly FaultRule[] = []): Promise<void> {
  await Promise.all(VENUES.map((venue, number) => drill.faults(venue, [{ on: 'order.create', fault: number === 0 ? 'answer-late' : 'request-late', delayMs: 3_000, times: IN_FLIGHT }, ...(venue === 'two' ? lies : [])])));
  const answered = await Promise.all(Array.from({ length: IN_FLIGHT }, (_, number) => drill.wish(VENUES[number % VENUES.length] ?? 'one')));
  assert.deepEqual(answered.map((one) => one?.status), Array.from({ length: IN_FLIGHT }, () => 200));
  await until('they are on their way', async () => (await Promise.all(VENUES.map((venue) => drill.struck(venue, 'order.create')))).reduce((sum, count) => sum + count, 0) === IN_FLIGHT);
}

/** Followed until it is so; where it never is, the last thing that was told of it. */
async function followed(drill: Drill, id: string, what: string, isSo: (stop: Json) => boolean): Promise<Json> {
  let last: Json;
  return until(what, async () => {
    last = (await drill.stop(id)) ?? last;
    return last !== undefined && isSo(last.stop) ? last : undefined;
  }, FOLLOWED_MS).catch((thrown: unknown) => { throw new Error(`${String(thrown)} ${JSON.stringify(last)}`, { cause: thrown }); });
}

const confirmed = (drill: Drill, id: string): Promise<Json> => followed(drill, id, 'the stop is CONFIRMED', ({ outcome }) => outcome === 'CONFIRMED');

const confirmedAt = (stop: Json, venue: VenueName): boolean => stop.venues.find((one: Json) => one.venue === venue)?.confirmed === true;

async function tellingWords(drill: Drill, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    throw new Error(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n${drill.lastWords()}`, { cause: thrown });
  }
}

suite('drills with three exchanges', { concurrency: 4, skip }, () => {
  test('a kill, and another during it, with 20 requests in flight, 50 orders and positions: the slow venue is confirmed; the lying and the absent are NOT CONFIRMED, until they are', { timeout }, async (context) => {
    const drill = await Drill.start(context, 'drill-kill', 101, () => {}, { confirmWithin: `${CONFIRM_WITHIN_MS / 1_000}s`, retryMost: '5s' });
    await tellingWords(drill, async () => {
      await drill.rest(RESTING);
      await inFlight(drill, [{ on: 'order.cancel', fault: 'cancel-ignored' }]);
      drill.signal('three', 'SIGSTOP');
      const began = drill.begin('kill', 'sam');
      const refusedMs = await drill.firstRefusal();
      await drill.faults('one', [{ on: 'order.list', fault: 'answer-late', delayMs: 1_200 }, { on: 'account.read', fault: 'answer-late', delayMs: 800 }, { on: 'order.cancel', fault: 'answer-late', delayMs: 900 }]);
      const { id, askedMs } = await began;
      const second = await asked(['kill', '--now', '--data', drill.data, '--by', 'kim', '--reason', 'me too', '--timeout', '8s', '--json']);
      assert.equal(second.code, 10, JSON.stringify(second.document));
      assert.equal((second.document['data'] as Json).stop.id, id, 'it has joined the first one');
      const { stop: late } = await followed(drill, id, 'the deadline has passed', ({ outcome }) => outcome === 'NOT CONFIRMED');
      assert.ok(late.tookMs > CONFIRM_WITHIN_MS, `told after ${late.tookMs} ms`);
      const told = (late.open as readonly string[]).join('\n');
      assert.match(told, /^two: .*(is cancelling|still listed)/m, 'what is open at the venue that lies');
      assert.match(told, /^three: .*(is unknown|is working|is cancelling|could not be looked at)/m, 'what is not known of the venue that is away');
      assert.ok(drill.supervisor?.log.some(({ code, level, component, msg }) => code === 'BW-3110' && level === 'error' && component === 'runtime' && /NOT CONFIRMED.*two: .*three: /.test(String(msg))), 'people are told');
      const { stop } = await followed(drill, id, 'the slow venue is confirmed', (found) => confirmedAt(found, 'one'));
      assert.deepEqual([stop.outcome, confirmedAt(stop, 'two'), confirmedAt(stop, 'three')], ['NOT CONFIRMED', false, false]);
      assert.ok((await drill.live('two')).length > 0, 'it had only said that they were cancelled');
      const mendedMs = Date.now() - askedMs;
      await drill.faults('two', []);
      drill.signal('three', 'SIGCONT');
      const done = await confirmed(drill, id);
      const confirmedMs = Date.now() - askedMs;
      assert.equal(done.gate?.state ?? (await drill.status())?.gate.state, 'LOCKED');
      const venues = await judge(drill, askedMs, { one: 'slow', two: 'lying', three: 'away (stopped)' });
      for (const name of ['two', 'three']) assert.ok((venues[name]?.cancelledMs ?? 0) > mendedMs, `by its own log ${name} had orders in its book when it was NOT CONFIRMED`);
      for (const { lastAcceptedMs } of [venues['one'], venues['two']].filter((one) => one !== undefined)) assert.ok(lastAcceptedMs < ARRIVAL_MS, `an order was accepted ${lastAcceptedMs} ms after the stop`);
      tell(context, { drill: 'kill', firstRefusalMs: refusedMs - askedMs, notConfirmedMs: late.tookMs, confirmedMs, venues });
    });
  });

  test('a kill that two deaths of the runtime interrupt goes on, closes nothing twice, and no start opens it', { timeout }, async (context) => {
    const drill = await Drill.start(context, 'drill-deaths', 102);
    await tellingWords(drill, async () => {
      await drill.rest(RESTING);
      await inFlight(drill);
      const { id, askedMs } = await drill.begin('kill', 'sam');
      for (const lives of [1, 2]) {
        const { pid } = drill;
        assert.ok(reached(pid, 'SIGKILL'));
        await until('the next life answers', async () => drill.pids.length > lives && drill.pid !== pid && (await drill.stop(id)) !== undefined);
      }
      await confirmed(drill, id);
      const confirmedMs = Date.now() - askedMs;
      const venues = await judge(drill, askedMs, { one: 'well', two: 'well', three: 'well' });
      const { pid } = drill;
      assert.ok(reached(pid, 'SIGKILL'));
      const status = await until('the next life answers', async () => (drill.pid === pid ? undefined : drill.status()));
      assert.equal(status.gate.state, 'LOCKED');
      tell(context, { drill: 'deaths', confirmedMs, venues });
    });
  });

  test('everything is stopped without a runtime that stands still inside a commit; the venue that refuses connections is NOT CONFIRMED, and is brought to zero when it is back', { timeout }, async (context) => {
    const drill = await Drill.start(context, 'drill-commit', 103);
    await tellingWords(drill, async () => {
      await drill.rest(RESTING);
      await inFlight(drill);
      let isBusy = true;
      const burst = Promise.all(Array.from({ length: 60 }, (_, number) => drill.wish(VENUES[number % 2] ?? 'one'))).finally(() => { isBusy = false; });
      const { pid } = drill;
      const isInside = await stopInsideCommit(pid, drill.data, () => isBusy);
      await drill.endExchange('three');
      const askedMs = Date.now();
      const words = ['stop-all', '--flatten', '--data', drill.data, '--by', 'sam', '--reason', 'a drill', '--json'];
      const first = await asked([...words, '--timeout', '5s']);
      assert.equal(first.code, 10, JSON.stringify(first.document));
      assert.ok(!isThere(pid), 'the runtime is dead and reaped before a venue is touched');
      await drill.startExchange('three');
      const second = await asked([...words, '--timeout', '120s']);
      const confirmedMs = Date.now() - askedMs;
      assert.equal(second.code, 0, JSON.stringify(second.document));
      const venues = await judge(drill, askedMs, { one: 'well', two: 'well', three: 'away (connections refused)' });
      await until('the next life has closed what it is to close, and is halted', async () => (await drill.status())?.gate.state === 'HALTED');
      await burst;
      context.diagnostic(`inside a commit: ${isInside}`);
      tell(context, { drill: 'commit', confirmedMs, venues });
    });
  });

  test('everything is stopped without a runtime that cannot write because the disk is full, and once there is room it is halted by the journal too', { timeout, skip: !mayMount && 'this account may not mount a small disk' }, async (context) => {
    const drill = await Drill.start(context, 'drill-disk', 104, ({ data }) => {
      mountSmall(data);
      context.after(() => void spawnSync('umount', ['--lazy', data]));
    });
    await tellingWords(drill, async () => {
      await drill.rest(RESTING);
      await inFlight(drill);
      await until('the supervisor has made its emergency log', () => existsSync(join(drill.data, 'emergency', 'supervisor.log')));
      const ballast = fill(drill.data);
      await until('the runtime cannot write any more', async () => {
        fill(drill.data); // also the reserve that is given back, so that a start can write down that it halted
        await drill.wish('one');
        return (await drill.status())?.state === 'stranded';
      });
      const askedMs = Date.now();
      const { code, document } = await asked(['stop-all', '--flatten', '--data', drill.data, '--by', 'sam', '--reason', 'the disk is full', '--timeout', '120s', '--json']);
      const confirmedMs = Date.now() - askedMs;
      assert.equal(code, 0, JSON.stringify(document));
      assert.equal((document['data'] as Json).remembered, true, 'the emergency log has its room since the first start');
      const venues = await judge(drill, askedMs, { one: 'well', two: 'well', three: 'well' });
      rmSync(ballast);
      await until('the next life has a journal, and is halted', async () => {
        const status = await drill.status();
        return status !== undefined && status.state !== 'stranded' && status.gate.state === 'HALTED';
      });
      tell(context, { drill: 'disk', confirmedMs, venues });
    });
  });
});

/** A disk of its own: so large that it is well at first, so small that it can be filled. */
function mountSmall(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=640m,mode=0700', 'tmpfs', folder]).status === 0;
}

/** Writes until there is no room left. */
function fill(folder: string): string {
  const ballast = join(folder, 'ballast');
  for (const bytes of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) appendFileSync(ballast, Buffer.alloc(bytes));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
    }
  }
  return ballast;
}
