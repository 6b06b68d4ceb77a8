import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsAsked, sound } from './seeds.ts';

const FRESH = Math.max(30, Math.round(seedsAsked / 10));
const HOUR_MS = 3_600_000;

test(`nothing that must hold breaks, over ${FRESH} seeds that nobody has run before`, async () => {
  const from = 1_000_000 + Math.floor(Date.now() / 1_000) * 10_000 % 2_000_000_000;
  console.log(`fresh seeds: ${FRESH} from ${from} on`);
  const result = await sound(from, FRESH);
  assert.equal(result.runs, FRESH);
  assert.ok(result.simulatedMs >= FRESH * HOUR_MS / 12, 'each run lasts five minutes and more');
  assert.ok(result.intents >= FRESH * 20, 'each run has twenty wishes and more');
});
