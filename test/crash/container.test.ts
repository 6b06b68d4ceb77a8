/**
 * The Containerfile, without anything that builds containers: read as a builder reads it, and its steps done here, the
 * tarball installed where it says, and the program run as its user, on a root that cannot be written.
 *
 * Shown so: that the tarball is all it needs, that nothing is written beside the volume, that it is stopped by the signal it
 * names and that its health check tells well from unwell. Not shown: the base image itself.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { execForm, instructionsOf } from './containerfile.ts';
import { folderFor, installing, packed, ran, root } from './kit-package.ts';
import { until } from './kit-program.ts';

const USER = 65_532;
const instructions = instructionsOf(readFileSync(join(root, 'deploy/Containerfile'), 'utf8'));
const all = (name: string): readonly string[] => instructions.filter((one) => one.name === name).map(({ text }) => text);
const only = (name: string): string => {
  const found = all(name);
  assert.equal(found.length, 1, `one ${name}`);
  return found[0] ?? '';
};
const words = (name: string): readonly string[] => execForm(only(name)) ?? assert.fail(`${name} is not in exec form: a shell would read it`);

test('the Containerfile names its base by one argument, takes the tarball alone, and runs as nobody, without a shell, on one volume', () => {
  const known = ['ARG', 'FROM', 'COPY', 'RUN', 'LABEL', 'ENV', 'USER', 'WORKDIR', 'VOLUME', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'];
  assert.deepEqual(instructions.filter(({ name }) => !known.includes(name)), []);
  assert.match(only('ARG'), /^NODE_IMAGE=docker\.io\/library\/node:26\S*-slim(?:@sha256:[0-9a-f]{64})?$/);
  assert.ok(all('FROM').every((text) => /^\$\{NODE_IMAGE\}(?: AS \w+)?$/.test(text)));
  const fromContext = all('COPY').filter((text) => !text.includes('--from='));
  assert.deepEqual(fromContext, ['breakwater-*.tgz /package/breakwater.tgz']);
  for (const name of ['RUN', 'ENTRYPOINT', 'CMD', 'HEALTHCHECK', 'VOLUME']) for (const text of all(name)) assert.ok(execForm(text) !== undefined, `${name} ${text} is read by a shell`);
  assert.equal(only('USER'), `${USER}:${USER}`);
  assert.deepEqual(words('VOLUME'), ['/data']);
  assert.equal(only('STOPSIGNAL'), 'SIGTERM');
  assert.match(only('LABEL'), /org\.opencontainers\.image\.title="breakwater".*licenses="MIT"/);
  const secrets = instructions.filter(({ text }) => /key|secret|token|password/i.test(text));
  assert.deepEqual(secrets, [], 'no secret is built in');
  const place = instructions.findIndex(({ name }) => name === 'USER');
  assert.ok(instructions.slice(place).every(({ name }) => name !== 'RUN' && name !== 'COPY'), 'what runs cannot change what is installed');
});

test('its steps, done here: installed from the tarball, run as its user on a root that cannot be written, healthy, stopped by its signal, unwell', { timeout: 240_000, skip: process.platform !== 'linux' && 'containers are of Linux' }, async (context) => {
  const folder = folderFor(context, 'container');
  chmodSync(folder, 0o755);
  const { tarball } = await packed(join(folder, 'packed'));
  const [prefix, data, config] = [join(folder, 'opt'), join(folder, 'data'), join(folder, 'breakwater.json')];
  const port = await freePort();
  const here = (word: string): string => word.replaceAll('/opt/breakwater', prefix).replaceAll('/package/breakwater.tgz', tarball).replaceAll('/etc/breakwater/breakwater.json', config)
    .replace(/^\/data$/, data).replaceAll('0.0.0.0:7340', `127.0.0.1:${port}`).replace(/^7340$/, String(port));

  const [install = ''] = all('RUN');
  const [npm = '', ...args] = (execForm(install) ?? []).map(here);
  const installed = await ran(npm, [...args, ...installing.filter((word) => word.startsWith('--prefer') || word.startsWith('--loglevel'))], { cwd: folder });
  assert.equal(installed.code, 0, installed.stderr);
  cpSync(join(root, 'config/demo.json'), config);
  mkdirSync(data, { mode: 0o700 });

  // As its user and on a root that cannot be written, where this machine lets us; its Node.js must be one that user can read.
  const node = join(folder, 'node');
  cpSync(process.execPath, node);
  chmodSync(node, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(data, USER, USER);
  const asUser = isRoot ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'] : [];
  const seal = join(folder, 'sealed.sh');
  writeFileSync(seal, `#!/bin/sh\nset -e\nmount --make-rprivate /\nmount --bind ${data} ${data}\nmount -o remount,bind,ro /\nexec "$@"\n`);
  chmodSync(seal, 0o755);
  const canSeal = isRoot && (await ran('unshare', ['--mount', seal, 'sh', '-c', `touch ${data}/x && rm ${data}/x && ! touch ${folder}/no 2>/dev/null`], { cwd: folder })).code === 0;
  context.diagnostic(`${isRoot ? `as user ${USER}` : 'as this user'}, ${canSeal ? 'on a root that cannot be written' : 'on an ordinary root, because this machine lets nobody remount it'}`);
  const wrap = (program: readonly string[]): readonly string[] => [...(canSeal ? ['unshare', '--mount', '--fork', '--kill-child', seal] : []), ...asUser, ...program];
  const entry = words('ENTRYPOINT').map(here);
  assert.equal(entry[0], 'node');
  const health = (execForm(only('HEALTHCHECK')) ?? []).slice(1).map(here);
  const isHealthy = (): Promise<number> => ran(node, health, { cwd: folder }).then(({ code }) => code);
  assert.equal(await isHealthy(), 6, 'unwell: nothing runs yet');

  const before = readdirSync(folder).toSorted();
  const [command = '', ...line] = wrap([node, ...entry.slice(1), ...words('CMD').map(here), '--venue-url', 'alpaca=http://127.0.0.1:9', '--json']);
  const child = execFile(command, line, { cwd: data, env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production' } }, () => undefined);
  let said = '';
  child.stdout?.on('data', (text: string) => { said += text; });
  child.stderr?.on('data', (text: string) => { said += text; });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    await until('it is healthy', async () => await isHealthy() === 0 || child.exitCode !== null);
    assert.equal(child.exitCode, null, said.slice(-2_000));
    const runtime = runtimeIn(said) ?? assert.fail(said);
    if (isRoot) assert.match(readFileSync(`/proc/${runtime}/status`, 'utf8'), new RegExp(`^Uid:\\s+${USER}\\s+${USER}`, 'm'));
    process.kill(parentOf(runtime), 'SIGTERM');
    assert.equal(await ended, 0, said.slice(-2_000));
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  assert.equal(await isHealthy(), 6, 'unwell: it has ended');
  assert.deepEqual(readdirSync(folder).toSorted(), before, 'nothing beside the volume');
  assert.ok(existsSync(join(data, 'journal.db')));
  const verified = await ran(node, [entry[1] ?? '', 'journal', 'verify', '--data', data, '--json'], { cwd: dirname(data) });
  assert.equal(verified.code, 0, verified.stdout);
});

/** The pid of the runtime, as the log of its supervisor names it. */
const runtimeIn = (said: string): number | undefined => {
  const pid = /"pid":(\d+)[^\n]*"msg":"running"|"msg":"running"[^\n]*"pid":(\d+)/.exec(said);
  return pid === null ? undefined : Number(pid[1] ?? pid[2]);
};
const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const freePort = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
});
