import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import { toldByHeaders } from '../core/calls/index.ts';
import type { Cost, Told } from '../core/calls/index.ts';
import { settle } from '../edges/clock/index.ts';
import type { QuotaStore } from '../ports/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { AbortedError, QuotaStoreError, RateBannedError, RateLimitedError, TimeoutError } from './errors.ts';
import { MemoryQuotaStore } from './memory-quota-store.ts';
import { RateBudget } from './rate-budget.ts';
import type { RateBudgetOptions } from './rate-budget.ts';
import { TimerWheel } from './wheel.ts';

const MINUTE = 60_000;
type Departure = { readonly atMs: number; readonly cost: Cost; readonly urgent: boolean };

/** One life of a process: a clock with an origin of its own, and nothing that goes on once it is dead. */
class Life {
  readonly budget: RateBudget;
  readonly #wheel: TimerWheel;
  #dead = false;

  constructor(clock: VirtualClock, owner: string, originMs: number, options: Partial<RateBudgetOptions>, departures: Departure[]) {
    const own = { monotonicMs: () => clock.monotonicMs() + originMs, timer: (delayMs: number, run: () => void) => clock.timer(delayMs, () => { if (!this.#dead) run(); }) };
    this.#wheel = new TimerWheel(own);
    const store = options.store ?? new MemoryQuotaStore();
    const mortal: QuotaStore = { read: () => this.#while(store.read()), replace: (version, text) => this.#while(store.replace(version, text)) };
    this.budget = new RateBudget({ clock: own, wheel: this.#wheel, owner }, { name: 'venue', windows: [{ name: 'minute', limit: 100, perMs: MINUTE }], ...options, store: mortal });
    this.ask = (lane, cost = 1, more = {}) => {
      const call = this.budget.call(() => {
        if (this.#dead) return new Promise<never>(() => {});
        departures.push({ atMs: clock.monotonicMs(), cost, urgent: lane === 'cancel' });
        return Promise.resolve();
      }, { lane, cost, ...more, ...(more.inMs === undefined ? {} : { deadlineMs: own.monotonicMs() + more.inMs }) });
      call.catch(() => undefined);
      return call;
    };
  }

  readonly ask: (lane: string, cost?: Cost, more?: { readonly inMs?: number; readonly signal?: AbortSignal }) => Promise<void>;

  die(): void {
    this.#dead = true;
  }

  get idle(): boolean {
    return this.#wheel.idle;
  }

  #while<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => void promise.then((value) => { if (!this.#dead) resolve(value); }, (thrown: Error) => { if (!this.#dead) reject(thrown); }));
  }
}

const setting = (options: Partial<RateBudgetOptions> = {}) => {
  const clock = new VirtualClock({ settle });
  const departures: Departure[] = [];
  let lives = 0;
  const begin = (more: Partial<RateBudgetOptions> = {}): Life => new Life(clock, `life ${lives += 1}`, lives * 7_777, { ...options, ...more }, departures);
  return { clock, departures, begin };
};

test('what is not urgent leaves up to the limit less the reserve; cancels still leave then, and the rest when its time has come', async () => {
  const { clock, departures, begin } = setting();
  const life = begin();
  for (let i = 0; i < 100; i += 1) void life.ask('new-risk');
  await clock.runFor(1_000);
  assert.equal(departures.length, 80);
  for (let i = 0; i < 25; i += 1) void life.ask('cancel');
  await clock.runFor(1_000);
  assert.equal(departures.filter(({ urgent }) => urgent).length, 20);
  await clock.runFor(MINUTE);
  assert.equal(departures.length, 125);
  assert.ok(life.idle, 'nothing is left waiting for time');
});

test('in a lane, first come, first served; a more urgent lane goes before; a costly one is not overtaken', async () => {
  const { clock, begin } = setting();
  const life = begin();
  const order: string[] = [];
  const ask = (name: string, lane: string, cost: number): void => void life.ask(lane, cost).then(() => order.push(name));
  ask('fills it', 'new-risk', 80);
  await clock.runFor(100);
  ask('prices', 'market-data', 1);
  ask('a', 'new-risk', 70);
  ask('b', 'new-risk', 1);
  ask('look', 'reconcile', 1);
  await clock.runFor(2 * MINUTE);
  assert.deepEqual(order, ['fills it', 'look', 'a', 'b', 'prices']);
});

test('every window counts what a call costs in its own unit', async () => {
  const { clock, departures, begin } = setting({ windows: [{ name: 'weight', unit: 'weight', limit: 1_000, perMs: MINUTE }, { name: 'orders', unit: 'orders', limit: 10, perMs: 10_000 }], reservePercent: 20 });
  const life = begin();
  for (let i = 0; i < 20; i += 1) void life.ask('new-risk', { weight: 1, orders: 1 });
  for (let i = 0; i < 20; i += 1) void life.ask('new-risk', { weight: 5 });
  await clock.runFor(1_000);
  assert.equal(departures.length, 8, 'the lane is in order: what costs no order waits behind what does');
  await clock.runFor(30_000);
  assert.equal(departures.length, 40);
  assert.throws(() => life.ask('new-risk', { wieght: 1 }), /No window counts "wieght"/);
  assert.throws(() => life.ask('new-risk', { orders: 9 }), /can never leave/);
  assert.throws(() => life.ask('cancle'), /no lane "cancle"/);
});

test('a restart counts all that was leased as used, for a whole window', async () => {
  const { clock, departures, begin } = setting({ store: new MemoryQuotaStore() });
  const first = begin();
  for (let i = 0; i < 80; i += 1) void first.ask('new-risk');
  await clock.runFor(500);
  first.die();
  const second = begin();
  for (let i = 0; i < 80; i += 1) void second.ask('new-risk');
  await clock.runFor(MINUTE - 1_000);
  assert.equal(departures.length, 80);
  await clock.runFor(10_000);
  assert.equal(departures.length, 160);
});

test('nothing leaves before its lease is durable: a life that dies while writing has sent nothing that is not counted', async () => {
  let answer: (durable: boolean) => void = () => {};
  const { clock, departures, begin } = setting({ store: { read: () => Promise.resolve(undefined), replace: () => new Promise((resolve) => { answer = resolve; }) } });
  const life = begin();
  void life.ask('new-risk');
  await clock.runFor(200);
  assert.equal(departures.length, 0);
  answer(true);
  await clock.runFor(10);
  assert.equal(departures.length, 1);
});

test('a lease that is given back is there for the others at once', async () => {
  const { clock, departures, begin } = setting({ store: new MemoryQuotaStore() });
  const first = begin();
  void first.ask('new-risk', 40);
  await clock.runFor(10);
  await first.budget.close();
  await assert.rejects(first.ask('new-risk'), RateLimitedError);
  const second = begin();
  for (let i = 0; i < 40; i += 1) void second.ask('new-risk');
  await clock.runFor(1_000);
  assert.equal(departures.length, 41);
});

test('under 429 only cancels leave until the time that was told; who cannot wait so long is told at once', async () => {
  const { clock, departures, begin } = setting();
  const life = begin();
  life.budget.told({ limited: { afterMs: 10_000 } });
  void life.ask('new-risk');
  await clock.runFor(100);
  void life.ask('cancel');
  await assert.rejects(life.ask('new-risk', 1, { inMs: 5_000 }), (thrown) => thrown instanceof RateLimitedError && thrown.happened === 'not-begun' && Math.round(thrown.retryAfterMs ?? 0) === 9_900);
  await clock.runFor(9_000);
  assert.deepEqual(departures.map(({ urgent }) => urgent), [true]);
  await clock.runFor(2_000);
  assert.deepEqual(departures.map(({ urgent }) => urgent), [true, false]);
});

test('under a ban nothing leaves until its end, in the next life neither; who waits is told', async () => {
  const { clock, departures, begin } = setting({ store: new MemoryQuotaStore() });
  const life = begin();
  for (let i = 0; i < 81; i += 1) void life.ask('new-risk');
  await clock.runFor(1_000);
  const waits = life.ask('new-risk');
  life.budget.told({ banned: { afterMs: 200_000 } });
  await assert.rejects(waits, (thrown) => thrown instanceof RateBannedError && thrown.happened === 'not-begun' && thrown.retryAfterMs === 200_000);
  await clock.runFor(1_000);
  life.die();
  const next = begin();
  void next.ask('cancel');
  await clock.runFor(150_000);
  await assert.rejects(next.ask('cancel'), RateBannedError);
  assert.equal(departures.length, 80);
  await clock.runFor(60_000);
  await next.ask('cancel');
});

test('a ban does not begin anew with each life: what is left of it is written while calls are refused', async () => {
  const { clock, departures, begin } = setting({ store: new MemoryQuotaStore() });
  const first = begin();
  first.budget.told({ banned: { afterMs: 600_000 } });
  for (let minute = 1; minute < 9; minute += 1) {
    await clock.runFor(MINUTE);
    await assert.rejects(first.ask('cancel'), RateBannedError);
  }
  await clock.runFor(1_000);
  first.die();
  const second = begin();
  void second.ask('cancel');
  await clock.runFor(118_000);
  assert.equal(departures.length, 0);
  await clock.runFor(2_000);
  await second.ask('cancel');
});

test('what the venue says takes away, and never gives: others who use the same key are counted until the window is over', async () => {
  const { clock, departures, begin } = setting();
  const life = begin();
  void life.ask('new-risk');
  await clock.runFor(10);
  life.budget.told({ windows: { minute: { remaining: 30 } } }); // 70 used, 1 of them by us
  life.budget.told({ windows: { minute: { remaining: 99, limit: 1_000 } } });
  for (let i = 0; i < 80; i += 1) void life.ask('new-risk');
  await clock.runFor(1_000);
  assert.equal(departures.length, 1 + 10, 'limit 100, reserve 20, 69 used by others');
  for (let i = 0; i < 30; i += 1) void life.ask('cancel');
  await clock.runFor(5_000);
  assert.equal(departures.filter(({ urgent }) => urgent).length, 20, 'the reserve is not touched');
  await clock.runFor(2 * MINUTE);
  assert.equal(departures.length, 111);
});

test('a limit that the venue has lowered holds at once, for what was leased before too', async () => {
  const { clock, departures, begin } = setting();
  const life = begin();
  void life.ask('new-risk');
  await clock.runFor(10);
  life.budget.told({ windows: { minute: { limit: 24, used: 1 } } });
  for (let i = 0; i < 10; i += 1) void life.ask('new-risk');
  await clock.runFor(1_000);
  assert.equal(departures.length, 4);
});

test('the outcome of a call tells of the limits by itself', async () => {
  const observe = (outcome: { readonly value: unknown } | { readonly thrown: unknown }): Told | undefined => ('thrown' in outcome ? { limited: { afterMs: 5_000 } } : undefined);
  const { clock, begin } = setting({ observe });
  const life = begin();
  await assert.rejects(clock.until(life.budget.call(() => Promise.reject(new Error('429')))), /429/);
  assert.equal(life.budget.metrics().limitedForMs, 5_000);
});

test('who waits past the deadline or gives up was not begun, and leaves nothing behind', async () => {
  const { clock, departures, begin } = setting();
  const life = begin();
  for (let i = 0; i < 80; i += 1) void life.ask('new-risk');
  await clock.runFor(100);
  const late = assert.rejects(life.ask('new-risk', 1, { inMs: 200 }), (thrown) => thrown instanceof RateLimitedError && (thrown.retryAfterMs ?? 0) > 0);
  const caller = new AbortController();
  const given = assert.rejects(life.ask('new-risk', 1, { signal: caller.signal }), (thrown) => thrown instanceof AbortedError && thrown.happened === 'not-begun');
  caller.abort();
  await clock.runFor(300);
  await late;
  await given;
  await assert.rejects(life.ask('new-risk', 1, { inMs: -1 }), TimeoutError);
  assert.equal(life.budget.metrics().lanes['new-risk']?.waiting, 0);
  await clock.runFor(2 * MINUTE);
  assert.equal(departures.length, 80);
  assert.ok(life.idle);
});

test('a lane that has a bound refuses beyond it', async () => {
  const { begin } = setting({ lanes: [{ name: 'all', waitingMost: 1 }] });
  const life = begin();
  void life.ask('all');
  await assert.rejects(life.ask('all'), (thrown) => thrown instanceof RateLimitedError && thrown.happened === 'not-begun');
});

test('L5: where the store fails or hangs, nothing leaves but cancels, within the reserve', async () => {
  for (const replace of [() => Promise.reject(new Error('disk full')), () => new Promise<never>(() => {})]) {
    const { clock, departures, begin } = setting({ store: { read: () => Promise.resolve(undefined), replace } });
    const life = begin();
    const risk = life.ask('new-risk', 1, { inMs: 2_000 });
    const ended = assert.rejects(risk, (thrown) => thrown instanceof QuotaStoreError || thrown instanceof RateLimitedError);
    for (let i = 0; i < 200; i += 1) void life.ask('cancel');
    await clock.runFor(300);
    assert.equal(departures.length, 100, 'the whole limit, as far as it is known here');
    assert.ok(departures.every(({ urgent }) => urgent));
    await clock.runFor(3_000);
    await ended;
  }
});

test('limits that contradict each other are refused', () => {
  const refuse = (options: Partial<RateBudgetOptions>, why: RegExp): void => assert.throws(() => setting().begin(options), why);
  refuse({ windows: [] }, /would limit nothing/);
  refuse({ reservePercent: 10 }, /keep 20 to 90/);
  refuse({ windows: [{ name: 'a', limit: 1, perMs: 1_000 }] }, /nothing is left/);
  refuse({ windows: [{ name: 'a', limit: 10, perMs: 0 }] }, /perMs/);
  refuse({ lanes: [] }, /at least one lane/);
});

test('headers are read as venues write them', () => {
  const headers = (words: Record<string, string>): Headers => new Headers(words);
  assert.deepEqual(toldByHeaders(200, headers({ 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '199', 'x-ratelimit-reset': '1770000060', date: new Date(1_770_000_000_000).toUTCString() }), 'm'), { windows: { m: { limit: 200, remaining: 199, resetInMs: 61_000 } } });
  assert.deepEqual(toldByHeaders(200, headers({ 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '3', 'ratelimit-reset': '12' }), 'm'), { windows: { m: { limit: 100, remaining: 3, resetInMs: 12_000 } } });
  assert.deepEqual(toldByHeaders(429, headers({ 'retry-after': '7' }), 'm'), { windows: {}, limited: { afterMs: 7_000 } });
  assert.deepEqual(toldByHeaders(418, headers({ 'retry-after': 'soon', 'x-mbx-used-weight-1m': '6001' }), 'm', { weight: 'x-mbx-used-weight-1m' }), { windows: { weight: { used: 6_001 } }, banned: {} });
});

/** A store that takes its time, is sometimes first taken by another, and sometimes does not say what it did. */
function slowStore(clock: VirtualClock, random: Random): QuotaStore {
  const kept = new MemoryQuotaStore();
  let failed = false; // never twice in a row: what happens then is another test
  const fails = (): boolean => (failed = !failed && random.chance(0.03));
  const pause = (): Promise<void> => new Promise((resolve) => void clock.timer(random.below(20), resolve));
  return {
    async read() {
      await pause();
      const read = await kept.read();
      await pause();
      return read;
    },
    async replace(version, text) {
      await pause();
      if (fails()) throw new Error('before');
      const done = await kept.replace(version, text);
      await pause();
      if (fails()) throw new Error('after'); // whether it was written is not known
      return done;
    },
  };
}

test('Q1, Q2: two instances that share a budget, over random restarts, gaps, slow stores and what the venue says, never send more in any window than its limit', async () => {
  const runs = Number(process.env['BREAKWATER_SCHEDULES'] ?? 60);
  let departed = 0;
  let restarts = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const random = seededRandom(seed);
    const windows = [
      { name: 'short', limit: 5 + random.below(30), perMs: 1_000 + random.below(4_000) },
      { name: 'long', unit: 'orders', limit: 20 + random.below(60), perMs: 10_000 + random.below(20_000) },
    ];
    const { clock, departures, begin } = setting({ windows });
    const store = slowStore(clock, random.fork('store'));
    const lives = [begin({ store }), begin({ store })];
    for (let step = 0; step < 150; step += 1) {
      const at = random.below(2);
      const life = lives[at]!;
      if (random.chance(0.85)) {
        for (let i = random.below(12); i > 0; i -= 1) {
          const cost = { requests: 1 + random.below(3), orders: random.below(3) };
          void life.ask(random.pick(['cancel', 'new-risk', 'new-risk', 'market-data']), cost, random.chance(0.3) ? { inMs: random.below(5_000) } : {});
        }
      } else if (random.chance(0.4)) {
        life.die();
        lives[at] = begin({ store });
        restarts += 1;
      } else life.budget.told(random.pick<Told>([
        { windows: { short: { used: random.below(windows[0]!.limit), resetInMs: random.below(1_000) } } }, { windows: { long: { remaining: random.below(windows[1]!.limit) } } },
        { windows: { long: { limit: 10 } } }, { limited: { afterMs: random.below(2_000) } },
      ]));
      await clock.runFor(random.chance(0.1) ? random.below(8_000) : random.below(300));
    }
    departed += departures.length;
    for (const { name, unit = 'requests', limit, perMs } of windows) {
      const weightOf = ({ cost }: Departure): number => (cost as Record<string, number>)[unit] ?? 0;
      const common = limit - Math.ceil(limit / 5);
      for (const { atMs } of departures) { // the oracle: every window that ends with a departure
        const inside = departures.filter((one) => one.atMs <= atMs && one.atMs > atMs - perMs);
        const all = inside.reduce((sum, one) => sum + weightOf(one), 0);
        const plain = inside.reduce((sum, one) => sum + (one.urgent ? 0 : weightOf(one)), 0);
        assert.ok(all <= limit, `seed ${seed}: ${all} of ${limit} in the window "${name}" that ends at ${atMs}`);
        assert.ok(plain <= common, `seed ${seed}: ${plain} of ${common} that are not urgent, in "${name}" at ${atMs}`);
      }
    }
  }
  assert.ok(departed > runs * 80 && restarts > runs * 3, `${departed} departures and ${restarts} restarts are too few to show anything`);
});

test('with two instances at a hundred times what is allowed, a cancel leaves within a tenth of a second', async () => {
  const { clock, departures, begin } = setting();
  const store = slowStore(clock, seededRandom('calm').fork('store'));
  const lives = [begin({ store }), begin({ store })];
  let cancels = 0;
  for (let second = 0; second < 300; second += 1) {
    for (const life of lives) for (let i = 0; i < 130; i += 1) void life.ask('new-risk', 1, { inMs: 20_000 });
    if (second % 15 === 7) {
      void lives[second % 2]!.ask('cancel');
      cancels += 1;
      await clock.runFor(400);
      assert.equal(departures.filter(({ urgent }) => urgent).length, cancels, `second ${second}`);
    }
    await clock.runFor(1_000);
  }
  assert.ok(departures.length > 5 * 75, `${departures.length} left in five minutes of 80 each`);
});
