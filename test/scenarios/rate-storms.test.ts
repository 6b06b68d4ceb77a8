/**
 * Two processes on one data folder ask a venue for ten times what it allows, for minutes. They are killed and started again, somebody else uses the
 * same key, and the venue has storms in which it refuses. It bans whoever is refused too often, as real venues do.
 *
 * A cancel has *left* when the first request for it begins its way to the venue, whatever the venue says to it; its time runs from the moment at
 * which somebody wants it. What the venue refuses is wanted again, as whoever has to have it cancelled does. No cancel is left out of the count but
 * one whose process was killed before it left.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import type { Random } from '../../src/base/index.ts';
import { RetryBudget } from '../../src/calls/index.ts';
import { alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { Clock, HttpRequest, Lane, NetApp } from '../../src/ports/index.ts';
import { Gateway } from '../../src/runtime/index.ts';
import { createMemoryNet, seededIds, SimProcess, VirtualClock } from '../../src/sim/index.ts';
import { QuotaPlace } from '../../src/sim/quota.ts';
import { alpacaLimits } from '../../src/venues/index.ts';
import { routed } from '../kit/core.ts';
import { SYMBOL, theatre, VENUE } from '../support/theatre.ts';

const PER_MINUTE = 200; // documented
const REFUSED_MOST = 30; // answers of 429 in a minute; whoever gets more is banned
const BAN_S = 300;
const LEAVES_WITHIN_MS = 1_000;
const LIFE_MS = 15_000; // of a whole runtime, twice in each run
const MINUTES = 3;
const EVERY_MS = 500;
const KEYS = { 'apca-api-key-id': 'demo-key', 'apca-api-secret-key': 'demo-secret' };

type Asked = readonly [method: HttpRequest['method'], path: string, lane: Lane];
const usual = [['POST', '/v2/orders', 'new-risk'], ['POST', '/v2/orders', 'new-risk'], ['GET', '/v2/account', 'reconcile'], ['GET', '/v2/clock', 'market-data']] as const satisfies readonly Asked[];

/** Refuses in storms, whatever is asked but a cancel; and bans. */
class Strict implements NetApp {
  readonly #inner: NetApp;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #refusedAtMs: number[] = [];
  #bannedUntilMs = 0;
  stormUntilMs = 0;
  refused = 0;
  readonly cancelsRefusedAtMs: number[] = [];
  bans = 0;

  constructor(inner: NetApp, clock: Clock, random: Random) {
    [this.#inner, this.#clock, this.#random] = [inner, clock, random];
  }

  socket(...args: Parameters<NonNullable<NetApp['socket']>>): boolean {
    return this.#inner.socket?.(...args) ?? false;
  }

  async request(request: Parameters<NetApp['request']>[0]): ReturnType<NetApp['request']> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#bannedUntilMs) return { kind: 'answer', status: 418, headers: { 'retry-after': String(BAN_S) }, body: '' };
    const isStorm = nowMs < this.stormUntilMs && request.method !== 'DELETE';
    const headers: Record<string, string> = this.#random.chance(0.5) ? { 'retry-after': String(1 + this.#random.below(20)) } : {};
    const answer = isStorm ? { kind: 'answer' as const, status: 429, headers, body: '{"message":"too many requests."}' } : await this.#inner.request(request);
    if (answer.kind !== 'answer' || answer.status !== 429 || request.peer === 'stranger') return answer; // what he does is not ours
    this.refused += 1;
    if (request.method === 'DELETE') this.cancelsRefusedAtMs.push(nowMs);
    this.#refusedAtMs.push(nowMs);
    while ((this.#refusedAtMs[0] ?? nowMs) < nowMs - 60_000) this.#refusedAtMs.shift();
    if (this.#refusedAtMs.length <= REFUSED_MOST) return answer;
    this.bans += 1;
    this.#bannedUntilMs = nowMs + BAN_S * 1_000;
    return answer;
  }
}

/** The venue, and whoever is born to ask it: each with a gateway over one folder. A cancel that does not leave or is refused is asked for again. */
async function venueAndFolder(seed: number, random: Random) {
  const clock = new VirtualClock({ settle, startWallMs: Date.UTC(2026, 0, 1) + random.below(60_000) });
  const net = createMemoryNet({ clock, random: random.fork('net'), latencyMs: { min: 5, max: 5 + random.below(300) } });
  const exchange = await createExchange({ clock, seed, price: {} });
  const venue = new Strict(alpacaDialect({ desk: exchange, clock, ids: seededIds(random.fork('ids')), rateLimitPerMinute: PER_MINUTE }), clock, random.fork('venue'));
  const { url } = await net.host('venue').net.serve({ host: 'venue', port: 80 }, venue);
  const quota = new QuotaPlace();
  const cancelsMs: { readonly askedAtMs: number; readonly waitedMs: number }[] = [];
  const asked = new Map<string, number>();
  let [lives, cancels] = [0, 0];
  net.onRequest(({ request }) => {
    const sinceMs = request.method === 'DELETE' ? asked.get(request.url) : undefined;
    if (sinceMs !== undefined) cancelsMs.push({ askedAtMs: sinceMs, waitedMs: clock.monotonicMs() - sinceMs });
    asked.delete(request.url);
    return undefined;
  });
  const born = (name: string) => {
    const process = new SimProcess({ name, clock, net });
    const gateway = new Gateway(
      { clock: process.clock, net: process.net, random: random.fork(`life ${lives += 1}`), retries: new RetryBudget(), owner: `life ${lives}` },
      { name: 'alpaca', limits: alpacaLimits(), store: quota.open(process, { timer: (delayMs, run) => clock.timer(delayMs, run), delayMs: () => random.below(20) }) },
    );
    const ask = ([method, path, lane]: Asked): void => void gateway.net.request({ method, url: url + path, headers: KEYS, passage: { lane, limit: 'trading' } }, 5_000).then((outcome) => {
      if (lane !== 'cancel') return;
      if (outcome.kind === 'not-sent') process.clock.timer(outcome.retryAfterMs ?? 1_000, () => ask([method, path, lane]));
      else if (outcome.kind === 'answered' && outcome.status === 429) process.clock.timer(1_000, () => ask([method, path, lane]));
    });
    return { process, ask };
  };
  const wantCancel = ({ process, ask }: ReturnType<typeof born>): void => {
    const path = `/v2/orders/${process.name}-${cancels += 1}`;
    asked.set(url + path, clock.monotonicMs());
    ask(['DELETE', path, 'cancel']);
  };
  /** A stranger with the same key. */
  const strange = (): void => void net.host('stranger').net.request({ method: 'GET', url: `${url}/v2/clock`, headers: KEYS }, 5_000);
  return { clock, venue, asked, cancelsMs, born, wantCancel, strange, get cancels() { return cancels; } };
}

async function storm(seed: number) {
  const random = seededRandom(seed);
  const world = await venueAndFolder(seed, random);
  const { clock, venue, asked, cancelsMs, born, wantCancel, strange } = world;
  const [stormy, shared] = [random.chance(0.6), random.chance(0.3)];
  let deaths = 0;
  const first = born('one');
  const pair = [first, born('two')];
  const perRound = (PER_MINUTE * 10 * EVERY_MS) / 60_000 / pair.length;
  for (let atMs = 0; atMs < MINUTES * 60_000; atMs += EVERY_MS) {
    for (const [at, { process, ask }] of pair.entries()) {
      for (let i = 0; i < perRound; i += 1) ask(random.pick(usual));
      if (!random.chance(0.004)) continue;
      process.kill();
      deaths += 1;
      for (const path of asked.keys()) if (path.includes(`/${process.name}-`)) asked.delete(path);
      pair[at] = born(process.name);
    }
    if (random.chance(0.1)) {
      wantCancel(pair[random.below(2)] ?? first);
    }
    if (shared && random.chance(0.2)) for (let i = random.below(6); i > 0; i -= 1) strange();
    if (stormy && atMs >= venue.stormUntilMs && random.chance(0.02)) venue.stormUntilMs = atMs + 2_000 + random.below(30_000);
    await clock.runFor(EVERY_MS);
  }
  await clock.runFor(80_000);
  return { venue, cancels: world.cancels, cancelsMs, deaths, stuck: asked.size };
}

const COUNT = process.env['BREAKWATER_SEEDS'];
const HARD = [1, 2, 26, 51, 63, 192]; // in the last four the stranger makes the venue refuse the most cancels, of the first two hundred
const SEEDS = COUNT === undefined ? HARD : Array.from({ length: Number(COUNT) }, (_, at) => at + 1);

test(`at ten times the documented limit, with kills and storms of 429, two processes on one folder are never banned, and every cancel leaves within a second (${SEEDS.length} seeds)`, async (t) => {
  const sums = { refused: 0, cancelsRefused: 0, cancels: 0, deaths: 0, mostMs: 0 };
  const failures: string[] = [];
  for (const seed of SEEDS) {
    const { venue, cancels, cancelsMs, deaths, stuck } = await storm(seed);
    const tooLate = cancelsMs.filter(({ waitedMs }) => waitedMs > LEAVES_WITHIN_MS).map(({ waitedMs }) => waitedMs);
    if (venue.bans > 0 || tooLate.length > 0 || stuck > 0) failures.push(`seed ${seed}: ${venue.bans} bans, ${venue.refused} answers of 429 (${venue.cancelsRefusedAtMs.length} to cancels), cancels left after ${tooLate.join(', ')} ms, ${stuck} of ${cancels} never`);
    sums.refused += venue.refused;
    sums.cancelsRefused += venue.cancelsRefusedAtMs.length;
    sums.cancels += cancels;
    sums.deaths += deaths;
    sums.mostMs = Math.max(sums.mostMs, ...cancelsMs.map(({ waitedMs }) => waitedMs));
  }
  t.diagnostic(JSON.stringify(sums));
  assert.deepEqual(failures, []);
  assert.ok(sums.refused > SEEDS.length && sums.cancelsRefused > SEEDS.length / 2 && sums.deaths > 0 && sums.cancels > SEEDS.length * 10, JSON.stringify(sums));
});

test('a hundred cancels that are wanted at once, by two processes at a venue where a stranger uses up everything for minutes, earn no ban, and all leave in the end', async (t) => {
  const sums = { cancelsRefused: 0, mostInAMinute: 0 };
  for (let seed = 1; seed <= 5; seed += 1) {
    const random = seededRandom(seed);
    const world = await venueAndFolder(seed, random);
    const { clock, venue, asked, born, wantCancel, strange } = world;
    const pair = [born('one'), born('two')];
    for (let i = 0; i < 2 * PER_MINUTE; i += 1) strange();
    await clock.runFor(random.below(2_000));
    for (let i = 0; i < 100; i += 1) wantCancel(pair[i % 2]!);
    for (let atMs = 0; atMs < 2 * 60_000; atMs += EVERY_MS) {
      for (let i = 0; i < 2; i += 1) strange();
      await clock.runFor(EVERY_MS);
    }
    await clock.runFor(3 * 60_000);
    assert.deepEqual([venue.bans, asked.size], [0, 0], `seed ${seed}: ${venue.cancelsRefusedAtMs.length} cancels were refused`);
    sums.cancelsRefused += venue.cancelsRefusedAtMs.length;
    for (const ms of venue.cancelsRefusedAtMs) sums.mostInAMinute = Math.max(sums.mostInAMinute, venue.cancelsRefusedAtMs.filter((other) => other <= ms && other > ms - 60_000).length);
  }
  t.diagnostic(JSON.stringify(sums));
  assert.ok(sums.mostInAMinute > 10, JSON.stringify(sums));
});

/** One runtime is wished ten times what its venue allows, by two lives of it, while a stranger with its key takes what he can get. */
async function runtimeStorm(seed: number) {
  const random = seededRandom(seed);
  let strict: Strict | undefined;
  const t = await theatre({
    perMinute: PER_MINUTE, allowsPerMinute: PER_MINUTE, bootWithinMs: 150_000, latencyMs: { min: 2, max: 2 + random.below(100) },
    before: (venue, clock) => (strict = new Strict(venue, clock, random.fork('venue'))),
  });
  const venue = strict as Strict | undefined;
  assert.ok(venue !== undefined);
  const nowMs = (): number => t.clock.monotonicMs();
  const cancels = new Map<string, number>(); // when each was asked for, by the venue's id of the order
  const [stepMs, strangerPerStep, stranger] = [250, random.below(4), t.net.host('stranger').net];
  const perStep = (10 * PER_MINUTE * stepMs) / 60_000;
  let wished = 0;
  const storms = async (lastsMs: number): Promise<void> => {
    const endMs = nowMs() + lastsMs;
    while (nowMs() < endMs) {
      for (let i = 0; i < perStep; i += 1) {
        const key = `wish ${wished += 1}`;
        const signal = routed({ key, quantityText: '0.0002', limitPriceText: '59000' });
        t.runtime.submit({ kind: 'signal', routed: { ...signal, venue: VENUE, symbol: SYMBOL } }, { actor: 'signal:tester', correlationId: key }, 'new-risk').catch(() => undefined);
      }
      for (let i = random.below(2 * strangerPerStep + 1); i > 0; i -= 1) void stranger.request({ method: 'GET', url: 'http://exchange:80/v2/clock', headers: { 'apca-api-key-id': 'our-key', 'apca-api-secret-key': 'our-secret' } }, 5_000);
      const order = [...t.runtime.world.orders.live.values()].find(({ phase, cancelSeq }) => phase === 'working' && cancelSeq === 0);
      if (order !== undefined && random.chance(0.15)) {
        cancels.set(order.venueOrderIds.at(-1) ?? '', nowMs());
        t.runtime.submit({ kind: 'cancel', orderId: order.id, by: 'sam', reason: 'test' }, { actor: 'operator:sam', correlationId: 'by hand' }).catch(() => undefined);
      }
      if (nowMs() >= venue.stormUntilMs && random.chance(0.03)) venue.stormUntilMs = nowMs() + 2_000 + random.below(10_000);
      await t.pass(stepMs);
    }
  };
  await storms(LIFE_MS);
  const beforeTheKill = cancels.size;
  t.kill(); // with cancels asked for and perhaps not on the disk: of those nothing is promised
  const killedAtMs = nowMs();
  const left = (id: string, sinceMs: number): number | undefined => t.requests.find(({ method, path, atMs }) => method === 'DELETE' && path === `/v2/orders/${id}` && atMs >= sinceMs)?.atMs;
  for (const [id, atMs] of cancels) if (atMs > killedAtMs - LEAVES_WITHIN_MS && left(id, atMs) === undefined) cancels.delete(id);
  await t.boot();
  await storms(LIFE_MS);
  await t.pass(LEAVES_WITHIN_MS);
  const waitsMs = [...cancels].map(([id, atMs]) => (left(id, atMs) ?? Number.POSITIVE_INFINITY) - atMs);
  return { venue, waitsMs, beforeTheKill, wished, orders: t.requests.filter(({ method }) => method === 'POST').length };
}

const RUNTIME_SEEDS = Math.min(50, Number(COUNT ?? 4));

test(`a whole runtime that is wished ten times what its venue allows, beside a stranger with its key, in storms of 429 and over a SIGKILL, is never banned, and every cancel leaves within a second (${RUNTIME_SEEDS} seeds)`, async (t) => {
  const sums = { refused: 0, cancelsRefused: 0, cancels: 0, beforeTheKill: 0, orders: 0, wished: 0, mostMs: 0 };
  const failures: string[] = [];
  for (let seed = 1; seed <= RUNTIME_SEEDS; seed += 1) {
    const { venue, waitsMs, beforeTheKill, wished, orders } = await runtimeStorm(seed);
    const tooLate = waitsMs.filter((ms) => ms > LEAVES_WITHIN_MS);
    if (venue.bans > 0 || tooLate.length > 0) failures.push(`seed ${seed}: ${venue.bans} bans, cancels left after ${tooLate.join(', ')} ms`);
    sums.refused += venue.refused;
    sums.cancelsRefused += venue.cancelsRefusedAtMs.length;
    sums.cancels += waitsMs.length;
    sums.beforeTheKill += beforeTheKill;
    sums.orders += orders;
    sums.wished += wished;
    sums.mostMs = Math.max(sums.mostMs, ...waitsMs);
  }
  t.diagnostic(JSON.stringify(sums));
  assert.deepEqual(failures, []);
  assert.ok(sums.refused > RUNTIME_SEEDS && sums.cancelsRefused > RUNTIME_SEEDS && sums.beforeTheKill > RUNTIME_SEEDS * 2 && sums.cancels > sums.beforeTheKill && sums.orders > RUNTIME_SEEDS * 50 && sums.wished > RUNTIME_SEEDS * 900, JSON.stringify(sums));
});
