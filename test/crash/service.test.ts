/**
 * The program under a service manager: what it tells, and what it does not tell while trading is stuck.
 *
 * systemd-notify is played by a tool of that name on the PATH, which writes down each call. Where this machine has the real one,
 * and something that can hear a datagram, that is heard too; and systemd's own judgement of the unit.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { folderFor, ran, root } from './kit-package.ts';
import { breakwater, endForGood, isThere, until } from './kit-program.ts';
import type { Program } from './kit-program.ts';

const WATCHDOG_MS = 4_000;
const skip = process.platform !== 'linux' && 'systemd is of Linux';

type Service = Program & {
  readonly data: string;
  /** What the manager was told so far, one call a line. */
  told(): readonly string[];
  /** The runtime that lives now. */
  runtime(): number;
};

function service(context: TestContext, settings: { readonly does?: string; readonly prepare?: (data: string) => void; readonly env?: Readonly<Record<string, string>> } = {}): Service {
  const folder = folderFor(context, 'service');
  const [tools, heard, data] = ['tools', 'heard', 'data'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(tools);
  mkdirSync(data);
  settings.prepare?.(data);
  writeFileSync(join(tools, 'systemd-notify'), `#!/bin/sh\necho "$*" >> ${heard}\n${settings.does ?? 'exit 0'}\n`);
  chmodSync(join(tools, 'systemd-notify'), 0o755);
  let pid = 0;
  const program = breakwater(
    ['start', '--config', join(root, 'config/demo.json'), '--data', data, '--listen', '127.0.0.1:0', '--venue-url', 'alpaca=http://127.0.0.1:9', '--json'],
    (line) => { if (line['component'] === 'supervisor' && line['msg'] === 'starting') pid = Number(line['pid']); },
    { NOTIFY_SOCKET: join(folder, 'notify'), WATCHDOG_USEC: String(WATCHDOG_MS * 1_000), PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}`, ...settings.env },
  );
  context.after(async () => {
    endForGood(program.pid, data);
    await program.ended;
    if (pid !== 0) endForGood(pid, data);
  });
  return { ...program, data, told: () => (existsSync(heard) ? readFileSync(heard, 'utf8').split('\n').slice(0, -1) : []), runtime: () => pid };
}

const alive = (lines: readonly string[]): number => lines.filter((line) => /\bWATCHDOG=1\b/.test(line)).length;

test('a service tells that it is ready and lives by the proofs of its runtime; while that hangs nothing is told, until the next one has proven itself', { skip, timeout: 120_000 }, async (context) => {
  const it = service(context);
  await until('three signs of life', () => alive(it.told()) >= 3);
  const began = it.told();
  const readyAt = began.findIndex((line) => line.startsWith('READY=1'));
  assert.ok(readyAt >= 0 && alive(began.slice(0, readyAt)) === 0, began.join('\n'));
  assert.match(began[readyAt] ?? '', /STATUS=up: signals at http:\/\/127\.0\.0\.1:\d+/);
  assert.match(began.join('\n'), /WATCHDOG=1 STATUS=(?:Trading|The gate is open, but|Not trading)/);

  const first = it.runtime();
  assert.doesNotMatch(readFileSync(`/proc/${first}/environ`, 'utf8'), /NOTIFY_SOCKET|WATCHDOG_/, 'the runtime cannot speak for the service');
  process.kill(first, 'SIGSTOP');
  const before = it.told().length;
  await until('the hanging runtime is noticed', () => it.told().some((line) => /STATUS=the runtime is being killed: no heartbeat/.test(line)));
  const noticedAt = it.told().findIndex((line) => /STATUS=the runtime is being killed/.test(line));
  assert.ok(alive(it.told().slice(before, noticedAt)) <= 1, 'at most the proof that was on its way');
  assert.match(it.told()[noticedAt] ?? '', /^WATCHDOG_USEC=60000000 /, 'a minute to come back, once');
  const back = await until('the next one has proven itself', () => it.told().slice(noticedAt + 1).find((line) => /WATCHDOG=1/.test(line)));
  assert.match(back, new RegExp(`^WATCHDOG_USEC=${WATCHDOG_MS * 1_000} WATCHDOG=1`));
  assert.notEqual(it.runtime(), first);
  assert.ok(!isThere(first));
  await until('the next life is told, and not as a second READY', () => it.told().slice(noticedAt).some((line) => /STATUS=up: /.test(line)));
  assert.equal(it.told().filter((line) => line.includes('READY=1')).length, 1);

  it.signal('SIGTERM');
  assert.equal((await it.ended).code, 0);
  assert.match(it.told().slice(-3).join('\n'), /STOPPING=1 STATUS=stopping; the gate stays as it is/);
});

test('a service without a journal is up, says so, and lives', { skip, timeout: 60_000 }, async (context) => {
  const it = service(context, { prepare: (data) => writeFileSync(join(data, 'journal.db'), 'this is no database, and nobody will make it one') });
  await until('two signs of life', () => alive(it.told()) >= 2);
  const told = it.told();
  assert.match(told.find((line) => line.startsWith('READY=1')) ?? '', /STATUS=NO JOURNAL, NO ORDER: /);
  assert.match(told.find((line) => /WATCHDOG=1/.test(line)) ?? '', /STATUS=No journal, no order/);
  it.signal('SIGTERM');
  assert.equal((await it.ended).code, 0);
});

test('a service manager that cannot be told hinders nothing, and is named in the log once', { skip, timeout: 60_000 }, async (context) => {
  const it = service(context, { does: 'exit 3' });
  await until('it is up', () => it.out.length > 0);
  const troubles = (): number => it.log.filter((line) => /cannot be told/.test(String(line['msg']))).length;
  await until('the trouble is told', () => troubles() > 0);
  await until('it was tried again and again', () => it.told().length >= 4);
  assert.equal(troubles(), 1);
  it.signal('SIGTERM');
  assert.equal((await it.ended).code, 0);
});

const hearing = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(repr(s.recv(4096).decode()), flush=True)
`;

test('the real systemd-notify carries it, where there is one', { skip, timeout: 60_000 }, async (context) => {
  const folder = folderFor(context, 'hearing');
  for (const tool of ['systemd-notify', 'python3']) {
    if (!await isOnPath(tool)) return context.diagnostic(`there is no ${tool} here; only the part was played`);
  }
  const path = join(folder, 'notify');
  const ear = spawn('python3', ['-c', hearing, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => void ear.kill('SIGKILL'));
  let text = '';
  ear.stdout.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); });
  await until('somebody listens', () => text.includes('bound'));
  const it = service(context, { does: 'PATH=/usr/bin:/bin exec systemd-notify "$@"', env: { NOTIFY_SOCKET: path } });
  await until('a sign of life', () => text.includes('WATCHDOG=1'));
  assert.match(text, /READY=1\\nSTATUS=up: signals at/);
  it.signal('SIGTERM');
  assert.equal((await it.ended).code, 0);
  await until('the stop', () => text.includes('STOPPING=1'));
});

const EXPOSURE = 15; // tenths; systemd calls up to 20 "OK", and most services have 90 and more

test('systemd finds nothing wrong with the printed unit, and little of the machine within its reach', { skip, timeout: 60_000 }, async (context) => {
  const folder = folderFor(context, 'unit');
  const unit = join(folder, 'breakwater.service');
  const config = join(folder, 'breakwater.json');
  writeFileSync(config, '{"venues":{"alpaca":{"secret":"${file:/run/credentials/breakwater.service/alpaca_secret}"}}}');
  const printed = await ran(join(root, 'bin/breakwater'), ['service', 'print', '--config', config], { cwd: folder });
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^LoadCredential=alpaca_secret:/m);
  writeFileSync(unit, printed.stdout);
  if (!await isOnPath('systemd-analyze')) return context.diagnostic('there is no systemd-analyze here');
  const verified = await ran('systemd-analyze', ['verify', '--recursive-errors=no', unit], { cwd: folder });
  assert.deepEqual([verified.code, verified.stdout + verified.stderr], [0, '']);
  const judged = await ran('systemd-analyze', ['security', '--offline=true', `--threshold=${EXPOSURE}`, '--no-pager', unit], { cwd: folder });
  context.diagnostic(/Overall exposure level.*$/m.exec(judged.stdout)?.[0] ?? 'it said nothing of the exposure');
  assert.equal(judged.code, 0, judged.stdout.split('\n').filter((line) => line.startsWith('✗')).join('\n'));
});

const isOnPath = (tool: string): Promise<boolean> => new Promise((done) => void execFile('sh', ['-c', `command -v ${tool}`], (error) => done(error === null)));
