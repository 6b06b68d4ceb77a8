/** What is written for people is true of the code: links, paths, commands, examples, and one entry for everything that has a name. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { readJson } from '../src/base/index.ts';
import { allFacts } from '../src/core/index.ts';
import { emergencyCauses } from '../src/journal/index.ts';
import { parseFaultPlan } from '../src/dialects/faults/index.ts';
import type { FieldNote } from '../src/journal/index.ts';
import { entriesOf, familiesOf, rangesOf } from '../src/cli/explain/page.ts';
import { backupCauses, storeCauses } from '../src/edges/sqlite/index.ts';
import { areRecorded, recordedPages, writtenPages } from '../scripts/docs/pages.ts';
import { listening, limitOrder, served } from './dialects/alpaca.ts';
import { codesIn, meaningsIn, sources } from './docs/codes.ts';
import { isShell, placedBlocks } from './docs/blocks.ts';
import { configIn, faultsOfConfig } from './docs/configs.ts';
import { commandsOf, helpOf, optionsOf } from './docs/help.ts';
import { examplePages, unrun } from './docs/unrun.ts';
import { allPages, anchorsOf, blocksOf, commandsIn, linksOf, pathsIn } from './docs/markdown.ts';
import { tree } from './tree/rules.ts';

const pages = allPages();
const read = (path: string): string => readFileSync(path, 'utf8');
const sorted = (codes: Iterable<string>): string[] => [...new Set(codes)].toSorted();

test('every link in Markdown leads to a file, and to a heading where it names one', () => {
  const broken = pages.flatMap((page) => linksOf(page).filter((link) => {
    const [file = '', anchor] = link.split('#');
    const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
    if (!existsSync(path)) return true;
    return anchor !== undefined && path.endsWith('.md') && !anchorsOf({ path, text: read(path) }).has(anchor);
  }).map((link) => `${page.path}: ${link}`));
  assert.deepEqual(broken, []);
  assert.deepEqual(pages.filter(({ text }) => text.includes('](' + '[')).map(({ path }) => path), [], 'a link inside the address of a link');
});

test('every file that Markdown names in code is there', () => {
  // A folder of src/ is named as the code names it, from src/ on; what one is told to write does not exist yet.
  const roots = ['', 'src/', 'src/core/'];
  const made = /^(?:docs\/decisions\/NNNN-title\.md|venues\/NAME.*|dialects\/NAME.*|\.\.\/shared\/.*|.*NAME.*|(?:data|scratch|exchange|dist)\/.*)$/;
  const missing = pages.flatMap((page) => pathsIn(page).filter((path) => !made.test(path) && !roots.some((root) => existsSync(root + path))).map((path) => `${page.path}: ${path}`));
  assert.deepEqual(missing, []);
});

test('JSON and TypeScript in Markdown can be read', () => {
  const unread: string[] = [];
  for (const page of pages) {
    for (const { language, text } of blocksOf(page)) {
      if (language === 'json' || language === 'jsonc') {
        const filled = text.replaceAll(/\{\{[\w.]+\}\}/g, '1'); // alerts hold placeholders
        const whole = readJson(filled, 'with-comments');
        const lines = filled.trim().split('\n').every((line) => readJson(line).ok);
        if (!whole.ok && !lines) unread.push(`${page.path}: ${text.slice(0, 60)}`);
      }
      if (language === 'ts') assert.doesNotThrow(() => stripTypeScriptTypes(text), `${page.path}: ${text.slice(0, 60)}`);
    }
  }
  assert.deepEqual(unread, []);
});

test('a shell block is run by the tests, or says above itself why not and is named in test/docs/unrun.ts', () => {
  const found = pages.filter(({ path }) => !(path in examplePages)).map((page) => [page.path, placedBlocks(page).filter(isShell).flatMap(({ note }) => (note?.kind === 'not run' ? [note.text] : []))] as const);
  assert.deepEqual(Object.fromEntries(found.filter(([, reasons]) => reasons.length > 0)), unrun, 'mark a block that cannot be run with <!-- not run: WHY --> on the line above, and name it in test/docs/unrun.ts');
  for (const path of Object.keys(examplePages)) assert.ok(existsSync(path), path);
});

test('a configuration that a page shows is one that the loader takes, a piece of one inside the shipped configuration', () => {
  const shipped = read('config/demo.json');
  const seen: string[] = [];
  for (const page of pages) {
    for (const { language, text, line } of placedBlocks(page)) {
      const piece = language === 'json' || language === 'jsonc' ? configIn(text) : undefined;
      if (piece === undefined) continue;
      seen.push(page.path);
      assert.deepEqual(faultsOfConfig(piece, shipped), [], `${page.path}:${line}`);
    }
  }
  assert.ok(seen.includes('README.md'));
});

test('a fault plan that a page shows is one', () => {
  const plans = pages.flatMap((page) => placedBlocks(page).filter(({ language, text }) => language === 'json' && /"rules"/.test(text)));
  assert.ok(plans.length > 0);
  for (const { text } of plans) parseFaultPlan(JSON.parse(text));
});

test('the examples of the guards run', async (context) => {
  context.mock.method(globalThis, 'fetch', () => Promise.resolve(new Response('7')));
  const log = context.mock.method(console, 'log', () => undefined);
  const guards = new URL('../src/resilience.ts', import.meta.url).href;
  for (const { language, text } of blocksOf({ path: '', text: read('docs/reference/resilience.md') })) {
    if (language !== 'ts') continue;
    const script = stripTypeScriptTypes(text).replaceAll("'breakwater/resilience'", JSON.stringify(guards)).replaceAll("'cockatiel'", JSON.stringify(import.meta.resolve('cockatiel')));
    const said = log.mock.callCount();
    await import(`data:text/javascript,${encodeURIComponent(script)}`);
    assert.ok(log.mock.callCount() > said, text);
  }
});

test('every command that Markdown shows is one, with options that it knows', async () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
  const known = new Map<string, string | undefined>();
  const help = async (words: readonly string[]): Promise<string | undefined> => {
    const name = words.join(' ');
    if (!known.has(name)) known.set(name, await helpOf(words));
    return known.get(name);
  };
  const wrong: string[] = [];
  for (const page of pages) {
    for (const line of new Set(commandsIn(page))) {
      const [program = '', ...given] = line.split(/\s+[|>&]|;/)[0]?.replace(/["']/g, '').split(/\s+/) ?? [];
      let words = given;
      if (program === 'npm') {
        const script = given[0] === 'run' ? given[1] : given[0];
        if (['ci', 'install', 'pack', 'publish'].includes(script ?? '')) continue;
        if (!scripts.includes(script ?? '')) wrong.push(`${page.path}: ${line}`);
        const after = given.indexOf('--') + 1;
        if (script !== 'start' && script !== 'sim') continue;
        words = [script === 'start' ? 'demo' : 'sim', ...(after === 0 ? [] : given.slice(after))];
      }
      const plain = words.filter((word) => !word.startsWith('-'));
      const [first = ''] = plain;
      if (first === '' || /^[A-Z…]/.test(first)) continue; // speaks of the program itself
      let text = first === '' ? undefined : await help([first]);
      const inner = text === undefined ? [] : commandsOf(text);
      if (text !== undefined && inner.length > 0) text = inner.includes(plain[1] ?? '') ? await help([first, plain[1] ?? '']) : plain[1] === undefined ? text : undefined;
      const options = text === undefined ? [] : optionsOf(text);
      const unknown = words.filter((word) => word.startsWith('--') && word !== '--' && !options.includes(word.split('=')[0] ?? ''));
      if (text === undefined || unknown.length > 0) wrong.push(`${page.path}: ${line}${unknown.length > 0 ? ` (${unknown.join(', ')})` : ''}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('pages that are written from the code are as the code has them', async () => {
  for (const [name, { path, text }] of Object.entries(writtenPages)) {
    assert.equal(read(path), await text(), `${path} is out of date: run "scripts/node scripts/docs.ts ${name}".`);
  }
});

test('pages that are made from recorded market data are as the recordings have them, and the picture is small', { skip: areRecorded() ? false : 'absent data: no recorded candles beside the clone' }, async () => {
  for (const [name, { path, text }] of Object.entries(recordedPages)) {
    assert.equal(read(path), await text(), `${path} is out of date: run "scripts/node scripts/docs.ts ${name}".`);
    assert.ok(read(path).length < 60_000, `${path} is too large`);
  }
});

const errorsPage = read('docs/reference/errors.md');

test('every error code of the code has one entry in docs/reference/errors.md, and no entry speaks of another', () => {
  const entries = entriesOf(errorsPage).map(({ code }) => code);
  assert.deepEqual(entries, sorted(entries), 'each once, in order');
  assert.deepEqual(entries, sorted(sources().flatMap(codesIn)));
});

test('an entry says what happened, what it means for the money, and what to do', () => {
  for (const { code, cells } of entriesOf(errorsPage)) {
    assert.equal(cells.length, 4, `${code} has ${cells.length + 1} cells`);
    const [happened, , money, next] = cells;
    for (const cell of [happened, money, next]) assert.match(cell ?? '', /[.)](?:\*\*)?$/, code);
  }
});

test('every entry stands in the family of its number, and explain finds it there', () => {
  const families = familiesOf(errorsPage);
  assert.deepEqual(families.map(({ range, about }) => [range, about.split(':')[0]]).filter(([range = '']) => !rangesOf(errorsPage).some(({ hundred }) => `${hundred}xx` === range)), []);
  assert.deepEqual(families.flatMap(({ range, codes }) => codes.map(({ code }) => `${code.slice(3, 5)}xx` === range ? code : `${code} in ${range}`)), entriesOf(errorsPage).map(({ code }) => code));
});

test('no code means two things', () => {
  const byCode = Map.groupBy(sources().flatMap(meaningsIn), ({ code }) => code);
  const twice = [...byCode].filter(([, meanings]) => meanings.length > 1).map(([code, meanings]) => `${code}: ${meanings.map(({ name, path }) => `${name} in ${path}`).join(', ')}`);
  assert.deepEqual(twice, []);
});

test('a code lies in the range of the folder that gives it its meaning', () => {
  const ranges = rangesOf(errorsPage);
  const foldersOf = (code: string): readonly string[] => ranges.find(({ hundred }) => code.slice(3, 5) === hundred)?.folders ?? [];
  const strays = sources().flatMap(meaningsIn).filter(({ code, path }) => !foldersOf(code).some((folder) => path.startsWith(folder)));
  assert.deepEqual(strays.map(({ code, path }) => `${code} in ${path}`), []);
  const homeless = sorted(sources().flatMap(codesIn)).filter((code) => !sources().some((source) => foldersOf(code).some((folder) => source.path.startsWith(folder)) && codesIn(source).includes(code)));
  assert.deepEqual(homeless, []);
});

test('the errors of the data folder are called on the page what they are called in the code', () => {
  for (const { code, title } of [...Object.values(storeCauses), ...Object.values(backupCauses), ...Object.values(emergencyCauses)]) assert.ok(errorsPage.includes(`| \`${code}\` | ${title}. |`), `${code}: ${title}`);
});

test('every fact says what it means, and so does every field', () => {
  const unsaid = (fields: readonly FieldNote[], inside: string): string[] =>
    fields.flatMap(({ name, doc, fields: inner }) => [...(doc === '' && inner.length === 0 ? [`${inside}.${name}`] : []), ...unsaid(inner, `${inside}.${name}`)]);
  for (const { name, doc, fields } of allFacts) {
    assert.match(doc, /\.$/, name);
    assert.deepEqual(unsaid(fields, name), []);
  }
});

const exchangePage = read('docs/reference/exchange.md');

test('docs/reference/exchange.md has every route, and no other', () => {
  const control = read('src/dialects/control.ts');
  const served = [...control.matchAll(/^ {4}\['(GET|PUT|POST|DELETE) ([\w/-]+)'/gm)].map(([, method, path]) => `${method} /_exchange/${path}`);
  const beside = [...read('src/cli/exchange.ts').matchAll(/`(GET|PUT|POST|DELETE) (\/_exchange\/[\w/-]+)/g)].map(([, method, path]) => `${method} ${path}`);
  const listed = [...exchangePage.matchAll(/^\| `(GET|PUT|POST|DELETE) (\/_exchange\/[\w/-]+)/gm)].map(([, method, path]) => `${method} ${path}`);
  assert.deepEqual(sorted(listed), sorted([...served, ...beside]));
});

test('docs/reference/exchange.md has every field that the exchange shows, and every event of its log', async () => {
  const { app, ask, clock, exchange } = await served({ fees: { periodMs: 1_000 }, price: { 'BTC/USD': { kind: 'walk', startPrice: '50000', tickMs: 500, stepPpm: 10 } } });
  listening(app);
  await ask('POST', '/v2/orders', limitOrder('a', '51000'));
  exchange.start();
  await clock.runFor(5_000);
  const chapter = (title: string): string => exchangePage.split(`\n### ${title}\n`)[1]?.split(/\n###? /)[0] ?? '';
  const { oracle } = exchange;
  const shown: Readonly<Record<string, readonly object[]>> = {
    Orders: oracle.orders(), Accounts: [...oracle.accounts(), ...oracle.accounts().flatMap(({ balances }) => Object.values(balances))],
    Trades: oracle.trades(), Fees: oracle.fees(), Totals: Object.values(oracle.totals()), Log: oracle.log(),
  };
  for (const [title, values] of Object.entries(shown)) {
    assert.ok(values.length > 0, `${title} shows something to compare`);
    for (const key of sorted(values.flatMap((value) => Object.keys(value)))) assert.ok(chapter(title).includes(`\`${key}\``), `${title}: ${key}`);
  }
  const declared = [...read('src/exchange/event.ts').matchAll(/readonly type: ((?:'[\w-]+'(?: \| )?)+)/g)].flatMap(([, words = '']) => [...words.matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word));
  assert.deepEqual(sorted([...chapter('Log').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word = '']) => word)), sorted(declared));
});

test('ARCHITECTURE.md names every room of the tree', () => {
  const text = read('ARCHITECTURE.md');
  for (const { name } of tree) assert.ok(text.includes(`src/${name}/`), name);
});

const decisions = pages.filter(({ path }) => path.startsWith('docs/decisions/'));

test('a decision is one page: what it is about, what was decided, what follows, and what was rejected', () => {
  const numbers = decisions.map(({ path }) => Number(path.slice('docs/decisions/'.length).slice(0, 4)));
  assert.deepEqual(numbers, [...new Set(numbers)].toSorted((a, b) => a - b), 'each number once; one that is taken and not written yet leaves a gap');
  for (const { path, text } of decisions) {
    const number = path.slice('docs/decisions/'.length).slice(0, 4);
    assert.match(text, new RegExp(`^# ${number} `), path);
    assert.deepEqual([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title), ['Context', 'Decision', 'Consequences', 'Rejected'], path);
    assert.ok(text.split('\n').length <= 60, `${path} is longer than a page`);
  }
});

test('every dependency at run time has a decision of its own', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Readonly<Record<string, string>> };
  const titles = decisions.map(({ text }) => text.split('\n')[0] ?? '');
  for (const name of Object.keys(dependencies)) assert.ok(titles.some((title) => title.split(' ').includes(name)), name);
});

test('every figure in docs/reference/measurements.md has a command, a date and a machine', () => {
  const rows = [...read('docs/reference/measurements.md').matchAll(/^\|(.+)\|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));
  assert.deepEqual(rows[0], ['What', 'Figure', 'Command', 'Date', 'Machine']);
  assert.ok(rows.length > 2);
  for (const [what = '', figure = '', command = '', date = '', machine = ''] of rows.slice(2)) {
    assert.match(figure, /\d/, what);
    assert.match(command, /^`.+`$/, what);
    assert.match(date, /^\d{4}-\d\d-\d\d$/, what);
    assert.ok(machine !== '', what);
  }
});
