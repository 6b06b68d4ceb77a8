/** Forgetting, and remembering in time: a core whose record is cut into segments decides as one that never forgets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, VENUE, routed } from '../../test/kit/core.ts';
import type { Taken } from '../../test/kit/core.ts';
import { seededRandom } from '../base/index.ts';
import { MemoryArchive } from '../sim/archive.ts';
import { digestOf, emptyWorld, evolve, factsCodec, keptRow, leftBehind, namesIn, orderIdOf } from './index.ts';
import type { Fill, Input, KeptRow } from './index.ts';

const HOUR = 3_600_000;
const HASH = '0'.repeat(64);

/** A bench with an index of older keys. */
class Forgetful {
  readonly bench: Bench;
  readonly archive = new MemoryArchive();

  constructor(bench: Bench = Bench.ready()) {
    this.bench = bench;
  }

  async index(horizonMs = 0): Promise<readonly KeptRow[]> {
    const left = [...leftBehind(this.bench.world, this.bench.nowMs, horizonMs)].filter((row) => row !== undefined);
    await this.archive.keep(left.map(keptRow), this.bench.world.segment.number + 1);
    return left;
  }

  async rotate(horizonMs = 0): Promise<Taken> {
    return this.bench.take({ kind: 'rotate', previousHash: HASH, left: await this.index(horizonMs) });
  }

  async take(input: Input): Promise<Taken> {
    const asked = new Set<string>();
    const rows: KeptRow[] = [];
    for (;;) {
      const names = namesIn(this.bench.world, input, rows).filter((name) => !asked.has(name));
      if (names.length === 0) return this.bench.take({ ...input, earlier: { segment: this.bench.world.segment.number, rows } });
      for (const name of names) asked.add(name);
      rows.push(...await this.archive.lookup(names));
    }
  }

  /** An order that was filled whole, and booked. */
  done(key: string): void {
    const { bench } = this;
    bench.working(key);
    bench.reports(key, { state: 'filled', filledUnits: BTC / 2n });
    bench.activity({ fills: [fillOf(key)] });
    assert.equal(bench.phase(key), 'booked');
  }
}

const fillOf = (key: string, changes: Partial<Fill> = {}): Fill => ({
  fillId: `f-${key}`, venueOrderId: `v-${key}`, symbol: 'BTC/USD', side: 'buy', quantityUnits: BTC / 2n, priceUnits: 2_000_000n, cumulativeUnits: undefined, atMs: 1, ...changes,
});
const types = ({ facts }: Taken): readonly string[] => facts.map(({ type }) => type);
const activity = (fills: readonly Fill[]): Input => ({ kind: 'activity', venue: VENUE, activity: { fills, fees: [], cursor: 'c' } });
const signal = (key: string, wish: object = {}): Input => ({ kind: 'signal', routed: routed({ key, ...wish }) });

/** The world of whoever reads the journal from its newest segment on. */
function fromTheOpenSegment({ journal }: Bench): ReturnType<typeof emptyWorld> {
  const world = emptyWorld();
  const from = journal.findLastIndex(({ type }) => type === 'segment.opened');
  for (const { type, typeVersion, payload, header } of journal.slice(from)) evolve(world, factsCodec.decode(type, typeVersion, payload), header);
  return world;
}

test('whoever opens a segment only forgets; whoever reads it restores it all; both come to the same world, and know the same names', async () => {
  const forgetful = new Forgetful(Bench.ready({ fees: 'in-fill' }));
  const { bench } = forgetful;
  for (const round of [1, 2, 3]) {
    forgetful.done(`old ${round}`);
    bench.later(HOUR);
    forgetful.done(`young ${round}`);
    await forgetful.rotate(HOUR / 2);
    const restored = fromTheOpenSegment(bench);
    assert.equal(digestOf(restored), digestOf(bench.world));
    for (const index of ['byClientOrderId', 'byVenueOrderId'] as const) assert.deepEqual(restored.orders[index], bench.world.orders[index], index);
    assert.deepEqual(restored.ledger.pendingSums, bench.world.ledger.pendingSums);
    assert.equal(bench.world.orders.byClientOrderId.size, bench.world.orders.done.size);
  }
});

test('a key that is ten segments old is answered as it was the first time, and with another content it is a conflict', async () => {
  const forgetful = new Forgetful(Bench.ready({ fees: 'in-fill' }));
  const { bench } = forgetful;
  forgetful.done('first');
  for (let segment = 2; segment <= 11; segment++) {
    bench.later(HOUR);
    forgetful.done(`other ${segment}`);
    bench.later(HOUR);
    assert.deepEqual(types(await forgetful.rotate()), ['segment.opened']);
    assert.equal(bench.world.segment.number, segment);
  }
  assert.deepEqual([bench.world.orders.done.size, bench.world.ledger.fills.size, bench.world.orders.byClientOrderId.size], [0, 0, 0]);
  const orderId = orderIdOf('first');
  const again = await forgetful.take(signal('first'));
  assert.deepEqual([again.outcome, types(again)], [{ kind: 'order', orderId, repeated: true }, ['segment.recalled']]);
  assert.equal(bench.phase('first'), 'booked');
  assert.equal((await forgetful.take(signal('other 7', { side: 'sell' }))).outcome.kind, 'conflict');
  assert.deepEqual((await forgetful.take(signal('first'))).facts, []); // it is here now
  assert.deepEqual((await forgetful.take(signal('never seen'))).facts.slice(0, 1).map(({ type }) => type), ['order.intended']);
});

test('a late fill of an order three segments old is booked to it and told, and a fill that was booked is not booked again', async () => {
  const forgetful = new Forgetful(Bench.ready({ fees: 'in-fill' }));
  const { bench } = forgetful;
  forgetful.done('old');
  for (let segment = 0; segment < 3; segment++) {
    bench.later(HOUR);
    await forgetful.rotate();
  }
  assert.deepEqual([bench.world.orders.done.size, bench.world.ledger.fills.size], [0, 0]);
  assert.deepEqual(types(await forgetful.take(activity([fillOf('old')]))).filter((type) => type.startsWith('fill')), []);
  const late = await forgetful.take(activity([fillOf('old'), fillOf('old', { fillId: 'late', quantityUnits: BTC })]));
  assert.deepEqual(types(late).filter((type) => type !== 'activity.read').toSorted(), ['fill.booked', 'order.alarmed', 'order.alarmed']); // late, and more than was wanted
  assert.equal(bench.order('old').filledUnits, BTC / 2n + BTC);
});

test('what is open, owed or looked for is carried over; what is done stays for as long as the horizon', async () => {
  const forgetful = new Forgetful();
  const { bench } = forgetful;
  forgetful.done('done');
  bench.working('open');
  bench.doubted('doubted');
  bench.later(HOUR);
  await forgetful.rotate(2 * HOUR);
  assert.equal(bench.phase('done'), 'booked');
  const before = bench.due();
  await forgetful.rotate(0);
  assert.deepEqual(bench.due(), before);
  assert.deepEqual([bench.phase('open'), bench.phase('doubted'), bench.world.orders.done.size], ['working', 'unknown', 0]);
  assert.deepEqual(bench.world.orders.exposures.get(`${VENUE} BTC/USD`), { buyUnits: BTC, sellUnits: 0n });
});

test('a row that changes after the index took it stays, and what the index says of another segment is not believed', async () => {
  const forgetful = new Forgetful(Bench.ready({ fees: 'in-fill' }));
  const { bench } = forgetful;
  forgetful.done('late');
  forgetful.done('quiet');
  bench.later(HOUR);
  const left = await forgetful.index();
  bench.activity({ fills: [fillOf('late', { fillId: 'more' })] });
  bench.take({ kind: 'rotate', previousHash: HASH, left });
  assert.deepEqual([...bench.world.orders.done.keys()], [orderIdOf('late')]);
  assert.throws(() => bench.take({ ...signal('quiet'), earlier: { segment: 1, rows: [] } }), /asked in the open segment/);
});

test('whoever begins at the open segment comes to the same world as whoever reads all, and so does the segment before', async () => {
  const forgetful = new Forgetful();
  const { bench } = forgetful;
  for (const name of ['a', 'b', 'c']) {
    forgetful.done(name);
    bench.working(`${name} open`);
    bench.later(HOUR);
    const past = digestOf(bench.world);
    const [opened] = (await forgetful.rotate()).facts;
    assert.ok(opened?.type === 'segment.opened' && opened.digest === past);
    await forgetful.take(signal('a'));
    assert.equal(digestOf(fromTheOpenSegment(bench)), digestOf(bench.world));
  }
  const live = digestOf(bench.world);
  bench.world = emptyWorld();
  for (const { type, typeVersion, payload, header } of bench.journal) evolve(bench.world, factsCodec.decode(type, typeVersion, payload), header);
  assert.equal(digestOf(bench.world), live);
});

test('C3: whatever arrives, in whatever order and however often, a core that forgets at any moment answers as one that does not', async () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(`carry ${seed}`);
    const fees = random.pick(['in-fill', 'records'] as const);
    const [forgetful, whole] = [new Forgetful(Bench.ready({ fees })), Bench.ready({ fees })];
    const keys = ['k0', 'k1', 'k2', 'k3', 'k4'] as const;
    for (let step = 0; step < 60; step++) {
      const key = random.pick(keys);
      const known = whole.world.orders.live.has(orderIdOf(key)) || whole.world.orders.done.has(orderIdOf(key));
      const input = inputAbout(key, random.below(8), random.below(3), whole, known);
      if (random.chance(0.25)) await forgetful.rotate(random.pick([0, 0, 1_000]));
      const ms = random.pick([0, 1, 2_000]);
      for (const bench of [forgetful.bench, whole]) {
        bench.later(ms);
        bench.quote();
      }
      if (input === undefined) continue;
      const [mine, theirs] = [await forgetful.take(input), whole.take(input)];
      const told = ({ outcome, facts }: Taken): unknown => [outcome, facts.filter(({ type }) => !type.startsWith('segment.'))];
      assert.deepEqual(told(mine), told(theirs), `seed ${seed}, step ${step}, ${input.kind}`);
      assert.equal(forgetful.bench.world.ledger.balances.digest(), whole.world.ledger.balances.digest());
    }
  }
});

function inputAbout(key: string, kind: number, variant: number, whole: Bench, known: boolean): Input | undefined {
  switch (kind) {
    case 0: case 1: return signal(key, variant === 0 ? { side: 'sell' } : {});
    case 2: return signal(`${key} cancel`, { action: 'cancel' });
    case 3: return { kind: 'signal', routed: routed({ key: `same ${key}`, keyFrom: 'body-in-window' }) };
    case 4: return activity([fillOf(key, { fillId: `${key} ${variant}`, quantityUnits: BTC / 4n, side: known ? whole.order(key).side : 'buy' })]);
    case 5: return { kind: 'refuse-signal', source: 's', key, content: 'c', code: 'BW-2012', reason: 'too old' };
    default: {
      if (!known) return undefined;
      const order = whole.order(key);
      if (order.phase === 'blocked') return undefined;
      const state = (['working', 'filled', 'cancelled'] as const)[variant] ?? 'working';
      const report = whole.report(key, { state, filledUnits: state === 'filled' ? BTC / 2n : 0n });
      return kind === 6 ? { kind: 'reported', venue: VENUE, report, via: 'stream' } : { kind: 'submit-answered', orderId: order.id, attempt: 1, result: { kind: 'accepted', report } };
    }
  }
}
