import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, virtualClock } from '../../../test/kit/life.ts';
import { controlDoor } from '../../door/index.ts';
import type { NetApp, Word } from '../../ports/index.ts';
import { seededRandom } from '../../base/index.ts';
import { seededIds } from '../../sim/ids.ts';
import { keepProving } from './proving.ts';
import type { Provable } from './proving.ts';

const answering = (status: number, body: object): NetApp => ({ request: () => Promise.resolve({ kind: 'answer', status, headers: {}, body: JSON.stringify(body) }) });
const silent: NetApp = { request: () => new Promise(() => {}) };
const strandedControl = answering(200, { sentence: 'No journal, no order.' });

async function wordsOver(ms: number, provable: Provable, clock = virtualClock()): Promise<readonly Word[]> {
  const words: Word[] = [];
  keepProving(clock, () => provable, (word) => void words.push(word));
  await clock.runFor(ms);
  return words;
}

test('L4: a life that trades proves itself every second, in the words of its status', async () => {
  const world = await life();
  const control = controlDoor({ runtime: world.runtime, clock: world.clock, ids: seededIds(seededRandom('proving')), instance: 'test', money: 'sim', onStop: () => {} });
  const words = await wordsOver(10_500, { runtime: world.runtime, open: silent, control }, world.clock);
  assert.ok(words.length >= 9 && words.length <= 10, String(words.length));
  assert.match(words.map((word) => (word.kind === 'proven' ? word.sentence : '')).at(-1) ?? '', /^Trading: the gate is open/);
});

test('L4: when the disk falls silent so does the life, though its loop turns; a life that is over says nothing more', async () => {
  let delayMs = 1;
  const world = await life({ disks: { flushDelayMs: () => delayMs }, settings: { appendTimeoutMs: 20_000 } });
  const control = controlDoor({ runtime: world.runtime, clock: world.clock, ids: seededIds(seededRandom('proving')), instance: 'test', money: 'sim', onStop: () => {} });
  const words: Word[] = [];
  keepProving(world.clock, () => ({ runtime: world.runtime, open: silent, control }), (word) => void words.push(word));
  await world.clock.runFor(3_500);
  assert.equal(words.length, 3);
  delayMs = 1_000_000;
  void world.ask('a').catch(() => undefined);
  await world.clock.runFor(15_000);
  assert.equal(words.length, 3);
  await world.clock.runFor(30_000);
  assert.equal(world.failures.length, 1);
  assert.equal(words.length, 3);
});

test('L4: without a journal a refused order is the proof, and an order that is taken is none', async () => {
  const refusing = await wordsOver(3_500, { runtime: undefined, open: answering(500, {}), control: strandedControl });
  assert.deepEqual(refusing[0], { kind: 'proven', sentence: 'No journal, no order.' });
  assert.equal(refusing.length, 3);
  assert.deepEqual(await wordsOver(60_000, { runtime: undefined, open: answering(200, {}), control: strandedControl }), []);
});

test('L4: while it boots, while a door is silent and while nobody can say how things stand, there is no proof', async () => {
  for (const provable of [
    { runtime: undefined, open: undefined, control: undefined },
    { runtime: undefined, open: silent, control: strandedControl },
    { runtime: undefined, open: answering(500, {}), control: silent },
    { runtime: undefined, open: answering(500, {}), control: answering(503, { sentence: 'x' }) },
    { runtime: undefined, open: answering(500, {}), control: answering(200, {}) },
  ]) assert.deepEqual(await wordsOver(60_000, provable), []);
});
