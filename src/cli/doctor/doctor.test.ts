import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Sealer } from '../../journal/index.ts';
import { realClock, realIds } from '../../edges/clock/index.ts';
import { loadConfig, readConfigFile } from '../../edges/config/index.ts';
import { realMachine } from '../../edges/machine/index.ts';
import { realNet } from '../../edges/net/index.ts';
import { openSqliteStore } from '../../edges/sqlite/index.ts';
import type { Clock, HttpOutcome, Machine, Net } from '../../ports/index.ts';
import { configFor } from '../configuration.ts';
import { runCli } from '../index.ts';
import type { Configured, Patient } from './check.ts';
import { examined } from './index.ts';

const wallMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock: Clock = { monotonicMs: () => performance.now(), wallMs: () => wallMs, timer: (_delayMs, run) => { // nobody waits
  const timer = setImmediate(run);
  return () => clearImmediate(timer);
} };
const machine: Machine = {
  rights: (path) => ({ kind: 'told', owner: 'us', mode: 0o700, realPath: path }),
  permissions: () => ({ mode: 0o700, isOurs: true, isFolder: true }), disk: () => ({ freeBytes: 5e10, totalBytes: 1e11, fileSystem: 'ext' }), flushesMs: (_folder, count) => Array.from({ length: count }, () => 1.5),
  openFilesLimit: () => 65_536, processAt: () => undefined, busy: () => Promise.resolve(undefined), text: () => undefined,
};
const away: Net = {
  request: () => Promise.resolve({ kind: 'not-sent', why: 'getaddrinfo ENOTFOUND paper-api.alpaca.markets' }), open: () => Promise.resolve({ kind: 'failed', why: 'Unexpected server response: 403' }), serve: () => Promise.reject(new Error('nothing is served')),
};
const none: Configured = { file: 'breakwater.json', errors: [], warnings: [], files: [], secretFiles: [], isNamed: false };

/** A demo configuration, changed. */
function configured(change: (venue: Record<string, unknown>) => void = () => {}): Configured {
  const loaded = loadConfig({ file: 'config/demo.json', env: {}, readFile: readConfigFile });
  assert.ok(loaded.ok);
  const config = { ...loaded.config, venues: { alpaca: { ...loaded.config.venues['alpaca'] } } } as Configured['config'];
  change(config?.venues['alpaca'] as unknown as Record<string, unknown>);
  return { ...none, file: 'config/demo.json', ...(config === undefined ? {} : { config }) };
}
const patient = (changes: Partial<Patient> = {}): Patient => ({ clock, net: away, machine, node: '26.1.0', data: '/nowhere/data', configured: none, timeoutMs: 1_000, full: false, ...changes });
async function found(name: string, changes: Partial<Patient> = {}): Promise<string> {
  const [one] = await examined(patient(changes), name);
  return `${one?.status ?? ''} ${one?.code ?? ''} ${one?.why ?? ''}`;
}
const on = (changes: Partial<Machine>): Partial<Patient> => ({ machine: { ...machine, ...changes } });

function folder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'doctor-'));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

for (const [what, name, changes, expected] of [
  ['an old Node.js', 'node', { node: '22.9.0' }, /^failed BW-1320 .*22\.9\.0/],
  ['the oldest that does', 'node', { node: '24.15.0' }, /^ok/],
  ['few open files', 'limits', on({ openFilesLimit: () => 256 }), /^warning BW-1326 256/],
  ['no limit to be read', 'limits', on({ openFilesLimit: () => undefined }), /^skipped/],
  ['a folder that others may read', 'folder', on({ permissions: () => ({ mode: 0o755, isOurs: true, isFolder: true }) }), /^failed BW-1322 .*mode 755/],
  ['a folder of somebody else', 'folder', on({ permissions: () => ({ mode: 0o700, isOurs: false, isFolder: true }) }), /^failed BW-7104/],
  ['a folder that is a file', 'folder', on({ permissions: () => ({ mode: 0o600, isOurs: true, isFolder: false }) }), /^failed BW-7104/],
  ['a disk with little room', 'disk', on({ disk: () => ({ freeBytes: 5e8, totalBytes: 1e11, fileSystem: 'ext' }) }), /^warning BW-1323 500 MB free/],
  ['a disk with hardly any', 'disk', on({ disk: () => ({ freeBytes: 5e7, totalBytes: 1e11, fileSystem: 'ext' }) }), /^failed BW-1323/],
  ['a disk on the network', 'file-system', on({ disk: () => ({ freeBytes: 5e10, totalBytes: 1e11, fileSystem: 'nfs' }) }), /^failed BW-1325/],
  ['a disk in memory', 'file-system', on({ disk: () => ({ freeBytes: 5e10, totalBytes: 1e11, fileSystem: 'tmpfs' }) }), /^warning BW-1325/],
  ['a slow flush among fast ones', 'flush', on({ flushesMs: (_, count) => Array.from({ length: count }, (_value, index) => (index === 3 ? 80 : 1)) }), /^warning BW-1324 p50 1\.0 ms, p99 80\.0 ms/],
  ['a disk that stalls', 'flush', on({ flushesMs: (_, count) => Array.from({ length: count }, () => 1_500) }), /^failed BW-1324/],
  ['a full disk', 'flush', on({ flushesMs: () => { throw new Error('ENOSPC: no space left on device, write'); } }), /^failed BW-7102/],
  ['a folder that cannot be written', 'flush', on({ flushesMs: () => { throw new Error('EACCES: permission denied'); } }), /^failed BW-7104/],
  ['a holder that is gone', 'holder', on({ text: () => '{"pid":42}' }), /^ok  free: process 42, which held it last, is gone/],
  ['a holder that does not answer', 'holder', on({ text: () => '{"pid":42}', processAt: () => 'node /opt/breakwater/src/main.ts runtime' }), /^failed BW-1328 process 42/],
  ['a number that another process has by now', 'holder', on({ text: () => '{"pid":42}', processAt: () => '/usr/sbin/sshd' }), /^ok/],
  ['no configuration', 'configuration', {}, /^skipped/],
  ['a configuration that is named and not there', 'configuration', { configured: { ...none, isNamed: true } }, /^failed BW-1200/],
  ['a configuration with an error', 'configuration', { configured: { ...none, errors: ['breakwater.json:3:5  error BW-1204'] } }, /^failed BW-1304 1 error/],
  ['a secret that others may read', 'secrets', { configured: { ...none, secretFiles: ['/etc/key'] }, ...on({ permissions: () => ({ mode: 0o640, isOurs: true, isFolder: false }) }) }, /^failed BW-1322 \/etc\/key/],
  ['a folder that others may write', 'rights', on({ rights: (path) => ({ kind: 'told', owner: 'us', mode: path === '/nowhere/data' ? 0o770 : 0o755, realPath: path }) }), /^warning BW-1213 \/nowhere\/data may be written by others \(mode 770\)/],
  ['the same with real money', 'rights', { configured: configured((venue) => { venue['money'] = 'live'; }), ...on({ rights: (path) => ({ kind: 'told', owner: 'us', mode: path === '/nowhere/data' ? 0o770 : 0o755, realPath: path }) }) }, /^failed BW-1213 .*with real money nothing is started/],
  ['files that are in order', 'rights', {}, /^ok/],
  ['a machine without such rights', 'rights', on({ rights: () => ({ kind: 'not-told' }) }), /^skipped  not told/],
  ['an address that another program holds', 'addresses', { configured: configured(), ...on({ busy: () => Promise.resolve('listen EADDRINUSE') }) }, /^failed BW-1327 127\.0\.0\.1:7340 .*EADDRINUSE/],
  ['a venue that cannot be reached', 'alpaca answers', { configured: configured() }, /^failed BW-1329 .*ENOTFOUND/],
] as const) {
  test(`doctor: ${what}`, async () => assert.match(await found(name, changes as Partial<Patient>), expected));
}

test('doctor: a wall clock that steps while it is watched', async () => {
  let readings = 0;
  const stepping: Clock = { ...clock, monotonicMs: () => 0, wallMs: () => wallMs + (readings++ === 0 ? 0 : 3_000) };
  assert.match(await found('clock', { clock: stepping }), /^warning BW-1321 the wall clock stepped by 3000 ms/);
  assert.match(await found('clock', { clock: { ...clock, monotonicMs: () => 0 } }), /^ok/);
});

const account = { account_number: 'PA3ABC', status: 'ACTIVE', crypto_status: 'ACTIVE', currency: 'USD', cash: '1', trading_blocked: false, account_blocked: false, trade_suspended_by_user: false, transfers_blocked: false };
const answering = (status: number, body: object, date = new Date(wallMs).toUTCString()): Net => ({
  ...away, request: (): Promise<HttpOutcome> => Promise.resolve({ kind: 'answered', status, headers: { date }, body: new TextEncoder().encode(JSON.stringify(body)) }),
});

test('doctor: what a venue says of our keys, our account and the time', async () => {
  const on200 = { configured: configured(), net: answering(200, account) };
  assert.match(await found('alpaca answers', on200), /^ok/);
  assert.match(await found('alpaca time', on200), /^ok/);
  assert.match(await found('alpaca keys', on200), /^ok {2}sim money, account PA3ABC, may trade/);
  assert.match(await found('alpaca keys', { ...on200, net: answering(401, { code: 40110000, message: 'request is not authorized' }) }), /^failed BW-1330 refused/);
  assert.match(await found('alpaca keys', { ...on200, net: answering(200, { hello: 'proxy' }) }), /^failed BW-1329/);
  assert.match(await found('alpaca keys', { ...on200, net: answering(200, { ...account, trading_blocked: true }) }), /^failed BW-1331 .*trading_blocked/);
  assert.match(await found('alpaca keys', { ...on200, configured: configured((venue) => { venue['account'] = 'PA3XYZ'; }) }), /^failed BW-1330 .*PA3ABC.*PA3XYZ/);
  const live = configured((venue) => { venue['money'] = 'live'; });
  assert.match(await found('alpaca keys', { ...on200, configured: live }), /^warning BW-1332/);
  assert.match(await found('alpaca keys', { ...on200, configured: live, net: answering(200, { ...account, transfers_blocked: true }) }), /^ok {2}live money/);
  assert.match(await found('alpaca time', { ...on200, net: answering(200, account, new Date(wallMs + 10_000).toUTCString()) }), /^warning BW-1321 its clock is 10\.5 s ahead/);
  assert.match(await found('alpaca time', { ...on200, net: answering(200, account, new Date(wallMs - 300_000).toUTCString()) }), /^failed BW-1321 .*behind/);
  assert.match(await found('alpaca stream', on200), /^failed BW-1333 /);
  assert.match(await found('alpaca stream', { ...on200, net: answering(401, { message: 'request is not authorized' }) }), /^skipped .*the keys are not accepted/);
  assert.match(await found('alpaca stream', { configured: configured() }), /^skipped .*it did not answer/); // nothing is said of keys that nobody looked at
});

test('doctor: a request that our own rate budget held back says nothing of the venue, and when to look again', async () => {
  const held: Net = { ...away, request: () => Promise.resolve({ kind: 'not-sent', why: 'no room in "trading"', heldBack: true, retryAfterMs: 12_300 }) };
  const [one] = await examined(patient({ configured: configured(), net: held }), 'alpaca answers');
  assert.match(`${one?.status} ${one?.code} ${one?.why}`, /^skipped undefined it was not asked: our own rate budget held the request back \(/);
  assert.match(one?.doNext ?? '', /^look again in \d+ s$/);
});

test('doctor: open circuits are told with since when, why and what to do; without a runtime nothing is said of them', async () => {
  const at = '2026-01-02T03:00:00.000Z';
  const tripped = { name: 'loss/default', phase: 'open', sentence: 'loss/default is open: sam: enough; until a person closes it.', until: 'a person closes it', lastOpened: { at } };
  const held = { name: 'alpaca/orders', phase: 'closed', sentence: 'alpaca/orders is held open by sam: maintenance, until a person closes it.', held: { as: 'open' } };
  const closed = { name: 'alpaca/reads', phase: 'closed', sentence: 'alpaca/reads is closed.', lastOpened: { at } };
  const telling = (breakers: readonly object[]): Partial<Patient> => ({ net: answering(200, { breakers }) });
  assert.match(await found('circuits'), /^skipped {2}no runtime answers here/);
  assert.match(await found('circuits', telling([closed])), /^ok {2}all 1 closed/);
  assert.equal(await found('circuits', telling([tripped, held, closed])), `warning BW-3104 loss/default is open: sam: enough; until a person closes it, since ${at}; alpaca/orders is held open by sam: maintenance, until a person closes it`);
  const [one] = await examined(patient(telling([tripped])), 'circuits');
  assert.match(one?.doNext ?? '', /breakers show loss\/default.*breakers reset loss\/default --reason/);
});

/** A journal with one entry, written at a wall clock. */
async function journalIn(data: string, atMs: number): Promise<void> {
  const store = await openSqliteStore({ directory: data, ids: realIds(), clock: realClock() });
  const sealer = new Sealer(await store.head(), { epoch: 1, bootId: 'b', lastAtMs: 0 });
  const batch = sealer.seal({ atMs, wallMs: atMs, actor: 'test', correlationId: 'c' }, [{ type: 'test.noted', typeVersion: 1, payload: new TextEncoder().encode('{"note":"whole"}') }]);
  assert.equal((await store.append(batch)).kind, 'durable');
  await store.close();
}

test('doctor: a journal that is whole, one whose clock ran ahead, and one that was changed', async (context) => {
  const data = folder(context);
  const real = { data, machine: realMachine(realClock()) };
  assert.match(await found('journal', real), /^skipped/);
  await journalIn(data, wallMs - 5_000);
  assert.match(await found('journal', real), /^ok {2}1 entries of the open segment/);
  assert.match(await found('journal', { ...real, full: true }), /^ok {2}1 entries in all/);
  assert.match(await found('journal', { ...real, clock: { ...clock, wallMs: () => wallMs + 2 * 86_400_000 } }), /^warning BW-7004/);
  assert.match(await found('journal', { ...real, clock: { ...clock, wallMs: () => wallMs - 3_600_000 } }), /^failed BW-1321 the last entry is of/);
  const path = join(data, 'journal.db');
  const bytes = readFileSync(path);
  const at = bytes.indexOf('{"note":"whole"}');
  assert.ok(at > 0, 'the entry is in the file');
  bytes[at + 9] = 0x57;
  writeFileSync(path, bytes);
  assert.match(await found('journal', real), /^failed BW-7005 1 finding/);
});

test('doctor: on the real machine, what it looked at is as it was before', async (context) => {
  const data = folder(context);
  const clockNow = realClock();
  const real = { data, clock: clockNow, machine: realMachine(clockNow) };
  assert.match(await found('flush', real), /^(?:ok|warning) .*p50 [\d.]+ ms, p99 [\d.]+ ms of 50/);
  assert.match(await found('disk', real), /MB free of/);
  assert.deepEqual(readdirSync(data), []);
  chmodSync(data, 0o755);
  assert.match(await found('folder', real), /^failed BW-1322/);
  const net = realNet({ clock: clockNow });
  const held = await net.serve({ host: '127.0.0.1', port: 0 }, { request: () => Promise.resolve({ kind: 'silence' }) });
  const port = Number(held.url.split(':').at(-1));
  assert.match(await real.machine.busy('127.0.0.1', port) ?? '', /EADDRINUSE/);
  await held.close();
  assert.equal(await real.machine.busy('127.0.0.1', port), undefined);
});

test('doctor as a command: a secret file that others may read is a failure, by its real mode; no secret is shown', async (context) => {
  const made = folder(context);
  const key = join(made, 'key');
  writeFileSync(key, 'sesame-key-id\n', { mode: 0o600 });
  const text = readFileSync('config/demo.json', 'utf8').replace('"keyId": "demo-key"', '"keyId": "${file:key}"');
  const file = join(made, 'breakwater.json');
  writeFileSync(file, text);
  const run = async (): Promise<{ code: number; text: string }> => {
    const out: string[] = [];
    const terminal = { out: (line: string) => void out.push(line), note: (line: string) => void out.push(line), isTty: false, env: {}, directory: made, program: '', nodeVersion: '26.0.0', pid: 1, user: 'test', paint: (_style: unknown, said: string) => said };
    const code = await runCli(['doctor', '--config', file, '--data', join(made, 'data'), '--only', 'secrets,configuration', '--json'], terminal, '0.0.0');
    return { code, text: out.join('\n') };
  };
  const good = await run();
  assert.equal(good.code, 0, good.text);
  chmodSync(key, 0o644);
  const bad = await run();
  assert.equal(bad.code, 6);
  assert.match(bad.text, /"code":"BW-1322"/);
  assert.doesNotMatch(good.text + bad.text, /sesame/);
  assert.equal(configFor({ env: {} } as never, { config: file }).config.venues['alpaca']?.keyId.reveal(), 'sesame-key-id');
});

test('doctor: a check that breaks is a failure of its own, and the others go on', async () => {
  const [first, ...rest] = await examined(patient(on({ openFilesLimit: () => { throw new Error('broken'); } })), 'limits,node');
  assert.deepEqual([first, ...rest].map((one) => [one?.name, one?.status]), [['node', 'ok'], ['limits', 'failed']]);
});

test("doctor: a venue's own dead-man timer is told with until when, or since when it is not set and why; where none is declared nothing is missed", async () => {
  const timed = configured((venue) => { venue['extensions'] = ['dead-man-timer']; });
  const running = (deadMan: object): Partial<Patient> => ({ configured: timed, net: answering(200, { venues: [{ name: 'alpaca', deadMan }] }) });
  assert.match(await found('dead man', running({ state: 'armed', until: '2026-01-02T03:05:00.000Z' })), /^ok {2}alpaca: set until 2026-01-02T03:05:00\.000Z/);
  assert.match(await found('dead man', running({ state: 'not-armed', since: '2026-01-02T03:00:00.000Z', why: 'it could not be set: no answer' })), /^warning BW-3123 alpaca: not set since 2026-01-02T03:00:00\.000Z, it could not be set: no answer/);
  assert.match(await found('dead man', { configured: timed }), /^skipped/);
  assert.match(await found('dead man', { configured: configured() }), /^ok {2}no venue has a timer of its own/);
});
