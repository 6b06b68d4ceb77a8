/** The page of controls is true: what it names is there, and what it says was tried is on record. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from '../scripts/docs/controls-catalogue.ts';
import { foundIn } from '../scripts/mutants/found.ts';
import { mutantsIn } from '../scripts/mutants/hunt.ts';
import { configSchema } from '../src/edges/config/index.ts';
import { sources } from './docs/codes.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

test('C10: nothing changes an order at a venue but its cancel: there is no such request, in the port or in any adapter', () => {
  const port = /export interface Venue \{([\s\S]*?)\n\}/.exec(read('src/ports/venue.ts'))?.[1] ?? '';
  const calls = [...port.matchAll(/^ {2}(\w+)\??\(/gm)].map(([, name = '']) => name);
  assert.deepEqual(calls.toSorted(), ['activity', 'balances', 'cancel', 'cancelAll', 'find', 'findByClientOrderId', 'instruments', 'openOrders', 'quotes', 'stream', 'submit']);
  for (const { path, text } of sources()) if (path.startsWith('src/venues/')) assert.doesNotMatch(text, /'(?:PATCH|PUT)'/, path);
});

const found = foundIn('.');

/** A title may be put together: where it has a hole anything may stand. */
const titlesIn = (text: string): readonly RegExp[] => [...text.matchAll(/\btest\(\s*(['`])((?:\\.|(?!\1).)*)\1/g)]
  .map(([, , title = '']) => new RegExp(`^${title.replaceAll("\\'", "'").split(/\$\{[^}]*\}/).map((part) => RegExp.escape(part)).join('.*')}$`));

test('every control of the catalogue is there once; those that this project owes are no gap', () => {
  assert.deepEqual(catalogue.map(({ id }) => id), Array.from({ length: 53 }, (_, index) => `C${index + 1}`));
  const owed = [...Array.from({ length: 17 }, (_, index) => index + 1), 24, 25, 26, 27, 28, 42, 47, 49, 51, 52, 53].map((number) => `C${number}`);
  assert.deepEqual(catalogue.filter(({ id, gap }) => gap !== undefined && owed.includes(id)).map(({ id }) => id), []);
});

test('what a control names is there: files, codes of errors and keys of the configuration', () => {
  const errors = read('docs/reference/errors.md');
  type Node = { readonly properties?: Readonly<Record<string, Node>> };
  for (const { id, where = [], codes = [], keys = [] } of catalogue) {
    for (const path of where) assert.ok(existsSync(path), `${id}: ${path}`);
    for (const code of codes) assert.ok(errors.includes(`\`${code}\``), `${id}: ${code}`);
    for (const key of keys) assert.ok(key.split('.').reduce<Node | undefined>((node, part) => node?.properties?.[part], configSchema()) !== undefined, `${id}: ${key}`);
  }
});

test('each has a planted bug that takes it out, and on record the test that found it, which is there', () => {
  const mutants = mutantsIn('.');
  for (const { id, gap, bugs = [] } of catalogue) {
    assert.ok(gap !== undefined || bugs.length > 0, `${id} was never tried without`);
    for (const bug of bugs) {
      assert.ok(mutants.some(({ name }) => name === bug), `${id}: ${bug} is planted`);
      assert.ok(found[bug] !== undefined, `${id}: ${bug} was hunted: npm run mutants -- --only ${bug} --record`);
    }
  }
  for (const [bug, { by, file }] of Object.entries(found)) {
    const mutant = mutants.find(({ name }) => name === bug);
    assert.equal(mutant?.foundBy, file, `${bug} is on record as it is planted`);
    if (file === undefined) continue;
    assert.ok(titlesIn(read(file)).some((title) => title.test(by)), `${bug}: there is no test "${by}" in ${file}`);
  }
});
