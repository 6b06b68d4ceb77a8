/**
 * How a clone starts: bin/breakwater and scripts/setup, on a small clone beside this one, with an npm that installs
 * nothing but writes down that it was asked, and a Node.js on PATH that claims to be too old.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const npm = `#!/bin/sh
echo "$PWD" >> "$NPM_LOG"
echo 'npm talks a lot'
if [ -n "$NPM_FAILS" ]; then exit 1; fi
if [ "$(basename "$PWD")" = runtime ]; then mkdir -p node_modules/.bin; ln -sf "$REAL_NODE" node_modules/.bin/node
else mkdir -p node_modules; echo '{}' > node_modules/.package-lock.json; fi
`;
const oldNode = '#!/bin/sh\nif [ "$1" = -v ]; then echo v20.20.2; exit 0; fi\nexit 1\n';
const program = `console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }));`;

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string; readonly pid: number };

class Clone {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'clone-')));
  readonly #tools = join(this.folder, '.tools');
  readonly #log = join(this.folder, '.npm-log');

  constructor(t: TestContext) {
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
    for (const part of ['bin', 'scripts/setup', 'scripts/node']) cpSync(join(root, part), join(this.folder, part), { recursive: true });
    for (const part of ['runtime', 'src', '.tools']) mkdirSync(join(this.folder, part));
    writeFileSync(join(this.folder, 'src/main.ts'), program);
    writeFileSync(join(this.folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(this.folder, 'package-lock.json'), '{}');
    this.tool('npm', npm);
    this.tool('node', oldNode);
  }

  tool(name: string, text: string): void {
    writeFileSync(join(this.#tools, name), text);
    chmodSync(join(this.#tools, name), 0o755);
  }

  get installs(): readonly string[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8').trim().split('\n').map((path) => path.slice(this.folder.length) || '/');
  }

  run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const settings = { NPM_LOG: this.#log, NPM_FAILS: '', REAL_NODE: process.execPath, PATH: `${this.#tools}:/usr/bin:/bin`, ...env };
    return new Promise((done) => {
      const child = execFile(command, args, { cwd: '/', env: settings }, (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr, pid: child.pid ?? 0 });
      });
    });
  }

  start(...args: readonly string[]): Promise<Ran> {
    return this.run(join(this.folder, 'bin/breakwater'), args);
  }
}

test('an untouched clone under an old Node.js sets itself up on stderr, and stdout is the program\'s alone', async (t) => {
  const clone = new Clone(t);
  const first = await clone.start('version', '--json', 'two words');
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(JSON.parse(first.stdout), { pid: first.pid, args: ['version', '--json', 'two words'] }); // the pid is the program's own
  assert.match(first.stderr, /installing its Node\.js, because v20\.20\.2 is too old/);
  assert.deepEqual(clone.installs, ['/runtime', '/']);
  const second = await clone.start('version');
  assert.equal(second.stderr, '');
  assert.equal(clone.installs.length, 2);
});

test('a new enough Node.js on PATH is taken, and none is installed', async (t) => {
  const clone = new Clone(t);
  clone.tool('node', `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  assert.equal((await clone.start('version')).code, 0);
  assert.deepEqual(clone.installs, ['/']);
});

test('the entry is found through links, relative and absolute', async (t) => {
  const clone = new Clone(t);
  symlinkSync('bin/breakwater', join(clone.folder, 'one'));
  symlinkSync(join(clone.folder, 'one'), join(clone.folder, 'runtime/two'));
  const { code, stdout } = await clone.run(join(clone.folder, 'runtime/two'), ['version']);
  assert.equal(code, 0);
  assert.match(stdout, /"args":\["version"\]/);
});

test('where nothing can be installed, the reason and the next step are said, and nothing starts', async (t) => {
  const clone = new Clone(t);
  const failed = await clone.run(join(clone.folder, 'bin/breakwater'), ['version'], { NPM_FAILS: 'yes' });
  assert.equal(failed.code, 1);
  assert.equal(failed.stdout, '');
  assert.match(failed.stderr, /could not install .* Check the network and the registry, then run: npm ci --prefix/);
  assert.equal(existsSync(join(clone.folder, '.setup-lock')), false);
  rmSync(join(clone.folder, 'scripts'), { recursive: true });
  const refused = await clone.start('version');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /needs Node\.js 24\.15 .* this is v20\.20\.2\. Install one of them, or run: npm ci --prefix/);
  rmSync(join(clone.folder, 'src'), { recursive: true });
  assert.match((await clone.start('version')).stderr, /this is v20\.20\.2\. Install one of them and start it again\.$/m);
});

test('S1: two first starts at once install once', async (t) => {
  const clone = new Clone(t);
  const both = await Promise.all([clone.start('a'), clone.start('b')]);
  assert.deepEqual(both.map((ran) => ran.code), [0, 0]);
  assert.deepEqual(clone.installs, ['/runtime', '/']);
});

test('S1: a set-up that died does not lock the clone', async (t) => {
  const clone = new Clone(t);
  const dead = await clone.run('/bin/sh', ['-c', 'true']);
  mkdirSync(join(clone.folder, '.setup-lock'));
  writeFileSync(join(clone.folder, '.setup-lock/pid'), String(dead.pid));
  assert.equal((await clone.start('version')).code, 0);
});

test('S2: an interrupted install is done again, and an outdated one by the set-up of the tests alone', async (t) => {
  const clone = new Clone(t);
  mkdirSync(join(clone.folder, 'node_modules'));
  assert.equal((await clone.start('version')).code, 0);
  assert.deepEqual(clone.installs, ['/runtime', '/']);
  const later = new Date('2099-01-01T00:00:00Z');
  utimesSync(join(clone.folder, 'package-lock.json'), later, later);
  await clone.start('version');
  assert.equal(clone.installs.length, 2);
  assert.equal((await clone.run(join(clone.folder, 'scripts/setup'), ['--pinned'])).code, 0);
  assert.equal(clone.installs.length, 3);
});

test('the pinned Node.js is installed for development even beside a good one', async (t) => {
  const clone = new Clone(t);
  clone.tool('node', `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  await clone.run(join(clone.folder, 'scripts/setup'), ['--pinned']);
  assert.deepEqual(clone.installs, ['/runtime', '/']);
});

test('an answer that is longer than a pipe holds arrives whole, though the program ends right after it', async () => {
  const stdout = await new Promise<string>((resolve) => {
    execFile('sh', ['-c', '"$0" "$1" schema --json | cat', process.execPath, join(root, 'src/main.ts')], { maxBuffer: 10_000_000 }, (_, out) => resolve(out));
  });
  assert.ok(stdout.length > 128 * 1_024, `${stdout.length} characters are no test of it`);
  assert.equal((JSON.parse(stdout) as { readonly ok: boolean }).ok, true);
});
