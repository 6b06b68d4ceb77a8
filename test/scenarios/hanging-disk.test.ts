/** The disk hangs while an order stands in the book: a cancel leaves all the same, and the next life knows who asked for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Input } from '../../src/core/index.ts';
import { EmergencyPlace } from '../../src/sim/index.ts';
import { theatre } from '../support/theatre.ts';
import type { Theatre } from '../support/theatre.ts';

const SEND_MS = 10; // there, on a line with 2 ms each way

async function working(): Promise<{ world: Theatre; place: EmergencyPlace; hang: () => void }> {
  const place = new EmergencyPlace();
  let isHanging = false;
  const world = await theatre({ emergency: place, flushMs: () => (isHanging ? 3_600_000 : 1) });
  assert.equal((await world.ask('a', { limitPriceText: '59000' })).kind, 'order');
  await world.pass(2_000);
  assert.equal(world.order('a').phase, 'working');
  return { world, place, hang: () => { isHanging = true; } };
}
/** Nobody waits for the answer: it does not come. */
const ask = ({ runtime }: Theatre, input: Input): void => void runtime.submit(input, { actor: 'operator:sam', correlationId: 'by hand' }).catch(() => undefined);
const deletes = ({ requests }: Theatre): number => requests.filter(({ method }) => method === 'DELETE').length;

test('a cancel asked for while the disk hangs is at the venue 250 ms later, and the next life knows of it', async () => {
  const { world, place, hang } = await working();
  hang();
  const askedMs = world.clock.monotonicMs();
  ask(world, { kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'by hand' });
  await world.pass(250 + SEND_MS);
  assert.match(world.atVenue().join(), /cancelled/);
  const [sent] = world.requests.filter(({ method }) => method === 'DELETE');
  assert.ok((sent?.atMs ?? Number.POSITIVE_INFINITY) - askedMs <= 250 + SEND_MS);
  assert.equal(world.story('a').includes('cancel-requested'), false, 'the journal does not know');
  await world.pass(1_000);
  world.kill();
  await world.boot({ flushMs: () => 1 });
  assert.ok(world.story('a').includes('cancel-requested'));
  assert.deepEqual([world.order('a').cancelBy, world.order('a').cancelReason], ['sam', 'by hand']);
  await world.pass(30_000);
  assert.equal(world.order('a').phase, 'booked');
  assert.equal(world.facts('emergency.imported').length, 1);
  assert.deepEqual(place.reading.records, []);
  world.assertBooksAgree();
});

test('a halt asked for while the disk hangs cancels at once, and shuts the gate of the next life', async () => {
  const { world, hang } = await working();
  hang();
  ask(world, { kind: 'halt', by: 'sam', reason: 'strange fills', cancelOrders: true });
  await world.pass(250 + SEND_MS);
  assert.equal(deletes(world), 1);
  world.kill();
  await world.boot({ flushMs: () => 1 });
  const { gate } = world.runtime.world;
  assert.deepEqual([gate.state, gate.by, gate.reason], ['HALTED', 'sam', 'strange fills']);
  const refused = await world.ask('b');
  assert.equal(refused.kind === 'order' ? world.order('b').phase : '', 'blocked');
});

test('a disk that hangs too long ends the life as ever; the cancel has left once, and is not forgotten', async () => {
  const { world, hang } = await working();
  hang();
  ask(world, { kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'by hand' });
  await world.pass(20_000);
  assert.equal(world.failures.length, 1);
  world.kill();
  await world.boot({ flushMs: () => 1 });
  await world.pass(30_000);
  assert.deepEqual([world.order('a').phase, world.order('a').cancelBy], ['booked', 'sam']);
  world.assertBooksAgree();
});

test('a boot that takes over a halt from a slow disk does not wait for an emergency log that hangs', async () => {
  class Hanging extends EmergencyPlace {
    hangs = false;
    override open(): ReturnType<EmergencyPlace['open']> {
      const log = super.open();
      return this.hangs ? { ...log, append: () => new Promise(() => {}) } : log;
    }
  }
  const place = new Hanging();
  let isHanging = false;
  const world = await theatre({ emergency: place, flushMs: () => (isHanging ? 3_600_000 : 1) });
  isHanging = true;
  ask(world, { kind: 'halt', by: 'sam', reason: 'strange fills', cancelOrders: true });
  await world.pass(1_000);
  world.kill();
  place.hangs = true;
  await world.boot({ flushMs: () => 400 }); // so slow that the halt is late once more
  assert.deepEqual([world.runtime.world.gate.state, world.facts('emergency.imported').length], ['HALTED', 1]);
});
