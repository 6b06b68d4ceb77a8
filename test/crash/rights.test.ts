/** C42 by the rights of this machine: who trades can send signals, and can neither set limits nor give commands. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';
import { asked, breakwater, until } from './kit-program.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** What a strategy tries, in a process of its own: what came of each. */
const tries = `
const { appendFileSync, chmodSync, readdirSync, renameSync, writeFileSync } = require('node:fs');
const { request } = require('node:http');
const [folder, data, door, token] = process.argv.slice(1);
const tried = {};
const attempt = (name, run) => { try { run(); tried[name] = 'done'; } catch (thrown) { tried[name] = thrown.code ?? String(thrown); } };
const file = folder + '/breakwater.json';
attempt('write the configuration', () => appendFileSync(file, ' '));
attempt('open its rights', () => chmodSync(file, 0o666));
attempt('put another in its place', () => renameSync(file, file + '.old'));
attempt('lay one over it', () => writeFileSync(folder + '/breakwater.local.json', '{}'));
attempt('write into the data folder', () => writeFileSync(data + '/mine', ''));
const asking = (name, options, body) => new Promise((resolve) => {
  const sent = request(options, (response) => { response.resume().on('end', () => { tried[name] = response.statusCode; resolve(); }); });
  sent.on('error', (thrown) => { tried[name] = thrown.code; resolve(); });
  sent.end(body);
});
(async () => {
  for (const socket of ['control', 'supervisor']) await asking('the ' + socket + ' socket', { socketPath: data + '/' + socket + '.sock', path: '/api/v1/status' });
  await asking('a signal at the door', { port: new URL(door).port, host: '127.0.0.1', path: '/api/v1/intents', method: 'POST', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' } },
    JSON.stringify({ key: 'mine', instrument: 'BTC/USD', side: 'buy', quantity: '0.001', type: 'market' }));
  process.stdout.write(JSON.stringify(tried));
})();
`;

test('C42: a strategy under a user of its own sends signals, and reaches neither the configuration nor a socket of command', { timeout: 120_000, skip: isRoot ? false : 'needs root, to be somebody else' }, async (context) => {
  const system = await System.start(context, { name: 'rights', seed: 3 });
  await until('the supervisor listens', () => existsSync(join(system.data, 'supervisor.sock')));
  for (const socket of ['control.sock', 'supervisor.sock']) assert.equal(statSync(join(system.data, socket)).mode & 0o777, 0o600, socket);
  chmodSync(system.folder, 0o755); // it may look around, and the rest must hold
  chmodSync(system.data, 0o755);
  const before = readFileSync(join(system.folder, 'breakwater.json'), 'utf8');
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', tries, system.folder, system.data, system.doorUrl, TOKEN], { uid: NOBODY, gid: NOBODY, cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  assert.notEqual(stdout, '', stderr);
  const tried = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(tried, {
    'write the configuration': 'EACCES', 'open its rights': 'EPERM', 'put another in its place': 'EACCES', 'lay one over it': 'EACCES', 'write into the data folder': 'EACCES',
    'the control socket': 'EACCES', 'the supervisor socket': 'EACCES', 'a signal at the door': 200,
  });
  assert.equal(readFileSync(join(system.folder, 'breakwater.json'), 'utf8'), before);
});

test('C42: the data folder and the sockets of command are for their owner alone', { timeout: 120_000 }, async (context) => {
  const system = await System.start(context, { name: 'modes', seed: 6 });
  await until('the supervisor listens', () => existsSync(join(system.data, 'supervisor.sock')));
  assert.equal(statSync(system.data).mode & 0o077, 0);
  for (const socket of ['control.sock', 'supervisor.sock']) assert.equal(statSync(join(system.data, socket)).mode & 0o777, 0o600, socket);
});

test('C42, R3: a configuration whose rights became loose is refused whole by a reload, and taken again once they are in order', { timeout: 120_000 }, async (context) => {
  const system = await System.start(context, { name: 'loose', seed: 4 });
  const path = join(system.folder, 'breakwater.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as { limits: { maxPosition: Record<string, string> } };
  config.limits.maxPosition['BTC/USD'] = '5';
  writeFileSync(path, JSON.stringify(config));
  chmodSync(path, 0o666);
  const reload = async (): Promise<{ readonly code: number | null; readonly document: Json }> => asked(['reload', '--by', 'sam', '--reason', 'less', '--data', system.data, '--json']);
  const refused = await reload();
  assert.deepEqual([refused.code, refused.document.error.code], [7, 'BW-2040']);
  assert.match(refused.document.error.detail, /BW-1213 .*breakwater\.json.*may be written by others \(mode 666\)/);
  chmodSync(path, 0o600);
  const taken = await reload();
  assert.equal(taken.code, 0, JSON.stringify(taken.document));
  assert.equal(taken.document.data.inForce.length, 1);
  chmodSync(join(system.data, 'control.sock'), 0o666);
  const open = await reload();
  assert.equal(open.document.error?.code, 'BW-2040', 'a socket that others may write is a way to give commands');
  chmodSync(join(system.data, 'control.sock'), 0o600);
});

test('C42, R2: with real money nothing starts on a file that others may write; with simulated money it starts and says so', { timeout: 120_000 }, async (context) => {
  const system = await System.start(context, { name: 'live', seed: 5 });
  await system.stop();
  const path = join(system.folder, 'breakwater.json');
  const live = join(system.folder, 'live.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as { venues: Record<string, Json> };
  const { baseUrl: _url, ...venue } = config.venues['alpaca'];
  writeFileSync(live, JSON.stringify({ ...config, venues: { alpaca: { ...venue, money: 'live', keyId: 'none', secret: 'none' } } }));
  chmodSync(live, 0o620);
  const started = breakwater(['start', '--config', live, '--data', join(system.folder, 'other'), '--json']);
  const { code } = await started.ended;
  const told = JSON.stringify([...started.out, ...started.log]);
  assert.equal(code, 3, told);
  assert.match(told, /BW-1213.*may be written by others \(mode 620\).*chmod go-w/);
  rmSync(live);

  chmodSync(path, 0o664);
  const loose = system.startSupervisor();
  await system.ready();
  assert.match(JSON.stringify(loose.log), /warning BW-1213/);
});
