/** A source of prices that is no venue, made from a configuration: no faster than it allows, left to its circuit when it is dead, and used again when it is well. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { MemoryQuotaStore } from '../../src/calls/index.ts';
import { pricesOf } from '../../src/cli/life/bindings.ts';
import { alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import { loadConfig } from '../../src/edges/config/index.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { NetApp, ServedAnswer } from '../../src/ports/index.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { SYMBOL, theatre, VENUE } from '../support/theatre.ts';

const HOST = 'ticker';
const walk = { [SYMBOL]: { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 5 } } as const;
const quotes = `http://${HOST}:80/v1beta3/crypto/us/latest/quotes?symbols={symbol}`;
const adapters = {
  'http-json': { adapter: 'http-json', url: quotes, bid: 'quotes.*.bp', ask: 'quotes.*.ap', time: 'quotes.*.t' },
  'alpaca-data': { adapter: 'alpaca-data', url: `http://${HOST}:80` },
  'alpaca-data-stream': { adapter: 'alpaca-data-stream', url: `ws://${HOST}:80/v1beta3/crypto/us`, keyId: 'demo-key', secret: 'demo-secret' },
} as const;
type Adapter = keyof typeof adapters;

function configured(source: object) {
  const venue = { adapter: 'alpaca', money: 'sim', baseUrl: 'http://127.0.0.1:1', keyId: 'k', secret: 's', instruments: [SYMBOL] };
  const prices = { sources: { ticker: source }, instruments: { [SYMBOL]: [{ source: 'ticker' }] }, resumeAfter: '5s', returnAfter: '20s' };
  const loaded = loadConfig({ file: 'b.json', env: {}, readFile: (path) => (path === 'b.json' ? JSON.stringify({ version: 1, instance: { name: 'demo' }, venues: { alpaca: venue }, limits: {}, prices }) : undefined) });
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.errors.map(({ path, message }) => `${path} ${message}`).join());
  return loaded.config;
}

/** What the ticker answers, when it was asked, and what came of it in the runtime. */
async function stage(adapter: Adapter, more: object = {}) {
  let ill: (() => ServedAnswer) | undefined;
  const askedAtMs: number[] = [];
  const config = configured({ ...adapters[adapter], ...more });
  const world = await theatre({
    bootWithinMs: 60_000,
    prices: ({ net, clock }) => pricesOf(config, { net, clock, random: seededRandom('prices'), owner: 'life', quota: () => new MemoryQuotaStore() }),
    exchange: {},
  });
  const { clock, net } = world;
  const exchange = await createExchange({ clock, seed: 11, price: walk });
  exchange.start();
  const dialect = alpacaDialect({ desk: exchange, clock, ids: seededIds(seededRandom('prices')), marketStream: { connections: 9 } });
  const app: NetApp = {
    request: (request) => {
      askedAtMs.push(clock.monotonicMs());
      return ill === undefined ? dialect.request(request) : Promise.resolve(ill());
    },
    socket: (request, accept) => {
      askedAtMs.push(clock.monotonicMs());
      return ill === undefined && (dialect.socket?.(request, accept) ?? false);
    },
  };
  await clock.until(net.host(HOST).net.serve({ host: HOST, port: 80 }, app));
  const used = (): string | undefined => world.runtime.prices.price(VENUE, SYMBOL, world.runtime.time.nowMs())?.source;
  await clock.runUntil(() => used() === 'ticker', 90_000);
  assert.equal(used(), 'ticker');
  return {
    world, askedAtMs, used,
    falls: (with_: (() => ServedAnswer) | undefined): void => { ill = with_; },
    /** How often it was asked since then, each with the seconds since the last. */
    askedSince: (fromMs: number): number[] => askedAtMs.filter((atMs) => atMs > fromMs),
    circuit: () => world.runtime.breakers.view(world.runtime.time.nowMs()).find(({ name }) => name === 'prices:ticker'),
  };
}

test('each source that is no venue has a circuit in the registry, by its name', async () => {
  for (const adapter of Object.keys(adapters) as Adapter[]) assert.equal((await stage(adapter)).circuit()?.circuit.phase, 'closed');
});

for (const adapter of ['http-json', 'alpaca-data'] as const) {
  test(`a 429 of a source (${adapter}) is obeyed: nothing is asked until its Retry-After is over, and its circuit says why`, async () => {
    const { world, falls, askedSince, circuit, used } = await stage(adapter);
    falls(() => ({ kind: 'answer', status: 429, headers: { 'retry-after': '20' }, body: '' }));
    await world.pass(1_500);
    falls(undefined);
    const fromMs = world.clock.monotonicMs();
    assert.equal(circuit()?.circuit.phase, 'open');
    await world.pass(18_000);
    assert.deepEqual(askedSince(fromMs), []);
    assert.equal(world.facts('breaker.opened').findLast(({ breaker }) => breaker === 'prices:ticker')?.by, 'rate-limit');
    await world.pass(30_000);
    assert.ok(askedSince(fromMs).length > 5);
    assert.deepEqual([circuit()?.circuit.phase, used()], ['closed', 'ticker']);
  });
}

const deaths: readonly (readonly [Adapter, () => ServedAnswer])[] = [
  ['http-json', () => ({ kind: 'answer', status: 503, headers: {}, body: 'no' })], ['http-json', () => ({ kind: 'silence' })], ['alpaca-data', () => ({ kind: 'reset' })],
];
for (const [adapter, death] of deaths) {
  test(`a source that is dead (${adapter}, ${JSON.stringify(death())}) opens its circuit after five failures, is asked by its probes alone, and is used again after the stable time`, async () => {
    const { world, falls, askedSince, circuit, used } = await stage(adapter);
    falls(death);
    const fromMs = world.clock.monotonicMs();
    await world.clock.runUntil(() => circuit()?.circuit.phase === 'open', 60_000);
    await world.pass(50); // until it is durable
    const opened = world.facts('breaker.opened').findLast(({ breaker }) => breaker === 'prices:ticker');
    assert.deepEqual([opened?.rule, askedSince(fromMs).length], ['failures-in-a-row', 5]);
    assert.equal(used(), undefined);
    const openMs = world.clock.monotonicMs();
    await world.pass(120_000);
    const probes = askedSince(openMs);
    assert.ok(probes.length >= 5 && probes.length <= 20, `asked ${probes.length} times in 120 s`);
    assert.ok(probes.slice(4).every((atMs, index) => atMs - (probes[index + 3] ?? 0) > 8_000), `its pauses grow: ${probes.join(' ')}`);
    falls(undefined);
    await world.clock.runUntil(() => circuit()?.circuit.phase === 'closed', 30_000);
    const closedMs = world.clock.monotonicMs();
    await world.clock.runUntil(() => used() === 'ticker', 60_000);
    const tookMs = world.clock.monotonicMs() - closedMs;
    assert.ok(tookMs >= 4_000 && tookMs <= 10_000, `used ${tookMs} ms after it answered, and its stable time is 5 s`);
  });
}

test('a stream that is refused over and over opens its circuit, and is connected again by a probe', async () => {
  const { world, falls, askedSince, circuit, used } = await stage('alpaca-data-stream');
  falls(() => ({ kind: 'reset' }));
  world.net.reset('runtime', HOST);
  await world.clock.runUntil(() => circuit()?.circuit.phase === 'open', 120_000);
  const openMs = world.clock.monotonicMs();
  await world.pass(120_000);
  assert.ok(askedSince(openMs).length <= 14, `asked ${askedSince(openMs).length} times in 120 s`);
  falls(undefined);
  await world.clock.runUntil(() => used() === 'ticker', 90_000);
  assert.deepEqual([circuit()?.circuit.phase, used()], ['closed', 'ticker']);
});

test('a source is asked no more than it allows, and what is held back here opens no circuit', async () => {
  const { world, askedSince, circuit } = await stage('alpaca-data', { perMinute: 75 });
  const fromMs = world.clock.monotonicMs();
  await world.pass(180_000);
  assert.ok(askedSince(fromMs).length <= 3 * 75);
  assert.equal(circuit()?.circuit.phase, 'closed');
});

test('a configuration that would ask more than it allows is refused', () => {
  assert.throws(() => configured({ ...adapters['http-json'], perMinute: 60 }), /perMinute/);
});
