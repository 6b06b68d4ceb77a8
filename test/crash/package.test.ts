/**
 * What a stranger gets: the packed tarball, installed by npm into an empty folder, run by npx, and imported with types.
 *
 * The registry serves the dependencies; nothing of this clone is used but its compiler, and the types of Node.js that every
 * TypeScript program for Node.js has.
 */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, globSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { folderFor, installing, packed, ran, root } from './kit-package.ts';

const INSTALLED_MB = 25; // of files, all dependencies counted

type Manifest = { readonly version: string; readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>; readonly scripts: Readonly<Record<string, string>> };
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

test('what src/ names by its file is named with the ending it has in the package', () => {
  const named = globSync('src/**/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts')).flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/new URL\(\s*(?:'([^']*)'|"([^"]*)"|`([^`$]*)`)/g)].map((match) => `${path}: ${match.slice(1).join('')}`));
  assert.ok(named.includes('src/main.ts: ../package.json'), 'it looks');
  assert.deepEqual(named.filter((line) => /\.[cm]?[jt]s$/.test(line)), [], 'choose the ending by import.meta.url, as src/edges/sqlite/store.ts does');
});

/** Every file below, with what is in it. */
const contentsOf = (folder: string): readonly string[] => globSync('**/*', { cwd: folder }).filter((path) => lstatSync(join(folder, path)).isFile())
  .map((path) => `${path} ${hash('sha256', readFileSync(join(folder, path)))}`).toSorted();

const bytesBelow = (folder: string): number => globSync('**/*', { cwd: folder }).reduce((sum, path) => {
  const about = lstatSync(join(folder, path));
  return sum + (about.isFile() ? about.size : 0);
}, 0);

const consumer = `
import * as all from 'breakwater';
import { alpacaVenue, ComponentState, createSafetySystem, MemoryStore, openSqliteStore, parseUnits, publicDoor, realClock, realIds, realNet, Runtime, version } from 'breakwater';
import type { Clock, RuntimePorts, SafetySystem, Settings, Store, Venue } from 'breakwater';

const clock: Clock = realClock();
const units: bigint = parseUnits('1.25', 8);
export const start = async (ports: RuntimePorts, settings: Settings): Promise<Runtime> => Runtime.boot(ports, settings);
export const opened = (directory: string): Promise<Store> => openSqliteStore({ directory, ids: realIds(), clock });
export const safe = async (): Promise<SafetySystem> => { const system = await createSafetySystem({ availabilityTarget: 0.999 }); system.registerComponent({ name: 'engine', state: ComponentState.OPERATIONAL }); return system; };
export const nameOf = (venue: Venue): string => venue.name;
export const parts = [all, alpacaVenue, MemoryStore, publicDoor, realNet, units];
// @ts-expect-error: its types are there, and say no
export const wrong: number = version;
`;

const consumerSettings = {
  compilerOptions: {
    noEmit: true, target: 'esnext', lib: ['esnext'], module: 'nodenext', moduleResolution: 'nodenext', strict: true, exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, skipLibCheck: false, types: ['node'], typeRoots: [join(root, 'node_modules/@types')],
  },
  files: ['consumer.ts'],
};

const oldNode = '#!/bin/sh\nif [ "$1" = -v ]; then echo v20.20.2; exit 0; fi\nexit 1\n';
const tooOld = /^breakwater needs Node\.js 24\.15 or later in 24, or 26 and later; this is v\d+\.\d+\.\d+\. Install one of them and start it again\.$/m;

test('the packed tarball holds what is needed, installs into an empty folder, runs its demo there and is imported with types', { timeout: 300_000 }, async (context) => {
  const folder = folderFor(context, 'package');
  const { tarball, bytes, unpackedBytes, files } = await packed(join(folder, 'packed'));
  context.diagnostic(`tarball ${(bytes / 1e6).toFixed(2)} MB, unpacked ${(unpackedBytes / 1e6).toFixed(2)} MB, ${files.length} files`);

  const strays = files.filter((path) => !/^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/breakwater|config\/\w+\.json|deploy\/.+|docs\/(?:concepts|operations|reference)\/[\w-]+\.(?:md|json|svg)|dist\/.+\.(?:js|d\.ts))$/.test(path));
  assert.deepEqual(strays, [], 'nothing else is shipped');
  assert.deepEqual(files.filter((path) => /\.test\.|\.map$|\.env/.test(path)), [], 'no tests');
  for (const needed of ['bin/breakwater', 'dist/main.js', 'dist/index.js', 'dist/index.d.ts', 'config/demo.json', 'LICENSE', 'README.md']) assert.ok(files.includes(needed), `${needed} is missing`);
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(manifest.scripts[script], undefined, `${script} would run on a stranger's machine`);

  const place = join(folder, 'empty');
  mkdirSync(place);
  const install = await ran('npm', [...installing, tarball], { cwd: place });
  assert.equal(install.code, 0, install.stderr);
  const installed = join(place, 'node_modules/breakwater');
  const installedMb = bytesBelow(join(place, 'node_modules')) / 1e6;
  context.diagnostic(`installed with all dependencies: ${installedMb.toFixed(1)} MB in ${readdirSync(join(place, 'node_modules')).length} folders`);
  assert.ok(installedMb <= INSTALLED_MB, `${installedMb.toFixed(1)} MB`);
  const told = contentsOf(installed).filter((line) => !line.startsWith('docs/')).map((line) => line.split(' ')[0] ?? '')
    .filter((path) => /\/work\/|\.\.\/shared|BEGIN [A-Z ]*PRIVATE KEY/.test(readFileSync(join(installed, path), 'utf8')));
  assert.deepEqual(told, [], 'it speaks of no machine and holds no key');

  // What runs there has a home and a place for temporary files that are looked into afterwards.
  const [home, temporary] = ['home', 'tmp'].map((name) => join(folder, name)) as [string, string];
  for (const made of [home, temporary]) mkdirSync(made);
  const cache = (await ran('npm', ['config', 'get', 'cache'], { cwd: place })).stdout.trim();
  const env = { HOME: home, TMPDIR: temporary, npm_config_cache: cache, NODE_DISABLE_COMPILE_CACHE: '1' }; // npm has its caches elsewhere
  const before = contentsOf(installed);

  const version = await ran('npx', ['breakwater', '--version'], { cwd: place, env });
  assert.deepEqual([version.code, version.stdout.trim()], [0, manifest.version], version.stderr);
  const sim = await ran('npx', ['breakwater', 'sim', '--seeds', '5', '--json'], { cwd: place, env });
  assert.equal(sim.code, 0, sim.stderr);
  assert.equal((JSON.parse(sim.stdout) as { data: { runs: number } }).data.runs, 5);

  const explained = await ran('npx', ['breakwater', 'explain', 'BW-7101', '--json'], { cwd: place, env });
  assert.equal(explained.code, 0, 'what is read at run time is shipped');
  const unit = await ran('npx', ['breakwater', 'service', 'print'], { cwd: place, env });
  assert.ok(unit.stdout.includes(`ExecStart=${process.execPath} ${installed}/dist/main.js start `), unit.stderr);

  const demo = await ran('npx', ['breakwater', 'demo', '--for', '20s', '--json'], { cwd: place, env });
  assert.equal(demo.code, 0, `${demo.stdout.slice(-2_000)}\n${demo.stderr}`);
  const last = JSON.parse(demo.stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  context.diagnostic(`demo: ${JSON.stringify({ orders: last['orders'], fills: last['fills'], duplicates: last['duplicates'], booksAgree: last['booksAgree'], journalSeq: last['journalSeq'] })}`);
  assert.equal(last['ok'], true);
  assert.ok(Number(last['orders']) > 0 && Number(last['fills']) > 0);
  assert.deepEqual([last['duplicates'], last['unknown'], last['live'], last['lost'], last['booksAgree']], [0, 0, 0, [], true]);
  const verified = await ran('npx', ['breakwater', 'journal', 'verify', '--data', 'data', '--json'], { cwd: place, env });
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);

  assert.deepEqual(readdirSync(place).toSorted(), ['data', 'node_modules', 'package-lock.json', 'package.json'], 'what the demo keeps is in ./data, as every command expects it');
  assert.deepEqual([readdirSync(home), readdirSync(temporary)], [[], []], 'nothing is written beside it');
  assert.deepEqual(contentsOf(installed), before, 'the package itself is as it was');

  writeFileSync(join(place, 'imports.mjs'), `const [entries] = [process.argv.slice(2)];
    for (const entry of entries) {
      const found = entry.endsWith('.json') ? await import(entry, { with: { type: 'json' } }) : await import(entry);
      console.log(JSON.stringify({ entry, names: Object.keys(found) }));
    }`);
  const entries = Object.keys(manifest.exports).map((entry) => `breakwater${entry.slice(1)}`);
  const imported = await ran('node', ['imports.mjs', ...entries], { cwd: place, env });
  assert.equal(imported.code, 0, imported.stderr);
  const names = imported.stdout.trim().split('\n').map((line) => JSON.parse(line) as { entry: string; names: string[] });
  assert.deepEqual(names.map(({ entry }) => entry), entries);
  for (const { entry, names: exported } of names) assert.ok(exported.length > 0, `${entry} exports nothing`);
  for (const [entry, target] of Object.entries(manifest.exports)) {
    for (const path of typeof target === 'string' ? [target] : Object.values(target)) assert.ok(existsSync(join(installed, path)), `${entry}: ${path}`);
    if (typeof target !== 'string') assert.ok(existsSync(join(root, target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))), `${entry} is built of a file of src/`);
  }

  writeFileSync(join(place, 'embedded.mjs'), `import { createSafetySystem } from 'breakwater';
    const system = await createSafetySystem({ availabilityTarget: 0.999, maxRecoveryTimeSeconds: 60, redundancyLevels: 3 });
    while (system.state !== 'healthy') await new Promise((resolve) => setTimeout(resolve, 20));
    const { state, objectives } = await system.status();
    await system.shutdown();
    console.log(JSON.stringify({ state, verdicts: objectives.map(({ verdict }) => verdict) }));`);
  const embedded = await ran('node', ['embedded.mjs'], { cwd: place, env });
  assert.deepEqual([embedded.code, embedded.stdout.trim()], [0, '{"state":"healthy","verdicts":["insufficient-data","insufficient-data","insufficient-data"]}'], embedded.stderr);

  writeFileSync(join(place, 'package.json'), JSON.stringify({ ...JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as object, type: 'module' }));
  const others = entries.filter((entry) => entry !== 'breakwater' && !entry.endsWith('.json'));
  writeFileSync(join(place, 'consumer.ts'), `${consumer}${others.map((entry, index) => `export * as entry${index} from '${entry}';\n`).join('')}`);
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(consumerSettings));
  const checked = await ran(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: place, env });
  assert.deepEqual([checked.code, checked.stdout], [0, ''], 'its types are sound for a strict program, declarations included');

  // An older Node.js first on the PATH: one sentence, exit 2. The real one by npx where this machine has one.
  const tools = join(folder, 'old');
  mkdirSync(tools);
  writeFileSync(join(tools, 'node'), oldNode);
  chmodSync(join(tools, 'node'), 0o755);
  const refused = await ran(join(place, 'node_modules/.bin/breakwater'), ['--version'], { cwd: place, env: { ...env, PATH: `${tools}:/usr/bin:/bin` } });
  assert.deepEqual([refused.code, refused.stdout], [2, '']);
  assert.match(refused.stderr, tooOld);
  const old = await reallyOld();
  if (old === undefined) return context.diagnostic('no Node.js older than 24.15 is on this machine; its part was played');
  const byNpx = await ran(join(old, 'npx'), ['breakwater', '--version'], { cwd: place, env: { ...env, PATH: `${old}:/usr/bin:/bin` } });
  assert.deepEqual([byNpx.code, byNpx.stdout], [2, ''], byNpx.stderr);
  assert.match(byNpx.stderr, tooOld);
});

/** The first folder of the PATH with npx and a Node.js that is too old. */
async function reallyOld(): Promise<string | undefined> {
  for (const folder of new Set((process.env['PATH'] ?? '').split(delimiter))) {
    try {
      for (const tool of ['node', 'npx']) accessSync(join(folder, tool), constants.X_OK);
    } catch {
      continue;
    }
    const { stdout } = await ran(join(folder, 'node'), ['-p', 'process.versions.node'], { cwd: root });
    const [major = 0, minor = 0] = stdout.trim().split('.').map(Number);
    if (major > 0 && (major < 24 || (major === 24 && minor < 15))) return folder;
  }
  return undefined;
}
