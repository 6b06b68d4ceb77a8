import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { aFee, aFill, assets } from '../../../test/support/alpaca-answers.ts';
import { ScriptedNet, answered, html } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { Activity, HttpOutcome, Venue } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';

type Row = Record<string, unknown> & { readonly id: string };

/** A peer that keeps rows in the order of their time, pages by the last id, and leaves out what is not after `after`. */
function peer(rows: readonly Row[]) {
  return (url: string): HttpOutcome => {
    const { pathname, searchParams } = new URL(url);
    if (pathname === '/v2/assets') return answered(200, assets);
    assert.equal(pathname, '/v2/account/activities');
    assert.equal(searchParams.get('direction'), 'asc');
    const types = (searchParams.get('activity_types') ?? '').split(',');
    const after = searchParams.get('after');
    const size = Number(searchParams.get('page_size'));
    const timeOf = (row: Row): string => String(row['transaction_time'] ?? row['date']);
    const matching = rows
      .filter((row) => types.includes(String(row['activity_type'])) && (after === null || Date.parse(timeOf(row)) > Date.parse(after)))
      .toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : a.id < b.id ? -1 : 1));
    const token = searchParams.get('page_token');
    const start = token === null ? 0 : matching.findIndex((row) => row.id === token) + 1;
    return answered(200, matching.slice(start, start + size));
  };
}

function start(answer: (url: string, index: number) => HttpOutcome): { venue: Venue; net: ScriptedNet; clock: VirtualClock } {
  const net = new ScriptedNet(({ url }, index) => answer(url, index));
  const clock = new VirtualClock({ settle });
  return { venue: alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' }), net, clock };
}
const read = async (answer: (url: string, index: number) => HttpOutcome, cursor = ''): Promise<Activity> => {
  const { venue, clock } = start(answer);
  const result = await clock.until(venue.activity(cursor, 60_000));
  assert.ok(result.kind === 'read', result.kind === 'unclear' ? result.why : '');
  return result.value;
};
const unclear = async (answer: (url: string, index: number) => HttpOutcome, cursor = ''): Promise<string> => {
  const { venue, clock } = start(answer);
  const result = await clock.until(venue.activity(cursor, 5_000));
  assert.ok(result.kind === 'unclear', inspect(result));
  return result.why;
};

const startMs = Date.UTC(2026, 0, 2);
const fillAt = (id: string, atMs: number): Row => ({ ...aFill, id, transaction_time: new Date(startMs + atMs).toISOString() });

test('a fill is read in units of its instrument, a crypto fee in the asset it was taken in', async () => {
  const dollars = { ...aFee, id: 'fee-2', net_amount: '-1.25', qty: '0' };
  const regulatory = { ...aFee, id: 'fee-3', activity_type: 'FEE', net_amount: '-0.02', qty: '7', symbol: undefined };
  const early = { ...aFee, id: 'fee-4', created_at: '2022-12-28T10:00:00Z' };
  const activity = await read(peer([aFill, aFee, dollars, regulatory, early]));
  assert.deepEqual(activity.fills, [{
    fillId: aFill.id, venueOrderId: aFill.order_id, symbol: 'BTC/USD', side: 'buy', quantityUnits: 950_000n, priceUnits: 6_717_450n, cumulativeUnits: 950_000n,
    atMs: Date.UTC(2022, 11, 28, 12, 19, 29, 579),
  }]);
  const endOfDayMs = Date.UTC(2022, 11, 29);
  assert.deepEqual(activity.fees, [
    { feeId: aFee.id, asset: 'BTC', amountText: '0.000002375', throughMs: endOfDayMs },
    { feeId: 'fee-2', asset: 'USD', amountText: '1.25', throughMs: endOfDayMs },
    { feeId: 'fee-3', asset: 'USD', amountText: '0.02', throughMs: endOfDayMs },
    { feeId: 'fee-4', asset: 'BTC', amountText: '0.000002375', throughMs: Date.UTC(2022, 11, 28, 10) },
  ]);
});

test('C4: fees are asked for before fills', async () => {
  const { venue, net } = start(peer([]));
  await venue.activity('', 5_000);
  assert.deepEqual(net.asked, [
    'GET /v2/account/activities?activity_types=CFEE,FEE&direction=asc&page_size=100',
    'GET /v2/account/activities?activity_types=FILL&direction=asc&page_size=100',
  ]);
});

test('the first reading begins with the account and turns every page; nothing comes again with its cursor', async () => {
  const rows = Array.from({ length: 347 }, (_, i) => fillAt(`row-${String(i).padStart(4, '0')}`, Math.floor(i / 3) * 1_000));
  const first = await read(peer(rows));
  assert.deepEqual(first.fills.map(({ fillId }) => fillId), rows.map(({ id }) => id));
  assert.deepEqual((await read(peer(rows), first.cursor)), { fills: [], fees: [], cursor: first.cursor });
  assert.ok(first.cursor.length < 800, first.cursor);
});

test('C1, C2: rows that become visible late, or share an instant, come once, however the readings fall', async () => {
  const gap = fc.constantFrom(0, 0, 1, 400, 3_000, 9_000, 60_000);
  const arrival = fc.record({ gapMs: gap, lateMs: fc.constantFrom(0, 0, 1, 500, 5_000, 9_900), fee: fc.boolean(), key: fc.nat(999) });
  await fc.assert(fc.asyncProperty(fc.array(arrival, { maxLength: 40 }), fc.array(gap, { minLength: 1, maxLength: 12 }), async (arrivals, pauses) => {
    let atMs = 0;
    const history = arrivals.map(({ gapMs, lateMs, fee, key }, i) => {
      atMs += gapMs;
      const row = fillAt(`${key}-${i}`, atMs);
      return { row: fee ? { ...aFee, id: row.id, date: new Date(startMs + atMs).toISOString().slice(0, 10) } : row, visibleAtMs: atMs + lateMs };
    });
    const seen: string[] = [];
    let cursor = '';
    let nowMs = 0;
    for (const pauseMs of [...pauses, 1_000_000_000]) {
      nowMs += pauseMs;
      const activity = await read(peer(history.filter(({ visibleAtMs }) => visibleAtMs <= nowMs).map(({ row }) => row)), cursor);
      seen.push(...activity.fills.map(({ fillId }) => fillId), ...activity.fees.map(({ feeId }) => feeId));
      cursor = activity.cursor;
    }
    assert.deepEqual(seen.toSorted(), history.map(({ row }) => row.id).toSorted());
  }), { numRuns: 60 });
});

test('a fee booked late for an earlier day is not lost behind newer fills and fees', async () => {
  const day = (date: string, id: string): Row => ({ ...aFee, id, date });
  const known = [fillAt('a', 3 * 86_400_000), day('2026-01-04', 'fee-4')];
  const first = await read(peer(known));
  const second = await read(peer([...known, day('2026-01-03', 'fee-3'), day('2026-01-04', 'fee-4b')]), first.cursor);
  assert.deepEqual(second.fees.map(({ feeId }) => feeId), ['fee-3', 'fee-4b']);
});

test('C3: what cannot be read whole is unclear', async () => {
  const fill = (change: object) => peer([{ ...aFill, ...change }]);
  for (const change of [{ qty: '0' }, { price: '-1' }, { price: '1.001' }, { side: 'sell_short' }, { symbol: 'AAPL' }, { symbol: null }, { order_id: null }, { qty: 0.1 }, { transaction_time: null }]) {
    await unclear(fill(change));
  }
  assert.match(await unclear(peer([{ ...aFee, net_amount: '-1' }])), /two amounts/);
  assert.match(await unclear(peer([{ ...aFee, net_amount: undefined, qty: null }])), /no amount/);
  const page = Array.from({ length: 100 }, (_, i) => fillAt(`row-${i}`, i));
  assert.match(await unclear((url) => (url.includes('CFEE') ? answered(200, []) : answered(200, page))), /does not go on/);
  await unclear((url) => (url.includes('page_token') ? html(502) : url.includes('CFEE') ? answered(200, []) : answered(200, page)));
  await unclear(() => answered(200, [{ ...aFill, activity_type: 'DIV' }]));
  await unclear(() => html(404));
});

test('a cursor that is not ours is unclear, and nothing is asked', async () => {
  for (const cursor of ['x', '{}', '[]', '{"fees":{"seen":[]},"fills":{"fromMs":1e300,"seen":[]}}', '{"fees":{"seen":[7]},"fills":{"seen":[]}}']) {
    const { venue, net } = start(peer([]));
    const result = await venue.activity(cursor, 1_000);
    assert.equal(result.kind, 'unclear', cursor);
    assert.equal(net.requests.length, 0);
  }
});

test('a venue that forgets `after` does not bring old rows again', async () => {
  const rows = [fillAt('old', 0), fillAt('new', 60_000)];
  const { cursor } = await read(peer(rows));
  const forgetful = (url: string) => peer([...rows, fillAt('newer', 61_000)])(url.replace(/&after=[^&]*/, ''));
  assert.deepEqual((await read(forgetful, cursor)).fills.map(({ fillId }) => fillId), ['newer']);
});
