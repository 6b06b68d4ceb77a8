/** Which prices changed, by what the senses say of it: whoever believes them misses nothing, whatever the sources did or left undone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { btcUsd, ethUsd } from '../../../test/kit/core.ts';
import { emptyWorld, evolve, marketKey } from '../../core/index.ts';
import { PriceSenses } from './senses.ts';
import { NO_PRICE_SETTINGS } from './settings.ts';
import type { PriceSettings } from './settings.ts';

const VENUE = 'paper';
const words = { staleAfterMs: 4_000, aheadMs: 2_000, muteLeastMs: 500, jumpPpm: 20_000, jumpWithinMs: 5_000, jumpHoldMs: 3_000, disputePpm: 5_000, lockedIsSound: true, warmQuotes: 1, resumeAfterMs: 700, returnAfterMs: 2_500 };
const settings: PriceSettings = {
  ...NO_PRICE_SETTINGS, words, sources: { own: { kind: 'venue', venue: VENUE }, other: { kind: 'other', source: { kind: 'watched', watch: () => () => undefined }, stampsAnswers: false } },
  instruments: { 'BTC/USD': [{ source: 'own', symbol: 'BTC/USD' }, { source: 'other', symbol: 'BTC/USD' }] },
} as unknown as PriceSettings;

function senses(): PriceSenses {
  const world = emptyWorld();
  for (const [index, instrument] of [btcUsd, ethUsd].entries()) {
    evolve(world, { type: 'instrument.listed', venue: VENUE, instrument }, { seq: index + 1, atMs: 0, wallMs: 0, epoch: 1, bootId: 'b', correlationId: '' });
  }
  return new PriceSenses({ traded: [{ venue: VENUE, symbols: ['BTC/USD', 'ETH/USD'] }], settings, market: () => world.market });
}

const step = fc.record({
  laterMs: fc.constantFrom(0, 1, 100, 499, 500, 501, 700, 1_000, 2_500, 3_000, 4_000, 4_001),
  said: fc.constantFrom('nothing', 'nothing', 'own', 'other', 'eth'), cents: fc.constantFrom(2_000_000n, 2_000_100n, 2_015_000n, 2_200_000n, 0n), agoMs: fc.constantFrom(0, 0, 3_000), asks: fc.boolean(),
});

test('N4, F4: a price that is another than before was named as changed, be it by a quote, by another source or by time alone, and it is what a judgement of that moment says', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
    const [seen, twin] = [senses(), senses()]; // the twin judges everything anew at every step
    const known = new Map<string, string>();
    let [nowMs, mark] = [1_000_000, undefined as number | undefined];
    for (const { laterMs, said, cents, agoMs, asks } of steps) {
      nowMs += laterMs;
      const quote = (symbol: string) => ({ symbol, bidUnits: cents, askUnits: cents, atMs: nowMs - agoMs });
      for (const one of [seen, twin]) {
        if (said === 'own') one.sawQuotes(VENUE, [quote('BTC/USD')], nowMs, nowMs);
        if (said === 'eth') one.sawQuotes(VENUE, [quote('ETH/USD')], nowMs, nowMs);
        if (said === 'other') one.saw('other', { prices: [{ symbol: 'BTC/USD', bidText: String(cents / 100n), askText: String(cents / 100n), saidMs: nowMs - agoMs }] }, nowMs, nowMs);
      }
      if (asks) seen.price(VENUE, 'BTC/USD', nowMs);
      const changes = seen.changed(mark, nowMs);
      mark = changes.mark;
      const judged = twin.shown(nowMs);
      for (const symbol of ['BTC/USD', 'ETH/USD']) {
        const { bidUnits, seenAtMs, source } = seen.price(VENUE, symbol, nowMs) ?? {};
        const now = `${bidUnits} ${seenAtMs} ${source}`;
        const reading = judged.find((one) => one.symbol === symbol)?.reading;
        const anew = reading?.kind === 'trusted' ? reading.price : undefined;
        assert.equal(now, `${anew?.bidUnits} ${anew?.seenAtMs} ${anew?.source}`, `${symbol} is not what it is judged to be`);
        const key = marketKey(VENUE, symbol);
        if (changes.keys !== undefined && !changes.keys.includes(key)) assert.equal(now, known.get(key), `${symbol} was not named`);
        known.set(key, now);
      }
    }
  }), { numRuns: 400 });
});
