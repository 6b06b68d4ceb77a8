/** A runtime whose record is cut into segments: what it reads at a boot, what it remembers, and what it lets go of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk } from '../journal/index.ts';
import type { ClosedSegment } from '../ports/index.ts';
import { MemoryArchive } from '../sim/archive.ts';
import { alert, running } from '../../test/support/running.ts';
import { PaperVenue } from '../../test/support/paper-venue.ts';
import { IndexBehindError, replay } from './index.ts';

type Running = Awaited<ReturnType<typeof running>>;
const settings = { segmentEntries: 30, horizonMs: 0 } as const;
const at = ({ clock }: Running): string => new Date(clock.wallMs()).toISOString();

/** Orders that are asked for and cancelled until so many segments have begun. */
async function untilSegment(life: Running, number: number, name: string): Promise<void> {
  const { clock, runtime, hook } = life;
  for (let i = 0; runtime.world.segment.number < number; i++) {
    assert.ok(i < 2_000, `segment ${runtime.world.segment.number} of ${number}`);
    assert.equal((await hook(alert({ id: `${name}-${i}`, time: at(life) }))).status, 200);
    await clock.until(runtime.submit({ kind: 'signal', routed: cancelOf(`${name}-cancel-${i}`) }, { actor: 'test', correlationId: 'test' }));
    await clock.runUntil(() => runtime.world.orders.live.size === 0, 30_000);
    await clock.runUntil(() => false, 10); // what is done becomes old
  }
}

const cancelOf = (key: string) => ({
  signal: { source: 'demo', strategy: 'demo', owner: { trader: 'demo', desk: 'unassigned', client: 'unassigned' }, action: 'cancel', ticker: 'BTCUSD', orderType: 'market', timeInForce: 'gtc', keyFrom: 'id', content: 'cancel', key } as const, venue: 'paper', symbol: 'BTC/USD', windowMs: 60_000,
});

test('after ten segments a boot reads one, a repetition of the oldest alert gets its first answer, and no second order leaves', async () => {
  const [disk, venue, archive] = [new MemoryDisk(), new PaperVenue(), new MemoryArchive()];
  const first = await running({ disk, venue, archive, settings });
  const answer = await first.hook(alert({ id: 'oldest' }));
  await untilSegment(first, 11, 'one');
  await first.clock.until(first.runtime.stop('test'));

  let read = 0;
  const store = disk.open();
  const counting = Object.assign(Object.create(store) as typeof store, {
    async read(fromSeq: number, limit: number) {
      const page = await store.read(fromSeq, limit);
      read += page.length;
      return page;
    },
    origin: () => store.origin(), head: () => store.head(), snapshots: () => store.snapshots(),
  });
  await replay(counting, { snapshots: false });
  assert.ok(disk.head.seq > 300 && read < 80, `${read} of ${disk.head.seq} entries`);

  const second = await running({ disk, venue, archive, settings });
  const shown = await second.ask(second.control, 'GET', `/api/v1/orders/${String(answer.body.orderId)}`);
  assert.deepEqual([shown.status, shown.body.order.phase, shown.body.timeline[0].type], [200, 'booked', 'order.intended']); // a person finds it, and it stays where it is
  assert.equal(second.payloads('segment.recalled').length, 0);
  const sent = venue.sent.length;
  const again = await second.hook(alert({ id: 'oldest' })); // its time is long past: a repetition is known before it is too old
  assert.deepEqual([again.status, again.body.duplicate, again.body.orderId], [200, true, answer.body.orderId]);
  assert.equal(venue.sent.length, sent);
  assert.deepEqual(second.payloads('segment.recalled').at(-1).rows.map(({ table }: { table: string }) => table), ['orders.done']);
  await second.clock.until(second.runtime.stop('test'));
});

test('no life begins on an index that lacks what the journal left behind', async () => {
  const [disk, venue, archive] = [new MemoryDisk(), new PaperVenue(), new MemoryArchive()];
  const first = await running({ disk, venue, archive, settings });
  await untilSegment(first, 3, 'one');
  await first.clock.until(first.runtime.stop('test'));
  await assert.rejects(running({ disk, venue, archive: new MemoryArchive(), settings }), IndexBehindError);
  await assert.rejects(running({ disk, venue, settings }), IndexBehindError); // one that has none at all
});

test('while the index does not answer nothing unknown is taken, the open segment goes on, and both mend by themselves', async () => {
  let isBroken = false;
  const memory = new MemoryArchive();
  const failing = <T>(run: () => Promise<T>): Promise<T> => (isBroken ? Promise.reject(new Error('the disk failed')) : run());
  const archive = { through: () => memory.through(), keep: (...all: Parameters<MemoryArchive['keep']>) => failing(() => memory.keep(...all)), lookup: (names: readonly string[]) => failing(() => memory.lookup(names)) };
  const life = await running({ archive, settings });
  await untilSegment(life, 2, 'one');
  isBroken = true;
  const refused = await life.hook(alert({ id: 'new', time: at(life) }));
  assert.deepEqual([refused.status, refused.body.code], [503, 'BW-7007']);
  assert.equal(life.venue.sent.some(({ clientOrderId }) => clientOrderId === ''), false);
  isBroken = false;
  assert.equal((await life.hook(alert({ id: 'new', time: at(life) }))).status, 200);
  assert.deepEqual(life.failures, []);
  await untilSegment(life, 4, 'two');
  await life.clock.until(life.runtime.stop('test'));
});

test('closed segments go oldest first by age and by size, each after the entry that says so; what a crash left over goes later', async () => {
  const closed: ClosedSegment[] = [];
  const removed: number[] = [];
  const keeper = {
    segments: () => Promise.resolve(closed.map((segment) => ({ ...segment, removed: removed.includes(segment.number) }))),
    removeSegment: (number: number) => {
      assert.ok(life.payloads('segment.removed').some(({ segment }) => segment === number), 'the entry is durable before the file goes');
      return Promise.resolve(void removed.push(number));
    },
  };
  const life: Running = await running({ archive: new MemoryArchive(), keeper, settings: { ...settings, retention: { ageMs: 10 * 60_000, bytes: 250 } } });
  const startMs = life.runtime.world.life.atMs;
  await untilSegment(life, 6, 'one');
  for (const number of [1, 2, 3, 4, 5]) closed.push({ number, lastSeq: number * 30, lastHash: String(number), lastAtMs: number === 1 ? startMs - 11 * 60_000 : startMs + 3_600_000, bytes: 100, removed: false });
  await life.clock.runUntil(() => removed.length >= 3, 120_000);
  await life.clock.runUntil(() => false, 120_000);
  assert.deepEqual(removed, [1, 2, 3]); // one is too old, and of the other four only two fit
  assert.match(life.payloads('segment.removed').map(({ because }) => because).join('; '), /^older than 600000 ms; 400 bytes .*; 300 bytes /);
  assert.deepEqual(life.runtime.world.segment.removed, { segment: 3, lastSeq: 90, lastHash: '3' });
  removed.pop(); // as if the process had died before the third file went
  await life.clock.runUntil(() => removed.length >= 3, 120_000);
  assert.deepEqual([removed, life.payloads('segment.removed').length], [[1, 2, 3], 3]);
  await life.clock.until(life.runtime.stop('test'));
});

test('a segment that is old is ended although it is short, and one in which nothing happened is not', async () => {
  const life = await running({ archive: new MemoryArchive(), settings: { segmentAgeMs: 10 * 60_000, reconcileEveryMs: 86_400_000 } });
  assert.equal(life.runtime.world.segment.number, 1);
  await life.clock.runUntil(() => life.runtime.world.segment.number === 2, 12 * 60_000);
  assert.equal(life.runtime.world.segment.number, 2);
  await life.clock.runUntil(() => false, 40 * 60_000);
  assert.ok(life.runtime.world.segment.number === 2);
  await life.clock.until(life.runtime.stop('test'));
});
