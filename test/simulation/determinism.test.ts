import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../src/edges/clock/index.ts';
import { drawSwarm, partsOf, simulate } from '../../src/sim/index.ts';
import { seededRandom } from '../../src/base/index.ts';

const hashOf = async (seed: number, settled = settle): Promise<string> => (await simulate({ seed, settle: settled })).journalHash;

test('the same seed gives the same journal, to the last byte, however often work is waited for', async () => {
  const twice = async (): Promise<void> => {
    await settle();
    await settle();
  };
  for (const seed of [3, 17, 42, 77, 104]) {
    const hash = await hashOf(seed);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(await hashOf(seed), hash);
    assert.equal(await hashOf(seed, twice), hash);
    assert.notEqual(await hashOf(seed + 1), hash);
  }
});

test('what is switched off in a swarm is off, and the rest stays', async () => {
  const swarm = drawSwarm(seededRandom(62).fork('swarm'));
  const parts = partsOf(swarm);
  assert.ok(parts.length > 2);
  const { parts: left, verdict } = await simulate({ seed: 62, settle, without: parts.slice(0, 2) });
  assert.deepEqual(left, parts.slice(2));
  assert.equal(verdict, 'ok');
});
