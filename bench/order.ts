/**
 * What Breakwater adds on the way from an intent to the order at the venue, against one bare flush of the same bytes.
 *
 * The real door, runtime, SQLite store and network on loopback; the bot and the venue have a thread each. The same
 * request is also posted past Breakwater, straight to the venue: what that takes, a bot without Breakwater would pay too, and it
 * is taken off. One order at a time, and the next only when everything about the last one is on disk. Done twice: by the one way out to the
 * venue, as it runs, with what is used written to disk before it is used; and past it, so that its price is seen. The venue allows far more
 * than is asked, or the bench would measure its waiting.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { seededRandom } from '../src/base/index.ts';
import { RetryBudget } from '../src/calls/index.ts';
import { publicDoor } from '../src/door/index.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import { fileQuotaStore } from '../src/edges/files/index.ts';
import { realNet } from '../src/edges/net/index.ts';
import { openSqliteStore } from '../src/edges/sqlite/index.ts';
import type { Net, NetApp } from '../src/ports/index.ts';
import { DEFAULT_SETTINGS, Gateway, Runtime } from '../src/runtime/index.ts';
import { alpacaLimits, alpacaVenue } from '../src/venues/index.ts';
import type { Figure } from './figure.ts';
import type { Post } from './order-bot.ts';

const QUIET_TIMEOUT_MS = 120_000;
const WARM = 1_000;
const SAMPLES = 1_000;
const ALLOWED_PER_MINUTE = 1_000_000;
const TOKEN = 'bench-token';
const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };

type Peers = { readonly bot: Worker; readonly venue: Worker };
/** Of one order, in nanoseconds. */
type Sample = { readonly through: number; readonly past: number; readonly flush: number; readonly inside: number };

export async function orderBench(): Promise<Figure[]> {
  return [...await measured('by the gateway', ''), ...await measured('past the gateway', '-past-the-gateway')];
}

async function measured(way: 'by the gateway' | 'past the gateway', suffix: string): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  const [clock, ids] = [realClock(), realIds()];
  const peers: Peers = { bot: new Worker(new URL('./order-bot.ts', import.meta.url)), venue: new Worker(new URL('./order-venue.ts', import.meta.url)) };
  const net = realNet({ clock });
  try {
    const venueUrl = await heard<string>(peers.venue);
    const stamps = { inNs: 0n, outNs: 0n };
    const store = await openSqliteStore({ directory: join(directory, 'data'), clock, ids });
    const out = stampedOut(net, stamps);
    const gateway = way === 'past the gateway' ? undefined : new Gateway(
      { clock, net: out, random: seededRandom('gateway'), retries: new RetryBudget(), owner: 'bench' },
      { name: 'alpaca', limits: alpacaLimits({ tradingPerMinute: ALLOWED_PER_MINUTE, dataPerMinute: ALLOWED_PER_MINUTE }), store: fileQuotaStore(join(directory, 'quota'), 'bench') },
    );
    const venue = alpacaVenue({ name: 'alpaca', net: gateway?.net ?? out, clock, random: seededRandom('venue'), baseUrl: venueUrl, keyId: 'demo-key', secret: 'demo-secret' });
    const binding = { venue, ...(gateway === undefined ? {} : { gateway }), symbols: ['BTC/USD'], submitTimeoutMs: 5_000, cancelTimeoutMs: 5_000, readTimeoutMs: 5_000, resendWithinMs: 60_000, feeLeastPpm: 1_500, feeMostPpm: 2_500, tolerance: {} };
    const fail = (cause: Error): never => { throw cause; };
    const runtime = await Runtime.boot({ clock, ids, random: seededRandom('runtime'), store, bindings: [binding], note: () => {}, onFailure: fail }, {
      ...DEFAULT_SETTINGS, version: '0', node: process.versions.node,
      limits: { maxOrderValue: { default: { text: '25000', asset: 'USD' } }, maxPosition: { 'BTC/USD': '40' }, priceCollarPpm: { default: 500_000 }, priceMaxAgeMs: 30_000,
        maxShort: { default: '40' }, rateMaxAgeMs: 60_000, maxOrderQuantity: { default: '40' }, maxSpreadPpm: { default: 500_000 }, messageRate: { strategy: { most: 1_000, withinMs: 1_000 }, venue: { most: 1_000, withinMs: 1_000 }, system: { most: 1_000, withinMs: 1_000 } },
        none: ['maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'priceDrift', 'risk.maxDailyLoss'],
      },
    });
    const door = publicDoor({
      runtime, clock, ids, sources: [], tokens: [{ name: 'bot', secret: TOKEN, venue: 'alpaca', maxAgeMs: 60_000 }], markets: { alpaca: ['BTC/USD'] }, note: () => {},
    });
    const served = await net.serve({ host: '127.0.0.1', port: 0 }, stampedIn(door, stamps));
    runtime.start();
    const isQuiet = (): boolean => runtime.settled && runtime.turns.durableSeq === runtime.turns.headSeq && runtime.world.ledger.reconciled.has('alpaca') && runtime.prices.price('alpaca', 'BTC/USD', runtime.time.nowMs()) !== undefined;

    const flush = openSync(join(directory, 'bare'), 'a');
    const samples: Sample[] = [];
    let block = Buffer.alloc(0);
    for (let number = 0; number < WARM + SAMPLES; number += 1) {
      await quiet(isQuiet);
      const fromSeq = runtime.turns.headSeq + 1;
      const body = JSON.stringify({ key: `bench-${number}`, side: number % 2 === 0 ? 'buy' : 'sell', instrument: 'BTC/USD', quantity: '0.001' });
      const through = await posted(peers, { url: `${served.url}/api/v1/intents`, headers, body });
      const inside = Number(stamps.outNs - stamps.inNs);
      await quiet(isQuiet);
      const past = await posted(peers, { url: `${venueUrl}/past`, headers, body });
      if (number === 0) block = Buffer.alloc((await runtime.entries(fromSeq, 3)).reduce((bytes, entry) => bytes + entry.header.length + entry.payload.length + 32, 0), 1);
      samples.push({ through, past, inside, flush: flushed(flush, block) });
    }
    closeSync(flush);
    await served.close();
    await runtime.stop('measured');
    await gateway?.close();
    process.stderr.write(`${way}\n`);
    return figuresOf(samples.slice(WARM), block.length, way, suffix);
  } finally {
    await Promise.all([peers.bot.terminate(), peers.venue.terminate()]);
    await net.close();
    await rm(directory, { recursive: true });
  }
}

function figuresOf(samples: readonly Sample[], bytes: number, way: string, suffix: string): Figure[] {
  const quantile = (name: keyof Sample, q: number): number => {
    const sorted = samples.map((sample) => sample[name]).toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  };
  for (const name of ['through', 'past', 'inside', 'flush'] as const) {
    process.stderr.write(`${name.padEnd(8)} p50 ${(quantile(name, 0.5) / 1e3).toFixed(0).padStart(6)} µs, p99 ${(quantile(name, 0.99) / 1e3).toFixed(0).padStart(6)} µs\n`);
  }
  const past = quantile('past', 0.5);
  const flush = `one bare fdatasync of ${bytes} appended bytes`;
  return ([['p50', 0.5, '; goal 3'], ['p99', 0.99, '']] as const).flatMap(([label, q, goal]) => [
    { name: `order.in-to-out-${label}${suffix}`, ratio: rounded(quantile('inside', q) / quantile('flush', q)), against: `${flush}, both at ${label}: from the door's first sight of the intent to the request handed to the network ${way} (lower is better${goal})`, samples: samples.length },
    { name: `order.bot-to-venue-${label}${suffix}`, ratio: rounded((quantile('through', q) - past) / quantile('flush', q)), against: `${flush}, both at ${label}: from the bot's post to the order at the venue, less what a post straight to the venue takes; so it holds one more passage of a network and two HTTP stacks (lower is better)`, samples: samples.length },
  ]);
}

const rounded = (ratio: number): number => Math.round(ratio * 1_000) / 1_000;

function flushed(file: number, block: Buffer): number {
  const fromNs = process.hrtime.bigint();
  writeSync(file, block);
  fdatasyncSync(file);
  return Number(process.hrtime.bigint() - fromNs);
}

/** How long it takes from the bot to the venue. */
async function posted({ bot, venue }: Peers, post: Post): Promise<number> {
  const told = Promise.all([heard<bigint>(bot), heard<bigint>(venue)]);
  bot.postMessage(post);
  const [leftNs, arrivedNs] = await told;
  return Number(arrivedNs - leftNs);
}

const heard = <T>(peer: Worker): Promise<T> => new Promise((resolve, reject) => {
  const fail = (thrown: Error): void => reject(thrown);
  peer.once('error', fail);
  peer.once('message', (message: T) => {
    peer.off('error', fail);
    resolve(message);
  });
});

/** A moment after nothing is to be done any more. */
async function quiet(isQuiet: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + QUIET_TIMEOUT_MS;
  for (let calm = 0; calm < 2; calm = isQuiet() ? calm + 1 : 0) {
    if (performance.now() > deadlineMs) throw new Error(`The runtime does not come to rest within ${QUIET_TIMEOUT_MS} ms.`);
    await new Promise((resolve) => void setTimeout(resolve, 2));
  }
}

const stampedIn = (app: NetApp, stamps: { inNs: bigint }): NetApp => ({
  request: (request) => {
    stamps.inNs = process.hrtime.bigint();
    return app.request(request);
  },
});

const stampedOut = (net: Net, stamps: { outNs: bigint }): Net => ({
  ...net,
  request: (request, timeoutMs) => {
    if (request.method === 'POST' && request.url.endsWith('/v2/orders')) stamps.outNs = process.hrtime.bigint();
    return net.request(request, timeoutMs);
  },
});
