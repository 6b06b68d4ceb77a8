import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS, running } from '../../test/support/running.ts';
import type { Json } from '../../test/support/running.ts';
import { MemoryDisk } from '../journal/index.ts';

const sam = { by: 'sam', reason: 'looked at it' };
const line = (body: Json, item: string): Json => body.checklist.find((one: Json) => one.item === item);

test('a halt is not ended while a circuit waits for somebody to close it, unless that circuit is named', async () => {
  const { ask, control, runtime, clock } = await running();
  const post = (path: string, body: object): Promise<Json> => ask(control, 'POST', `/api/v1/${path}`, body);
  await post('breakers/trip', { name: 'loss/default', by: 'kim', reason: 'enough for today' });
  await post('breakers/trip', { name: 'volatility/BTC/USD', by: 'kim', reason: 'news', forMs: 600_000 });
  await post('halt', { by: 'kim', reason: 'lunch' });
  await clock.runFor(100);
  const refused = await post('resume', sam);
  assert.deepEqual([refused.status, refused.body.code], [409, 'BW-2031']);
  const told = line(refused.body, 'breakers');
  assert.match(told.why, /loss\/default is open: kim: enough for today; until a person closes it/);
  assert.match(told.why, /volatility\/BTC\/USD is open: kim: news; until \d{4}-/);
  assert.match(told.doNext, /^breakwater breakers reset loss\/default --reason "…"; or .* --acknowledge loss\/default$/);
  assert.equal((await post('resume', { ...sam, acknowledge: ['volatility/BTC/USD'] })).status, 409, 'another name acknowledges nothing');
  const resumed = await post('resume', { ...sam, acknowledge: ['loss/default'] });
  assert.deepEqual([resumed.status, resumed.body.gate.state, line(resumed.body, 'breakers').met], [200, 'ACTIVE', true]);
  assert.match(line(resumed.body, 'breakers').why, /^yes, and what they stop stays stopped: .*loss\/default/);
  assert.equal(runtime.world.gate.reason, 'looked at it (with loss/default open)', 'the record says what was acknowledged');
  assert.equal(runtime.world.breakers.get('loss/default')?.phase, 'open', 'and opening the gate has closed nothing');
});

test('what is held open without an end waits for somebody; what time closes, is held closed or is no business of the scope does not', async () => {
  const { ask, control } = await running();
  const post = (path: string, body: object): Promise<Json> => ask(control, 'POST', `/api/v1/${path}`, body);
  const lineOf = async (scope: string): Promise<Json> => line((await ask(control, 'GET', `/api/v1/resume?scope=${encodeURIComponent(scope)}&reason=x`)).body, 'breakers');
  for (const scope of ['system', 'instrument:paper:BTC/USD', 'strategy:demo']) await post('halt', { ...sam, scope });
  assert.deepEqual(await lineOf('system'), { item: 'breakers', met: true, why: 'yes', doNext: '' });
  await post('breakers/trip', { name: 'loss/other', ...sam });
  assert.deepEqual([(await lineOf('system')).met, (await lineOf('strategy:demo')).met, (await lineOf('instrument:paper:BTC/USD')).why], [false, true, 'yes']);
  await post('breakers/trip', { name: 'position/BTC/USD', ...sam });
  await post('breakers/trip', { name: 'loss/demo', ...sam });
  assert.match((await lineOf('instrument:paper:BTC/USD')).why, /^The circuit position\/BTC\/USD is open/);
  assert.match((await lineOf('strategy:demo')).why, /^The circuit loss\/demo is open/);
  for (const name of ['loss/other', 'position/BTC/USD', 'loss/demo']) await post('breakers/reset', { name, ...sam });
  await post('breakers/hold', { name: 'paper/orders', hold: 'open', forMs: 60_000, ...sam });
  assert.match((await lineOf('system')).why, /^yes, and what they stop stays stopped: .*paper\/orders is held open by sam/);
  await post('breakers/hold', { name: 'paper/orders', hold: 'open', ...sam });
  assert.equal((await lineOf('system')).met, false);
  await post('breakers/hold', { name: 'paper/orders', hold: 'closed', forMs: 60_000, ...sam });
  assert.deepEqual([(await lineOf('system')).met, (await lineOf('system')).why], [true, 'yes']);
});

test('the checklist names the limits in force, and says whether they changed since the stop, over a restart too', async () => {
  const disk = new MemoryDisk();
  const first = await running({ disk });
  await first.ask(first.control, 'POST', '/api/v1/halt', sam);
  const asked = async ({ ask, control }: typeof first): Promise<Json> => line((await ask(control, 'GET', '/api/v1/resume?reason=x')).body, 'configuration');
  const hash = first.runtime.world.limitsHash.slice(0, 12);
  assert.deepEqual(await asked(first), { item: 'configuration', met: true, why: `limits ${hash} are in force; none changed since it was stopped`, doNext: '' });
  await first.runtime.stop('for new limits');
  const second = await running({ disk, clock: first.clock, settings: { limits: { ...LIMITS, priceMaxAgeMs: 9_000 } } });
  const { met, why } = await asked(second);
  const now = second.runtime.world.limitsHash.slice(0, 12);
  assert.notEqual(now, hash);
  assert.match(`${met} ${why}`, new RegExp(`^true limits ${now} are in force; since it was stopped the limits changed at \\d{4}-`));
});
