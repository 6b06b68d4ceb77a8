/** The venue goes away for ten minutes while orders are under way, in doubt, standing and being cancelled. Nothing is concluded from that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestFault } from '../../src/sim/net.ts';
import { theatre } from '../support/theatre.ts';
import type { Theatre } from '../support/theatre.ts';

const MINUTE = 60_000;
const STEP_MS = 2_500;

type Shape = { readonly begin: (t: Theatre) => void; readonly end: (t: Theatre) => void };
const deaf = { on: 'stream.event', fault: 'event-lost' } as const;
const onTheLine = (fault: RequestFault): Shape => ({
  begin: (t) => { t.net.onRequest(({ from }) => (from === 'runtime' ? fault : undefined)); t.faults(deaf); },
  end: (t) => { t.net.onRequest(() => undefined); t.faults(); },
});
const atTheVenue = (...rules: Parameters<Theatre['faults']>): Shape => ({ begin: (t) => t.faults(...rules), end: (t) => t.faults() });

const shapes = {
  'no answer': onTheLine({ kind: 'request-lost' }),
  'answers that are lost': onTheLine({ kind: 'answer-lost' }),
  'refused connections': onTheLine({ kind: 'refused' }),
  'connections that are cut': onTheLine({ kind: 'reset-before' }),
  'a network that is split': { begin: (t) => t.net.partition('runtime', 'exchange'), end: (t) => t.net.healAll() },
  'connections that stay half open': { begin: (t) => t.net.halfOpen('runtime', 'exchange'), end: (t) => t.net.healAll() },
  'server errors': atTheVenue({ on: 'any', fault: 'error-5xx' }, deaf),
  'pages of a machine in between': atTheVenue({ on: 'order.find', fault: 'html-error' }, { on: 'order.read', fault: 'html-error' }, { on: 'order.list', fault: 'html-error' }, deaf),
  'answers of 429': atTheVenue({ on: 'any', fault: 'rate-limited', delayMs: 5_000 }, deaf),
  'answers about other orders': atTheVenue({ on: 'order.find', fault: 'wrong-order' }, { on: 'order.read', fault: 'wrong-order' }, { on: 'order.list', fault: 'error-5xx' }, deaf),
} satisfies Record<string, Shape>;

/** Each order once in each state in which something has to be found out: `under way`, `in doubt`, `standing`, `being cancelled`. */
async function four(): Promise<Theatre> {
  const t = await theatre();
  await t.ask('standing');
  await t.ask('cancelled');
  await t.pass(2_000);
  t.line('POST', '/v2/orders', { kind: 'answer-lost' });
  await t.ask('in doubt');
  t.faults(deaf, { on: 'order.find', fault: 'error-5xx' });
  await t.pass(5_500);
  t.line('DELETE', '/v2/orders/', { kind: 'request-lost' });
  await t.cancel('cancelled');
  t.line('POST', '/v2/orders', { kind: 'answer-lost' });
  await t.ask('under way');
  await t.pass(100);
  assert.deepEqual(phases(t), { 'under way': 'sending', 'in doubt': 'unknown', standing: 'working', cancelled: 'working' });
  t.faults();
  return t;
}
const keys = ['under way', 'in doubt', 'standing', 'cancelled'] as const;
const phases = (t: Theatre): Record<string, string> => Object.fromEntries(keys.map((key) => [key, t.order(key).phase]));

async function outage(t: Theatre, of: readonly Shape[], lastsMs: number): Promise<void> {
  for (const shape of of) {
    shape.begin(t);
    for (let ms = 0; ms < lastsMs / of.length; ms += STEP_MS) {
      await t.pass(STEP_MS);
      const now = phases(t);
      assert.ok(now['under way'] === 'sending' || now['under way'] === 'unknown', `under way: ${now['under way']}`);
      assert.deepEqual([now['in doubt'], now['standing']], ['unknown', 'working'], JSON.stringify(now));
      assert.ok(now['cancelled'] === 'working' || now['cancelled'] === 'cancelling', `being cancelled: ${now['cancelled']}`);
    }
    shape.end(t);
  }
}

/** What the venue then says is what they become, each with one order at the venue. */
async function endsWithEvidence(t: Theatre): Promise<void> {
  await t.pass(5 * MINUTE);
  assert.deepEqual(phases(t), { 'under way': 'working', 'in doubt': 'working', standing: 'working', cancelled: 'booked' });
  for (const key of ['under way', 'in doubt'] as const) await t.cancel(key);
  await t.trade('sell', '0.01');
  await t.pass(5 * MINUTE);
  assert.deepEqual(phases(t), { 'under way': 'booked', 'in doubt': 'booked', standing: 'booked', cancelled: 'booked' });
  assert.equal(t.atVenue().length, 4);
  t.assertBooksAgree();
}

for (const [name, shape] of Object.entries(shapes)) {
  test(`ten minutes of ${name} change no order's state, and after it each ends with evidence`, async () => {
    const t = await four();
    await outage(t, [shape], 10 * MINUTE);
    await endsWithEvidence(t);
  });
}

test("ten minutes in which the venue is silent, then refuses, then fails change no order's state; what lags behind after it is not believed", async () => {
  const t = await four();
  await outage(t, [shapes['no answer'], shapes['refused connections'], shapes['server errors']], 10 * MINUTE);
  t.faults({ on: 'order.find', fault: 'not-yet-visible', delayMs: 9_000 }, { on: 'order.read', fault: 'not-yet-visible', delayMs: 9_000 }, { on: 'order.list', fault: 'not-yet-visible', delayMs: 9_000 });
  await t.pass(9_000);
  for (const key of ['standing', 'in doubt', 'under way'] as const) assert.ok(['working', 'unknown', 'acknowledged'].includes(t.order(key).phase), `${key}: ${t.order(key).phase}`);
  t.faults();
  await endsWithEvidence(t);
});

test('a restart in the middle of an outage changes nothing about it', async () => {
  const t = await four();
  const shape = shapes['refused connections'];
  await outage(t, [shape], 2 * MINUTE);
  shape.begin(t);
  t.kill();
  await t.boot();
  await outage(t, [shape], 8 * MINUTE);
  await endsWithEvidence(t);
});
