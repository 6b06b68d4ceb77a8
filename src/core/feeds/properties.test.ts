/** What must hold whatever sources say, and a second judge, written from the rules in words, that looks at the whole past each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { disputes } from './dispute.ts';
import { PriceFeeds } from './feeds.ts';
import type { FeedChange } from './feeds.ts';
import type { Quotation } from './quotation.ts';

const PAIR = 'BTC/USD';
const NAMES = ['a', 'b', 'c'];
const STABLE = { resumeAfterMs: 5_000, returnAfterMs: 20_000 };

type Step = { readonly source: number; readonly waitMs: number; readonly middle: number; readonly spread: number; readonly lagMs: number };
const steps = fc.array(
  fc.record({
    source: fc.nat({ max: 2 }), waitMs: fc.constantFrom(0, 100, 300, 1_000, 3_000), middle: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 99_900, max: 100_100 }) }, fc.constantFrom(98_000, 103_000, 1_000_000)),
    spread: fc.oneof({ weight: 8, arbitrary: fc.constant(10) }, fc.constantFrom(0, -10, 200_000)), lagMs: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(500, 4_001, -2_001)),
  }),
  { minLength: 20, maxLength: 200 },
);

const quotation = ({ middle, spread, lagMs }: Step, nowMs: number): Quotation => ({ bidUnits: BigInt(middle - spread), askUnits: BigInt(middle + spread), quotedAtMs: nowMs - lagMs, cameAtMs: nowMs });

/** The last quotation that counts, found by reading all that the source ever said. */
function lastCounted(said: readonly Quotation[]): Quotation | undefined {
  let last: Quotation | undefined;
  for (const one of said) if (last === undefined || (one.quotedAtMs >= last.quotedAtMs && one.cameAtMs >= last.cameAtMs)) last = one;
  return last;
}

test('no price that comes out is stale, crossed, locked, empty or from the future, and it is what its source said last', () => {
  fc.assert(fc.property(steps, (run) => {
    const feeds = new PriceFeeds({ sources: NAMES, warmQuotes: 1, ...STABLE });
    const said: Quotation[][] = [[], [], []];
    let nowMs = 1_000_000;
    for (const step of run) {
      nowMs += step.waitMs;
      said[step.source]?.push(quotation(step, nowMs));
      feeds.saw(PAIR, NAMES[step.source] ?? '', quotation(step, nowMs));
      for (const laterMs of [0, 2_500]) {
        const price = laterMs === 0 || step.waitMs === 3_000 ? feeds.price(PAIR, nowMs + laterMs) : undefined;
        if (laterMs > 0 && step.waitMs === 3_000) nowMs += laterMs;
        if (price === undefined) continue;
        const last = lastCounted(said[NAMES.indexOf(price.source)] ?? []);
        assert.ok(last !== undefined && last.bidUnits === price.bidUnits && last.askUnits === price.askUnits);
        assert.ok(last.bidUnits > 0n && last.bidUnits < last.askUnits, 'a market');
        assert.ok(nowMs - Math.min(last.cameAtMs, last.quotedAtMs) <= 4_000, 'fresh');
        assert.ok(last.quotedAtMs - last.cameAtMs <= 2_000, 'not ahead');
      }
    }
  }), { numRuns: 1_000 });
});

test('of three sources that quote every second, one that lies is never used, whatever it says', () => {
  fc.assert(fc.property(fc.nat({ max: 2 }), fc.array(fc.integer({ min: 100_600, max: 2_000_000 }), { minLength: 5, maxLength: 100 }), (liar, lies) => {
    const feeds = new PriceFeeds({ sources: NAMES });
    let nowMs = 0;
    for (let second = 0; second < 10 + lies.length; second += 1) {
      nowMs += 1_000;
      for (const [index, source] of NAMES.entries()) {
        const middle = index === liar && second >= 10 ? lies[second - 10] ?? 0 : 100_000;
        feeds.saw(PAIR, source, quotation({ source: index, waitMs: 0, middle, spread: 10, lagMs: 0 }, nowMs));
        const price = feeds.price(PAIR, nowMs);
        if (price !== undefined) assert.ok((price.bidUnits + price.askUnits) / 2n === 100_000n, `${price.source} lies with ${price.bidUnits}`);
      }
    }
    assert.notEqual(feeds.price(PAIR, nowMs), undefined);
  }), { numRuns: 300 });
});

test('a source that was bad is not taken again before its stable time, whatever happens', () => {
  fc.assert(fc.property(steps, (run) => {
    const changes: FeedChange[] = [];
    const badAt = new Map<string, number>();
    const feeds = new PriceFeeds({ sources: NAMES, warmQuotes: 1, ...STABLE }, (change) => changes.push(change));
    let nowMs = 0;
    for (const step of run) {
      nowMs += step.waitMs;
      feeds.saw(PAIR, NAMES[step.source] ?? '', quotation(step, nowMs));
      for (const { atMs, from, to, fault } of changes.splice(0)) {
        const was = to === undefined ? undefined : badAt.get(to);
        const neededMs = from !== undefined && fault === undefined ? STABLE.returnAfterMs : STABLE.resumeAfterMs;
        if (was !== undefined) assert.ok(atMs - was >= neededMs, `${to} was bad at ${was} and is used at ${atMs}`);
      }
      for (const { source, fault } of feeds.reading(PAIR, nowMs).sources) if (fault !== undefined && fault.kind !== 'cold') badAt.set(source, nowMs);
    }
  }), { numRuns: 1_000 });
});

/** D1 to D3 by trying every set of sources: who stands near the median, and is that most of them? */
function judgedByHand(middles: readonly number[], boundPpm: number): readonly number[] {
  const apart = (one: number, other: number): number => Math.ceil((Math.abs(one - other) * 1_000_000) / Math.min(one, other));
  if (middles.length === 1) return [];
  if (middles.length === 2) return apart(middles[0] ?? 0, middles[1] ?? 0) <= boundPpm ? [] : [0, 1];
  const sorted = middles.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(half)] ?? 0 : Math.floor(((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2);
  const far = middles.flatMap((middle, index) => (apart(middle, median) > boundPpm ? [index] : []));
  return far.length * 2 < middles.length ? far : middles.map((_, index) => index);
}

test('disputes are those that a count by hand finds', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 9_900, max: 10_100 }), { minLength: 1, maxLength: 6 }), (middles) => {
    const voices = middles.map((middle, index) => ({ name: String(index), middleUnits: BigInt(middle), outvoted: false }));
    assert.deepEqual(disputes(voices, 5_000).map(({ name }) => Number(name)), judgedByHand(middles, 5_000));
  }), { numRuns: 5_000 });
});
