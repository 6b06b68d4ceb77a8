/** The configuration read again by real processes: by the command, by SIGHUP, and by the start after a kill. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { System } from './kit.ts';
import type { Json } from './kit.ts';
import { asked, until } from './kit-program.ts';

type Limits = { maxPosition: Record<string, string> };

async function run(system: System, ...words: readonly string[]): Promise<{ readonly code: number | null; readonly data: Json; readonly error: Json }> {
  const { code, document } = await asked([...words, '--data', system.data, '--json']);
  return { code, data: (document as Json).data, error: (document as Json).error };
}
const positionOf = async (system: System): Promise<string | undefined> => (await run(system, 'limits', 'ls')).data.limits.find(({ limit }: Json) => limit === 'maxPosition BTC/USD')?.value;

test('tighter at once, looser by a person, a broken file refused whole: by command, by SIGHUP, over a kill', { timeout: 180_000 }, async (context) => {
  const system = await System.start(context, { name: 'reload', seed: 11 });
  const path = join(system.folder, 'breakwater.json');
  const write = (change: (config: Json) => void): void => {
    const config: Json = JSON.parse(readFileSync(path, 'utf8'));
    change(config);
    writeFileSync(path, JSON.stringify(config));
  };
  const limit = (maxPosition: string) => write(({ limits }: { limits: Limits }) => { limits.maxPosition['BTC/USD'] = maxPosition; });
  const first = (JSON.parse(readFileSync(path, 'utf8')) as { readonly limits: Limits }).limits.maxPosition['BTC/USD'];
  await until('the limits are counted', async () => (await positionOf(system)) === first);

  limit('5');
  const tightened = await run(system, 'reload', '--by', 'sam', '--reason', 'less');
  assert.deepEqual([tightened.code, tightened.data.inForce, tightened.data.held], [0, [{ limit: 'maxPosition BTC/USD', from: first, to: '5', direction: 'tighter' }], null]);

  limit('9');
  const held = await run(system, 'reload', '--by', 'sam', '--reason', 'more');
  assert.deepEqual([held.code, held.data.held.by, await positionOf(system)], [10, 'sam', '5']);

  const sound = readFileSync(path, 'utf8');
  writeFileSync(path, sound.slice(0, -2));
  const broken = await run(system, 'reload', '--by', 'sam', '--reason', 'a slip');
  assert.deepEqual([broken.code, broken.error.code, await positionOf(system)], [7, 'BW-2040', '5']);
  writeFileSync(path, sound);
  write((config) => { config.reconciliation.every = '5s'; config.limits.maxPosition['BTC/USD'] = '1'; });
  const half = await run(system, 'reload', '--by', 'sam', '--reason', 'two things at once');
  assert.deepEqual([half.code, half.error.code, await positionOf(system)], [7, 'BW-2040', '5'], 'what could have been taken is not taken either');
  assert.match(half.error.detail, /reconciliation\.every(?:\.ms)? needs a restart/);
  writeFileSync(path, sound);

  const life = await system.ready();
  process.kill(life.pid, 'SIGKILL'); // between the proposal and the approval; the next start reads the looser file
  await system.after(life);
  await system.ready();
  await until('it answers again', async () => (await positionOf(system)) === '5');
  const after = await run(system, 'limits', 'ls');
  assert.equal(after.data.held.id, held.data.held.id);
  const approved = await run(system, 'limits', 'approve', after.data.held.id, '--by', 'kim', '--reason', 'looked at');
  assert.deepEqual([approved.code, await positionOf(system)], [0, '9']);

  limit('2');
  system.supervisor?.signal('SIGHUP');
  await until('SIGHUP has it read again', async () => (await positionOf(system)) === '2');
  writeFileSync(path, '{');
  system.supervisor?.signal('SIGHUP');
  await until('the refusal is in the journal, and the log tells it', () => system.supervisor?.log.some(({ event, code }) => event === 'limits.reload-refused' && code === 'BW-2040') === true && heard(system, 'BW-1201'));
  assert.equal(await positionOf(system), '2');
  assert.equal(system.lives.length, 2, 'it is the same life');
  writeFileSync(path, sound);
});

const heard = (system: System, words: string): boolean => system.supervisor?.log.some(({ msg }) => String(msg).includes('refused whole') && String(msg).includes(words)) === true;
