/** Our half of Alpaca's protocol on real sockets, as a runtime has them: straight, through a proxy that does no harm, and through one that does. */
import assert from 'node:assert/strict';
import { test as untimed } from 'node:test';
import type { TestContext } from 'node:test';
import { parseUnits, seededRandom } from '../../src/base/index.ts';
import { realClock } from '../../src/edges/clock/index.ts';
import { LIVING_PEERS_SPEAK_WITHIN_MS, realNet } from '../../src/edges/net/index.ts';
import type { SubmitResult, Venue, VenueEvent } from '../../src/ports/index.ts';
import { alpacaVenue } from '../../src/venues/index.ts';
import { faultProxy, harmless } from '../proxy/index.ts';
import type { Direction, FaultProxy, Toxic } from '../proxy/index.ts';
import { Heard, keys, serveExchange } from '../support/served-exchange.ts';

const test = (title: string, body: (t: TestContext) => Promise<void>): void => void untimed(title, { timeout: 30_000 }, body);
const clock = realClock();
const symbol = 'BTC/USD';
const patienceMs = 5_000;

type Scene = { readonly venue: Venue; readonly proxy: FaultProxy; readonly buy: (price: string, name: string) => Promise<SubmitResult>; readonly atVenue: (name: string) => number };

async function scene(t: TestContext): Promise<Scene> {
  const { exchange, url, close } = await serveExchange();
  const proxy = await faultProxy({ upstream: { host: '127.0.0.1', port: Number(new URL(url).port) } });
  const net = realNet({ clock, silentMs: LIVING_PEERS_SPEAK_WITHIN_MS });
  t.after(async () => {
    await net.close();
    await proxy.close();
    await close();
  });
  const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom('real'), baseUrl: `http://127.0.0.1:${proxy.port}`, ...keys });
  const read = await venue.instruments([symbol]);
  assert(read.kind === 'read');
  const [instrument] = read.value;
  assert(instrument !== undefined);
  const buy = (price: string, clientOrderId: string): Promise<SubmitResult> => venue.submit({
    instrument, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: parseUnits('0.01', instrument.quantityScale), limitPriceUnits: parseUnits(price, instrument.priceScale), clientOrderId,
  }, patienceMs);
  const atVenue = (name: string): number => exchange.oracle.orders().filter(({ clientOrderId }) => clientOrderId === name).length;
  return { venue, proxy, buy, atVenue };
}

for (const [way, prepare] of [['straight', () => {}], ['in small pieces and a little late', harmless]] as const) {
  test(`${way}: an order rests, is found, listed, told by the stream, cancelled and paid for`, async (t) => {
    const { venue, proxy, buy, atVenue } = await scene(t);
    prepare(proxy);
    const told = new Heard<VenueEvent>();
    t.after(venue.stream((event) => told.add(event)));
    await told.first(({ kind }) => kind === 'connected');
    const accepted = await buy('40000', 'rests');
    assert(accepted.kind === 'accepted');
    assert.equal(atVenue('rests'), 1);
    const found = await venue.findByClientOrderId('rests', patienceMs);
    assert(found.kind === 'found');
    const open = await venue.openOrders(patienceMs);
    assert(open.kind === 'read');
    assert.deepEqual(open.value.map(({ clientOrderId }) => clientOrderId), ['rests']);
    await told.first((event) => event.kind === 'order' && event.report.clientOrderId === 'rests' && event.report.state === 'working');
    await venue.cancel(accepted.report, patienceMs);
    await told.first((event) => event.kind === 'order' && event.report.clientOrderId === 'rests' && event.report.state === 'cancelled');
    assert.equal((await buy('51000', 'fills')).kind, 'accepted');
    await told.first((event) => event.kind === 'order' && event.report.clientOrderId === 'fills' && event.report.state === 'filled');
    const activity = await venue.activity('', patienceMs);
    assert(activity.kind === 'read');
    assert.ok(activity.value.fills.length >= 1);
  });
}

const harms: readonly (readonly [string, Direction, Toxic, there: number])[] = [
  ['the request is reset', 'upstream', { type: 'reset_peer', afterBytes: 40 }, 0],
  ['the answer is reset', 'downstream', { type: 'reset_peer', afterBytes: 0 }, 1],
  ['the answer is cut in its body', 'downstream', { type: 'limit_data', bytes: 300 }, 1],
  ['the answer is swallowed', 'downstream', { type: 'timeout', timeoutMs: 0 }, 1],
  ['the request is stalled', 'upstream', { type: 'bandwidth', bytesPerSecond: 0 }, 0],
];
test('whatever becomes of the connection, what is said of an order is true, it is there once at most, and it is found afterwards', async (t) => {
  const { venue, proxy, buy, atVenue } = await scene(t);
  for (const [what, direction, toxic, there] of harms) {
    proxy.add(direction, toxic);
    const beganMs = clock.monotonicMs();
    const result = await buy('40000', what.replaceAll(' ', '-'));
    assert.equal(result.kind, 'unknown', `${what}: ${JSON.stringify(result, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
    assert.ok(clock.monotonicMs() - beganMs < patienceMs, 'known before the deadline');
    proxy.cut('reset'); // otherwise what it holds back would arrive after all
    await proxy.reset();
    const name = what.replaceAll(' ', '-');
    assert.equal(atVenue(name), there, what);
    assert.equal((await venue.findByClientOrderId(name, patienceMs)).kind, there === 1 ? 'found' : 'absent', what);
  }
});

test('a stream that is stalled is told as lost within 3 s, and comes back when the network does', async (t) => {
  const { venue, proxy, buy } = await scene(t);
  const told = new Heard<VenueEvent>();
  t.after(venue.stream((event) => told.add(event)));
  await told.first(({ kind }) => kind === 'connected');
  proxy.add('downstream', { type: 'timeout', timeoutMs: 0 });
  const beganMs = clock.monotonicMs();
  const lost = await told.first(({ kind }) => kind === 'disconnected');
  assert.ok(clock.monotonicMs() - beganMs <= 3_000, `${clock.monotonicMs() - beganMs} ms`);
  assert.match(lost.kind === 'disconnected' ? lost.why : '', /no sign of life/);
  await proxy.reset();
  await told.first((event) => event.kind === 'connected' && told.all.indexOf(event) > told.all.indexOf(lost));
  await buy('40000', 'after');
  await told.first((event) => event.kind === 'order' && event.report.clientOrderId === 'after');
});
