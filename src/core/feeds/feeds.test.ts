import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrustedPrice } from '../market/index.ts';
import { faultText } from './fault.ts';
import { PriceFeeds } from './feeds.ts';
import type { FeedChange } from './feeds.ts';
import type { FeedWords } from './policy.ts';
import { quotationOf } from './quotation.ts';

const PAIR = 'BTC/USD';
type Says = { readonly middle?: bigint; readonly spread?: bigint; readonly stampMs?: number } | 'nothing';

/** Sources that quote every second; `says` gives each second's quote of each. */
class Seconds {
  readonly changes: FeedChange[] = [];
  readonly feeds: PriceFeeds;
  readonly #names: readonly string[];
  nowMs = 1_000_000;

  constructor(words: FeedWords) {
    this.#names = words.sources;
    this.feeds = new PriceFeeds(words, (change) => this.changes.push(change));
  }

  run(seconds: number, says: (name: string, second: number) => Says = () => ({})): this {
    for (let second = 0; second < seconds; second += 1) {
      this.nowMs += 1_000;
      for (const name of this.#names) {
        const said = says(name, second);
        if (said === 'nothing') continue;
        const { middle = 100_000n, spread = 10n, stampMs = this.nowMs } = said;
        this.feeds.saw(PAIR, name, { bidUnits: middle - spread, askUnits: middle + spread, quotedAtMs: stampMs, cameAtMs: this.nowMs });
      }
    }
    return this;
  }

  get source(): string | undefined {
    return this.feeds.price(PAIR, this.nowMs)?.source;
  }

  fault(name: string, nowMs = this.nowMs): string | undefined {
    const fault = this.feeds.reading(PAIR, nowMs).sources.find(({ source }) => source === name)?.fault;
    return fault === undefined ? undefined : faultText(fault);
  }
}

const only = (name: string, said: Says) => (who: string): Says => (who === name ? said : {});

test('nothing is known until a source is warm', () => {
  const one = new Seconds({ sources: ['a'] });
  assert.equal(one.feeds.reading(PAIR, one.nowMs).kind, 'unknown');
  one.run(2);
  assert.deepEqual([one.feeds.reading(PAIR, one.nowMs).kind, one.fault('a')], ['unknown', 'cold: 2 of 3 quotes since the start']);
  assert.equal(one.run(1).source, 'a');
});

test('the first choice waits for the others to be warm, but not for ever', () => {
  const two = new Seconds({ sources: ['a', 'b'] }).run(9, only('b', 'nothing'));
  assert.equal(two.feeds.reading(PAIR, two.nowMs).kind, 'unknown');
  assert.equal(two.run(2, only('b', 'nothing')).source, 'a');
});

test('a price says which source it is of and how old it is, by the older of its two times', () => {
  const one = new Seconds({ sources: ['a'] }).run(10);
  const stampMs = one.nowMs + 500;
  one.run(1, () => ({ stampMs }));
  assert.deepEqual({ ...one.feeds.price(PAIR, one.nowMs) }, { bidUnits: 99_990n, askUnits: 100_010n, seenAtMs: stampMs, source: 'a' });
});

const ills: readonly (readonly [string, RegExp, (second: number, beginMs: number) => Says, Partial<FeedWords>?])[] = [
  ['a source that answers no more is mute', /^mute: nothing new/, () => 'nothing', { staleAfterMs: 60_000 }],
  ['a source that answers no more is stale, where its usual pace is not judged', /^stale: \d+ ms old by when it came/, () => 'nothing', { muteFactor: Infinity }],
  ['a frozen source that goes on answering is stale by its own time', /^stale: \d+ ms old by its own time/, (second, beginMs) => ({ stampMs: beginMs, middle: 100_000n + BigInt(second) })],
  ['a source that stamps its answers and repeats one price is mute', /^mute/, () => ({ middle: 100_001n }), { stampsAnswers: ['a'] }],
  ['bid above ask is crossed', /^crossed: bid 100010, ask 99990/, () => ({ spread: -10n })],
  ['bid at the ask is locked', /^locked/, () => ({ spread: 0n })],
  ['no bid is empty', /^empty/, () => ({ middle: 10n })],
  ['a time from the future is not believed', /^ahead: its time is 60000 ms later/, (second, beginMs) => ({ stampMs: beginMs + 60_000 + 1_000 * (second + 1) })],
  ['ten times the price has jumped', /^jumped: from 100000 to 1000000 /, () => ({ middle: 1_000_000n })],
  ['a source that drifts away from two others is disputed', /^disputed: \d+ ppm from the median/, (second) => ({ middle: 100_000n + 400n * BigInt(second + 1) })],
];

for (const [title, says, ill, more] of ills) {
  test(`${title}, found within 5 s, and the next source is used`, () => {
    const warm = (name: string, second: number): Says => ({ middle: 100_000n + (more?.stampsAnswers?.includes(name) === true ? BigInt(second % 2) : 0n) });
    const three = new Seconds({ sources: ['a', 'b', 'c'], ...more }).run(30, warm);
    assert.equal(three.source, 'a');
    const beginMs = three.nowMs;
    while (three.source === 'a' && three.nowMs - beginMs < 10_000) three.run(1, (name) => (name === 'a' ? ill((three.nowMs - beginMs) / 1_000 - 1, beginMs) : {}));
    assert.ok(three.nowMs - beginMs <= 5_000, `after ${three.nowMs - beginMs} ms`);
    assert.equal(three.source, 'b');
    assert.match(three.fault('a') ?? '', says);
    assert.equal(three.changes.at(-1)?.from, 'a');
  });
}

test('a fast source is mute sooner than a slow one is', () => {
  const one = new PriceFeeds({ sources: ['a'] });
  for (let nowMs = 0; nowMs <= 2_000; nowMs += 100) one.saw(PAIR, 'a', { bidUnits: 99n, askUnits: 101n, quotedAtMs: nowMs, cameAtMs: nowMs });
  assert.equal(one.reading(PAIR, 3_000).kind, 'trusted');
  assert.equal(one.reading(PAIR, 3_001).kind, 'untrusted');
});

test('a jump that was followed by silence has not stood: it is believed when it was quoted for long enough, not when so much time has passed', () => {
  const one = new Seconds({ sources: ['a'], staleAfterMs: Infinity, muteFactor: Infinity, jumpHoldMs: 30_000, resumeAfterMs: 0 }).run(60);
  one.run(20, () => ({ middle: 1_000_000n })).run(30, () => 'nothing');
  assert.match(one.fault('a') ?? '', /^jumped/);
  assert.equal(one.source, undefined);
  assert.equal(one.run(1, () => ({ middle: 1_000_000n })).source, 'a', 'and now it has');
});

test('a jump, a long silence, and the price as before: the jump is over, and the next one like it is found as the first was', () => {
  const one = new Seconds({ sources: ['a'], staleAfterMs: Infinity, muteFactor: Infinity, jumpHoldMs: 30_000, resumeAfterMs: 0 }).run(60);
  one.run(12, () => ({ middle: 200_000n })).run(30, () => 'nothing').run(10);
  assert.equal(one.source, 'a');
  one.run(1, () => ({ middle: 200_000n }));
  assert.match(one.fault('a') ?? '', /^jumped: from 100000 to 200000 /);
});

test('a jump that others follow is the market, one that nobody follows is believed when it has stood, or when it is over', () => {
  const two = new Seconds({ sources: ['a', 'b'] }).run(10).run(1, () => ({ middle: 110_000n }));
  assert.deepEqual([two.fault('a'), two.fault('b')], [undefined, undefined]);

  const alone = new Seconds({ sources: ['a'] }).run(10).run(60, () => ({ middle: 110_000n }));
  assert.match(alone.fault('a') ?? '', /^jumped/);
  assert.equal(alone.run(1, () => ({ middle: 110_000n })).fault('a'), undefined);

  const spike = new Seconds({ sources: ['a'] }).run(10).run(1, () => ({ middle: 110_000n }));
  assert.equal(spike.run(1).fault('a'), undefined);
  const wild = new Seconds({ sources: ['a'] }).run(10).run(300, (_, second) => ({ middle: second % 2 === 0 ? 110_000n : 120_000n }));
  assert.match(wild.fault('a') ?? '', /^jumped/, 'what goes on jumping does not stand');
});

test('the first price after a silence is measured against the last one before it', () => {
  const one = new Seconds({ sources: ['a'] }).run(10).run(600, () => 'nothing').run(1, () => ({ middle: 110_000n }));
  assert.match(one.fault('a') ?? '', /^jumped/);
});

test('of two that drift apart neither is believed, until one of them is bad by itself', () => {
  const two = new Seconds({ sources: ['a', 'b'] }).run(10).run(40, (name, second) => (name === 'b' ? { middle: 100_000n + 50n * BigInt(second) } : {}));
  assert.equal(two.source, undefined);
  assert.equal(two.feeds.reading(PAIR, two.nowMs).kind, 'untrusted');
  assert.match(two.fault('a') ?? '', /^disputed: \d+ ppm from b/);
  assert.match(two.fault('b') ?? '', /^disputed: \d+ ppm from a/);
  two.run(20, (name) => (name === 'b' ? 'nothing' : {}));
  assert.equal(two.source, 'a');
});

test('who was outvoted is not believed because the others fell silent', () => {
  const three = new Seconds({ sources: ['a', 'b', 'c'] }).run(10).run(40, (name, second) => (name === 'a' ? { middle: 100_000n + 50n * BigInt(second) } : {}));
  assert.equal(three.source, 'b');
  three.run(600, (name) => (name === 'a' ? { middle: 102_000n } : 'nothing'));
  assert.equal(three.source, undefined);
  assert.match(three.fault('a') ?? '', /who outvoted it/);
});

test('three that all differ are a dispute without a majority, and the one in the middle is no better', () => {
  const three = new Seconds({ sources: ['a', 'b', 'c'], jumpPpm: Infinity }).run(60, (name) => ({ middle: { a: 100_000n, b: 110_000n, c: 121_000n }[name] ?? 0n }));
  assert.deepEqual([three.source, three.feeds.reading(PAIR, three.nowMs).kind], [undefined, 'unknown']);
});

test('the preferred source comes back after a stable time, and a short fault starts that time anew', () => {
  const two = new Seconds({ sources: ['a', 'b'] }).run(10).run(1, only('a', { spread: -10n }));
  assert.equal(two.source, 'b');
  assert.equal(two.run(200).run(1, only('a', { spread: -10n })).run(300).source, 'b');
  assert.equal(two.run(1).source, 'a');
  assert.deepEqual(two.changes.map(({ from, to, fault }) => [from, to, fault?.kind]), [[undefined, 'a', undefined], ['a', 'b', 'crossed'], ['b', 'a', undefined]]);
});

test('a fault that comes and goes each second moves the choice once', () => {
  const toggling = (name: string, second: number): Says => (name === 'a' && second % 2 === 0 ? { spread: -10n } : {});
  const two = new Seconds({ sources: ['a', 'b'] }).run(10).run(3_600, toggling);
  assert.deepEqual(two.changes.map(({ to }) => to), ['a', 'b']);
  const one = new Seconds({ sources: ['a'] }).run(10).run(3_600, toggling);
  assert.deepEqual(one.changes.map(({ to }) => to), ['a', undefined]);
});

test('a silence between two looks counts, though nobody looked', () => {
  const one = new Seconds({ sources: ['a'] }).run(10).run(60, () => 'nothing').run(1);
  assert.equal(one.source, undefined, 'the quote that ends a silence does not undo it');
  assert.equal(one.run(10).source, 'a');

  const two = new Seconds({ sources: ['a', 'b'] }).run(10);
  two.run(1, only('a', { spread: -10n })).run(290).run(6, only('a', 'nothing'));
  assert.equal(two.run(290).source, 'b');
});

test('what is older than what is known changes nothing', () => {
  const one = new Seconds({ sources: ['a'] }).run(10);
  one.feeds.saw(PAIR, 'a', { bidUnits: 1n, askUnits: 2n, quotedAtMs: one.nowMs - 1, cameAtMs: one.nowMs });
  one.feeds.saw(PAIR, 'a', { bidUnits: 1n, askUnits: 2n, quotedAtMs: one.nowMs, cameAtMs: one.nowMs - 1 });
  assert.equal(one.feeds.price(PAIR, one.nowMs)?.bidUnits, 99_990n);
});

test('text becomes units away from the middle, and what is no number is no quotation', () => {
  assert.deepEqual(quotationOf({ bid: '100.019', ask: '100.021', quotedAtMs: 1 }, 2, 2), { bidUnits: 10_001n, askUnits: 10_003n, quotedAtMs: 1, cameAtMs: 2 });
  assert.equal(quotationOf({ bid: 'NaN', ask: '1', quotedAtMs: 1 }, 2, 2), undefined);
});

test('rules that contradict each other and sources that nobody named are refused', () => {
  for (const [words, why] of [
    [{ sources: [] }, /no source/], [{ sources: ['a', 'a'] }, /named twice/], [{ sources: ['a'], stampsAnswers: ['b'] }, /no source/], [{ sources: ['a'], jumpPpm: 0 }, /jumpPpm is 0/],
    [{ sources: ['a'], jumpHoldMs: 0.5 }, /jumpHoldMs/], [{ sources: ['a'], warmQuotes: 0 }, /warmQuotes/], [{ sources: ['a'], returnAfterMs: 1 }, /returnAfterMs \(1\) is shorter/],
  ] as const) assert.throws(() => new PriceFeeds(words), why);
  assert.throws(() => new PriceFeeds({ sources: ['a'] }).saw(PAIR, 'b', { bidUnits: 1n, askUnits: 2n, quotedAtMs: 1, cameAtMs: 1 }), /BW-3220|"b" quoted BTC\/USD/);
});

test('a price that was not judged is no price for an order: the types refuse it', () => {
  const plain = { bidUnits: 1n, askUnits: 2n, seenAtMs: 0, source: 'somewhere' };
  // @ts-expect-error a TrustedPrice comes from the judgement of its sources alone
  const taken: TrustedPrice = plain;
  assert.equal(taken.source, 'somewhere');
});
