import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aFill, anAccount, anOrder, assets } from '../../../test/support/alpaca-answers.ts';
import { ScriptedNet, answered } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { HttpOutcome, VenueOrder } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';

const status = fc.oneof(fc.constantFrom(200, 204, 207, 301, 401, 403, 404, 422, 429, 500, 502), fc.integer({ min: 100, max: 599 }));
const headers = fc.dictionary(fc.constantFrom('retry-after', 'x-ratelimit-reset', 'content-type'), fc.string(), { noNullPrototype: true });
const bytes = fc.uint8Array({ maxLength: 200 });
const noise = fc.oneof(bytes, fc.json({ noUnicodeString: false }).map((text) => new TextEncoder().encode(text)), fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)));

/** A true answer with some of its bytes changed, cut or doubled. */
const damaged = fc.tuple(
  fc.constantFrom<unknown>(anOrder, [anOrder], assets, [aFill], anAccount, { code: 40410000, message: 'order is not found.' }, { code: 40310000, message: 'insufficient buying power' }),
  fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(),
).map(([answer, changes, end]) => {
  const text = new TextEncoder().encode(JSON.stringify(answer));
  for (const [at, byte] of changes) text[at % text.length] = byte;
  return text.slice(0, (end % (text.length * 3)) + 1);
});

async function answersTo(outcome: HttpOutcome) {
  const net = new ScriptedNet(() => outcome);
  const clock = new VirtualClock({ settle });
  const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' });
  const instrument = { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 9, priceScale: 2, quoteScale: 12, quantityStepUnits: 1n, minQuantityUnits: 1n, minNotionalUnits: 0n, priceTickUnits: 1n };
  const order: VenueOrder = { clientOrderId: 'bw-1', instrument, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 5_000_000n };
  return clock.until(Promise.all([
    venue.submit(order, 1_000), venue.cancel({ venueOrderId: 'x' }, 1_000), venue.findByClientOrderId('bw-1', 1_000), venue.find('x', 1_000), venue.openOrders(1_000),
    venue.activity('', 1_000), venue.balances(1_000), venue.quotes(['BTC/USD'], 1_000), venue.instruments(['BTC/USD']),
  ]));
}

test('A2: no bytes throw, and noise never accepts, refuses or denies anything', async () => {
  await fc.assert(fc.asyncProperty(status, headers, noise, async (code, named, body) => {
    const [submit, cancel, byClientId, byId, ...reads] = await answersTo(answered(code, body, named));
    assert.ok(submit.kind === 'unknown', submit.kind);
    assert.ok(cancel.kind === 'unknown' || code === 204, cancel.kind);
    assert.deepEqual([byClientId.kind, byId.kind], ['unclear', 'unclear']);
    for (const read of reads) assert.ok(read.kind === 'unclear' || (Array.isArray(read.value) ? read.value.length === 0 : 'cursor' in read.value && read.value.fills.length === 0));
  }), { numRuns: 400 });
});

test('A2: a true answer with damaged bytes is either still the same, or nothing', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(200, 403, 404), damaged, async (code, body) => {
    const [submit, , byClientId] = await answersTo(answered(code, body));
    // What counts is checked field by field: a report that is believed is about this order.
    if (submit.kind === 'accepted') assert.deepEqual([submit.report.clientOrderId, submit.report.quantityUnits, submit.report.limitPriceUnits], ['bw-1', 1_000_000n, 5_000_000n]);
    if (submit.kind === 'refused') assert.match(submit.message, /^insufficient buying power/);
    if (byClientId.kind === 'found') assert.equal(byClientId.report.clientOrderId, 'bw-1');
    if (byClientId.kind === 'absent') assert.match(new TextDecoder().decode(body), /"code":\s*4041\d*.*order is not found/);
  }), { numRuns: 400 });
});
