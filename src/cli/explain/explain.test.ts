import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Cli } from '../cli.ts';
import { explain } from './index.ts';
import { entriesOf } from './page.ts';

const program = join(import.meta.dirname, '../../main.ts');
const asked = (...words: readonly string[]) => explain({ terminal: { program } } as Cli, {}, words);
const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/errors.md'), 'utf8');

test('every code of the page is explained, with what it means for the money and what to do, and no Markdown in it', async () => {
  for (const { code, cells: [happened = ''] } of entriesOf(page)) {
    const { text, data } = await asked(code);
    assert.equal((data as { readonly happened: string }).happened, happened);
    assert.match(text.join('\n'), /^BW-\d{4} {2}\S[^]*\n {2}your money {2}\S[^]*\n {2}what to do {2}\S/);
    assert.doesNotMatch(text.join('\n'), /`|\*\*|\]\(/, code);
    assert.ok(text.every((line) => line.length <= 100), code);
  }
});

test('a code may be written short or small; without one the families are listed, and a family lists its codes', async () => {
  const [{ data }, ...others] = await Promise.all([asked('BW-3020'), asked('bw-3020'), asked('3020')]);
  for (const other of others) assert.deepEqual(other.data, data);
  assert.match((await asked()).text.join('\n'), /30xx {2}limits and the rules of instruments +\d+ codes/);
  assert.match((await asked('30xx')).text.join('\n'), /BW-3020 {2}The order is worth more/);
});

test('an unknown code names those that are near it', async () => {
  await assert.rejects(async () => asked('BW-3029'), /There is no error BW-3029\. Near it: .*BW-3026 \(/);
  await assert.rejects(async () => asked('whatever'), /There is no error "whatever"\. There are the families 12xx, /);
});
