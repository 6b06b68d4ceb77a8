/** What a grave illness of the system does to the gate, with the whole runtime: only what takes risk away leaves, and it comes back by its rule. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk } from '../../src/journal/index.ts';
import { running } from '../support/running.ts';
import type { Json } from '../support/running.ts';

const MIB = 1_048_576;

async function stage(given: Parameters<typeof running>[0] = {}) {
  let freeMib = 10_000;
  const one = await running({ ...given, health: { freeBytes: () => freeMib * MIB } });
  const until = async (state: string): Promise<void> => assert.ok(await one.clock.runUntil(() => one.runtime.world.health.system.state === state, 200_000), `it becomes ${state}`);
  await until('healthy');
  let orders = 0;
  const ask = async (side: string, quantity: string, limitPrice: string): Promise<Json> => (await one.intent({ key: `${given.disk?.head.seq ?? 0} k${++orders}`, instrument: 'BTC/USD', side, quantity, type: 'limit', limitPrice })).body;
  const command = (method: string, path: string, body?: unknown) => one.ask(one.control, method, path, body);
  return { ...one, until, ask, command, frees: (mib: number): void => { freeMib = mib; } };
}

test('a system that is critical lets only pass what reduces, says why, and comes back by itself; the ladder was never moved', async () => {
  const disk = new MemoryDisk();
  const one = await stage({ disk });
  one.frees(100);
  await one.until('critical');
  const refused = await one.ask('buy', '0.01', '50000');
  assert.deepEqual([refused.phase, refused.blocked.control, refused.blocked.code], ['blocked', 'gate', 'BW-3120']);
  assert.match(refused.blocked.observed, /^REDUCING by health: the system is critical: disk is critical: 100 MiB are left in the data folder; a buy of 0\.01 BTC/);
  assert.equal(refused.blocked.wouldPass, 'no buy before the system has come back: "breakwater components" says what is ill');
  const { body: status, headers } = await one.command('GET', '/api/v1/status');
  assert.deepEqual([status.state, status.gate.state, JSON.parse(headers['breakwater-mode'] ?? '').gate, status.safety.restriction], ['reducing', 'ACTIVE', 'REDUCING', 'reduce-only']);
  assert.match(status.sentence, /^Reducing only, by health: the system is critical: disk is critical/);
  const ready = await one.command('GET', '/readyz');
  assert.deepEqual([ready.status, ready.body.conditions.find(({ name }: Json) => name === 'safety').ok], [503, false]);
  assert.equal(one.facts().includes('gate.moved'), false);
  assert.match(status.safety.awaits, /^it waits for disk, critical since /);
  one.frees(10_000);
  assert.ok(await one.clock.runUntil(() => one.runtime.world.health.components.get('disk')?.state === 'recovering', 60_000));
  const { body: calm } = await one.command('GET', '/api/v1/status');
  assert.match(calm.sentence, /The system is critical: nothing is to be done: everything has been better since .*, and it comes back by itself at /);
  assert.equal(Date.parse(calm.safety.until) - Date.parse(calm.safety.awaits.match(/since ([^,]*),/)[1]), 30_000);
  await one.until('degraded');
  assert.match((await one.command('GET', '/api/v1/status')).body.sentence, /^Trading: .* Limits are halved: the system is degraded: /);
  const half = await one.ask('buy', '0.01', '50000');
  assert.equal(half.phase, 'sending', JSON.stringify(half));
  assert.equal((await one.command('GET', '/readyz')).status, 200, 'half the limits are no reason to send nothing');
});

test('what was halted stays so when the system comes back, and a resume opens nothing that the system is too ill for', async () => {
  const one = await stage();
  one.frees(100);
  await one.until('critical');
  await one.command('POST', '/api/v1/halt', { by: 'sam', reason: 'a look' });
  await one.command('POST', '/api/v1/resume', { by: 'sam', reason: 'looked' });
  assert.equal(one.runtime.world.gate.state, 'ACTIVE');
  assert.equal((await one.ask('buy', '0.01', '50000')).blocked.code, 'BW-3120');
  await one.command('POST', '/api/v1/halt', { by: 'sam', reason: 'again' });
  one.frees(10_000);
  await one.until('healthy');
  assert.equal((await one.ask('buy', '0.01', '50000')).blocked.code, 'BW-3100');
});
