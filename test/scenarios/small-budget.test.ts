/**
 * A kill at a venue that allows 200 requests a minute, with a position of 2 BTC, orders of ours and of others in the book, and a market that takes little at a time:
 * what it asks only to look must leave room for what it does, and for the looks that confirm it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesOn } from '../kit/life.ts';
import { theatre } from '../support/theatre.ts';
import type { Theatre } from '../support/theatre.ts';

const PER_MINUTE = 200;

type Thin = { readonly takes: string; readonly everyMs: number };

/** A market that bids for so much, again and again. */
async function thin({ takes, everyMs }: Thin): Promise<{ readonly t: Theatre; readonly begin: () => void; readonly pass: (ms: number) => Promise<void> }> {
  const t = await theatre({
    perMinute: PER_MINUTE, allowsPerMinute: PER_MINUTE, dataApart: true,
    exchange: {
      accounts: [
        { id: 'ours', keyId: 'our-key', secret: 'our-secret', balances: { USD: '100000', BTC: '2' } }, { id: 'market', keyId: 'm', secret: 'm', balances: { USD: '10000000', BTC: '100' } },
        { id: 'seller', keyId: 's', secret: 's', balances: { USD: '0', BTC: '100' } },
      ],
    },
  });
  const sold = await t.exchange.place('seller', { clientOrderId: undefined, symbol: 'BTC/USD', side: 'sell', type: 'limit', timeInForce: 'gtc', quantity: '4.99', limitPrice: '59400', stopPrice: undefined });
  assert.equal(sold.kind, 'placed');
  let dueMs = Number.POSITIVE_INFINITY;
  return {
    t,
    begin: () => { dueMs = t.clock.monotonicMs(); },
    pass: async (ms) => {
      const endMs = t.clock.monotonicMs() + ms;
      while (t.clock.monotonicMs() < endMs) {
        if (t.clock.monotonicMs() >= dueMs) {
          await t.byHand('market', 'buy', takes, '59400');
          dueMs += everyMs;
        }
        await t.pass(Math.min(100, endMs - t.clock.monotonicMs()));
      }
    },
  };
}

const VISIBLE_MS = 10_000; // what lies between two looks that confirm
const AT_ONCE_MS = 20; // the line, and a flush

/** Killed, and followed until it is confirmed: when, by what, and how long each closing order waited to leave. */
async function killed(market: Thin) {
  const { t, begin, pass } = await thin(market);
  for (const key of ['a', 'b', 'c']) await t.ask(key, { limitPriceText: '58000' });
  await pass(60_000); // what the start has used is used no more
  const fromMs = t.clock.monotonicMs();
  const asked = t.requests.length;
  begin();
  await t.operator({ kind: 'kill', id: 'k1', word: 'kill', by: 'sam', reason: 'test' });
  let [flatMs, confirmedMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < 600 && confirmedMs === Number.POSITIVE_INFINITY; at += 1) {
    await pass(1_000);
    const sinceMs = t.clock.monotonicMs() - fromMs;
    if (Number(t.exchange.oracle.accounts().find(({ id }) => id === 'ours')?.balances['BTC']?.total ?? 0) < 0.0002) flatMs = Math.min(flatMs, sinceMs);
    if (t.runtime.world.stops.get('k1')?.outcome === 'CONFIRMED') confirmedMs = sinceMs;
  }
  const requests = t.requests.slice(asked).filter(({ path }) => !path.startsWith('http://data'));
  const count = (method: string, path: string, untilMs = Number.POSITIVE_INFINITY): number => requests.filter((one) => one.method === method && one.path.startsWith(path) && one.atMs - fromMs < untilMs).length;
  const closedAtMs = entriesOn(t.disk).flatMap(({ header, fact }) => (fact.type === 'kill.closing' ? [header.atMs - (t.runtime.time.nowMs() - t.clock.monotonicMs())] : []));
  const leftAtMs = requests.filter(({ method }) => method === 'POST').map(({ atMs }) => atMs);
  const wayOut = t.runtime.wayOut('alpaca');
  return {
    flatMs, confirmedMs, ended: t.facts('kill.ended').map(({ outcome }) => outcome), gate: t.runtime.world.gate.state,
    cancels: count('DELETE', ''), closings: leftAtMs.length, readsUntilFlat: count('GET', '', flatMs), readsAfter: count('GET', '') - count('GET', '', flatMs),
    heldBack: wayOut?.refused['rate-limit'] ?? 0, repeated: wayOut?.repeated ?? 0, longestWaitMs: Math.max(...leftAtMs.map((atMs, number) => atMs - (closedAtMs[number] ?? 0))),
  };
}

test('2 BTC that the market takes 39 s to buy are closed as fast as it does, and confirmed within the minute', async (context) => {
  const told = await killed({ takes: '0.05', everyMs: 1_000 }); // 39 s at the least
  context.diagnostic(JSON.stringify(told));
  assert.deepEqual([told.ended, told.gate], [['CONFIRMED'], 'LOCKED']);
  assert.ok(told.flatMs < 45_000 && told.confirmedMs < told.flatMs + VISIBLE_MS + 6_000 && told.heldBack === 0, JSON.stringify(told));
  assert.ok(told.longestWaitMs <= AT_ONCE_MS, JSON.stringify(told));
});

for (const [market, leastMs] of [[{ takes: '0.02', everyMs: 1_000 }, 99_000], [{ takes: '0.2', everyMs: 10_000 }, 90_000]] as const) {
  test(`a position that the market takes ${leastMs / 1_000} s to buy is closed as fast as it does, NOT CONFIRMED after the minute, and confirmed soon after it is flat (${market.takes} BTC every ${market.everyMs / 1_000} s)`, async (context) => {
    const told = await killed(market);
    context.diagnostic(JSON.stringify(told));
    assert.deepEqual([told.ended, told.gate], [['NOT CONFIRMED', 'CONFIRMED'], 'LOCKED']);
    assert.ok(told.flatMs <= leastMs + 5_000 && told.confirmedMs < told.flatMs + VISIBLE_MS + 6_000 && told.heldBack <= 5, JSON.stringify(told));
    assert.ok(told.longestWaitMs <= AT_ONCE_MS, JSON.stringify(told));
  });
}
