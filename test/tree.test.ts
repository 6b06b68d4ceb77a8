/** The tree is one list, and src/ keeps to it. The rules stand in tree/rules.ts; here they meet the real files. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { importsOf } from './tree/imports.ts';
import { faultsOf } from './tree/rules.ts';

const paths = globSync('src/**/*.ts', { cwd: new URL('..', import.meta.url) });
const real = new Map(paths.map((path) => [path, readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')]));

/** What is said of `source` at `path` in a small tree that is otherwise sound. */
function faultOf(path: string, source: string): string {
  const sound = ['base', 'journal', 'core', 'core/orders', 'core/ledger', 'core/board', 'ports', 'runtime', 'venues', 'venues/alpaca',
    'venues/nobitex', 'dialects', 'sim', 'edges', 'edges/clock', 'edges/net'].map((folder) => [`src/${folder}/index.ts`, 'export const one = 1;'] as const);
  assert.deepEqual(faultsOf(new Map(sound)), []);
  return faultsOf(new Map([...sound, [path, source]])).join('\n');
}

test('the product keeps to the tree: every file imports only from its own line and the lines above', () => {
  assert.ok(real.size > 0, 'no source was found');
  assert.deepEqual(faultsOf(real), []);
});

test('R1: an import of a line below is refused, wherever it hides', () => {
  for (const source of [
    `import { a } from '../runtime/index.ts';`,
    `import type { A } from '../runtime/index.ts';`,
    `import {\n  a,\n  b,\n} from '../runtime/index.ts';`,
    `import '../runtime/index.ts';`,
    `export * from '../runtime/index.ts';`,
    `export { a } from "../runtime/index.ts";`,
    `const a = await import('../runtime/index.ts');`,
    `type A = import('../runtime/index.ts').A;`,
    `const a = new Worker(new URL('../runtime/index.ts', import.meta.url));`,
  ]) assert.match(faultOf('src/journal/entry.ts', source), /journal\/ may import base/, source);
  assert.match(faultOf('src/edges/net/a.ts', `import { a } from '../../core/index.ts';`), /edges\/ may import base, journal, ports/);
  assert.match(faultOf('src/sim/a.ts', `import { a } from '../edges/index.ts';`), /sim\/ may import/);
  assert.match(faultOf('src/runtime/a.ts', `import { a } from '../../test/tree.test.ts';`), /outside src/);
  assert.match(faultOf('src/runtime/a.ts', `import { a } from '../main.ts';`), /nothing imports/);
  assert.equal(faultOf('src/runtime/a.ts', `import { a } from '../core/orders/index.ts';`), '');
});

test('R2: core folders stand in an order, and see the union of facts and the world as types alone', () => {
  assert.match(faultOf('src/core/orders/a.ts', `import { a } from '../board/index.ts';`), /comes after/);
  assert.equal(faultOf('src/core/ledger/a.ts', `import { a } from '../orders/index.ts';`), '');
  assert.match(faultOf('src/core/orders/a.ts', `import { a } from '../world.ts';`), /types of events\.ts and world\.ts/);
  assert.equal(faultOf('src/core/orders/a.ts', `import type { World } from '../world.ts';`), '');
  assert.equal(faultOf('src/core/world.ts', `import { a } from './board/index.ts';`), '');
  assert.match(faultOf('src/core/later/index.ts', ''), /not in the order/);
});

test('R3: node: modules and packages are for edges/; the journal has its hash, and ports hold types alone', () => {
  assert.match(faultOf('src/core/a.ts', `import { readFileSync } from 'node:fs';`), /no module or package/);
  assert.match(faultOf('src/runtime/a.ts', `import pino from 'pino';`), /through ports/);
  assert.equal(faultOf('src/edges/net/a.ts', `import { request } from 'undici';`), '');
  assert.equal(faultOf('src/journal/a.ts', `import { hash } from 'node:crypto';`), '');
  assert.match(faultOf('src/journal/a.ts', `import { readFileSync } from 'node:fs';`), /node:crypto/);
  assert.match(faultOf('src/ports/a.ts', `import { a } from '../base/index.ts';`), /import type/);
});

test('R4: two venues are strangers, two edges are strangers, and venues never meet dialects', () => {
  assert.match(faultOf('src/venues/alpaca/a.ts', `import { a } from '../nobitex/index.ts';`), /strangers/);
  assert.match(faultOf('src/venues/alpaca/a.ts', `import { a } from '../../dialects/index.ts';`), /venues\/ may import/);
  assert.match(faultOf('src/edges/net/a.ts', `import { a } from '../clock/index.ts';`), /strangers/);
});

test('R5: folders and files that need each other are found', () => {
  const folders = new Map([
    ['src/sim/index.ts', ''], ['src/sim/a/index.ts', `import type { B } from '../b/index.ts';`], ['src/sim/b/index.ts', `import type { A } from '../a/index.ts';`],
  ]);
  assert.match(faultsOf(folders).join(), /folders need each other: src\/sim\/a → src\/sim\/b → src\/sim\/a/);
  const files = new Map([['src/sim/index.ts', `import './x.ts';`], ['src/sim/x.ts', `import { y } from './index.ts';`]]);
  assert.match(faultsOf(files).join(), /files need each other to load/);
});

test('an unknown folder, a folder without an index and a name that says nothing are found', () => {
  assert.match(faultOf('src/cloud/index.ts', ''), /not in the tree/);
  assert.match(faultOf('src/sim/net/a.ts', ''), /has no index\.ts/);
  assert.match(faultOf('src/sim/order-utils.ts', ''), /says nothing/);
  assert.match(faultOf('src/sim/order-manager.ts', ''), /says nothing/);
});

test('an import in a comment is prose, and the line of an import is its own', () => {
  assert.deepEqual(importsOf('src/a/b.ts', ` * import { x } from './c.ts';\n// import('./d.ts')`), []);
  assert.deepEqual(importsOf('src/a/b.ts', `\nimport { x } from './c.ts';`), [{ from: 'src/a/b.ts', target: 'src/a/c.ts', typeOnly: false, line: 2 }]);
});
