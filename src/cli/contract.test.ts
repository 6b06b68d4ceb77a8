/**
 * The contract of every command, made from the table: a command that is added is held to it without a line here.
 * Nothing runs beside it; test/crash/contract.test.ts asks a system that does.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tries } from '../../test/crash/kit-contract.ts';
import type { Terminal } from '../edges/process/index.ts';
import { schemaOf } from './answer.ts';
import { optionsOf, verbCommand } from './build.ts';
import { allCommands, nouns, shownCommands } from './commands/index.ts';
import { EXIT } from './exit.ts';
import { runCli } from './index.ts';
import { documentShape, publishedShape } from './shapes/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number; readonly out: readonly string[]; readonly notes: readonly string[] };
function terminalInto(out: string[], notes: string[]): Terminal {
  return { out: (line) => out.push(line), note: (line) => notes.push(line), isTty: false, env: {}, directory: folder, program: 'src/main.ts', nodeVersion: '26.0.0', pid: 1, user: 'sam', paint: (_, text) => text };
}
async function run(...args: readonly string[]): Promise<Ran> {
  const [out, notes]: [string[], string[]] = [[], []];
  return { code: await runCli(args, terminalInto(out, notes), '0.1.0'), out, notes };
}

/** As a shell would cut it, as far as examples go. */
function wordsOf(line: string): readonly string[] {
  const parts = line.replace(/\s+#.*$/, '').replace(/^.*?(?=breakwater )/, '').match(/"[^"]*"|[^\s;|>)]+|[;|>)]/g) ?? [];
  const end = parts.findIndex((part) => /^[;|>)]$/.test(part));
  return (end < 0 ? parts : parts.slice(0, end)).map((part) => part.replaceAll('"', ''));
}

/** Does the table know these words? Nothing is run. */
function parses(words: readonly string[]): string {
  const [, ...rest] = words;
  if (rest.length === 1 && rest[0] === '--version') return '';
  const spec = allCommands.find(({ name }) => rest.slice(0, name.split(' ').length).join(' ') === name);
  if (spec === undefined) return 'no command of that name';
  const made = verbCommand({ terminal: terminalInto([], []), version: '0', commands: shownCommands }, spec, () => undefined).exitOverride().configureOutput({ writeErr: () => undefined });
  made.action(() => undefined);
  try {
    made.parse(rest.slice(spec.name.split(' ').length), { from: 'user' });
    return '';
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

for (const spec of shownCommands) {
  const { name, examples } = spec;
  const needed = optionsOf(spec).filter((option) => option.needed).flatMap(({ flags }) => [flags.split(' ')[0] ?? '', join(folder, 'none.json')]);
  const given = (spec.arguments ?? []).filter((one) => one.name.startsWith('<')).map(() => '00000000000000000000');

  test(`${name}: its help begins with three examples or more, all of which it understands, and names every option`, async () => {
    assert.ok(examples.length >= 3, `give "${name}" three examples in src/cli/commands/`);
    for (const example of examples) assert.equal(parses(wordsOf(example)), '', example);
    assert.ok(examples.every((example) => wordsOf(example)[1] === name.split(' ')[0] || example.startsWith('breakwater --')), 'examples show this command');
    const help = await run(...name.split(' '), '--help');
    assert.equal(help.code, EXIT.ok);
    assert.match(help.out.join('\n'), new RegExp(`^Examples\\n  .*breakwater ${name}`));
    for (const { flags, hidden } of optionsOf(spec)) assert.equal(help.out.join('\n').includes(flags), hidden !== true, flags);
    assert.ok(help.out.join('\n').split('\n').every((line) => line.length <= 160), 'lines that fit');
    assert.match(spec.summary, /^[A-Z].*\.$/, 'a summary is a sentence');
  });

  test(`${name}: a wrong flag is exit 2, with --json as one document of its shape`, async () => {
    const ran = await run(...name.split(' '), ...given, ...needed, '--nonsense', '--json');
    assert.equal(ran.code, EXIT.usage);
    assert.equal(ran.out.length, 1, 'exactly one document on standard output');
    const document = JSON.parse(ran.out[0] ?? '') as { readonly schema: string; readonly error: { readonly code: string } };
    assert.deepEqual([document.schema, document.error.code], [schemaOf(name), 'BW-1301']);
    (await documentShape(spec)).parse(document);
    const plain = await run(...name.split(' '), ...given, ...needed, '--nonsense');
    assert.equal(plain.code, EXIT.usage);
    assert.deepEqual(plain.out, []);
    assert.match(plain.notes.join('\n'), /--nonsense/);
  });

  if (spec.reaches !== undefined) test(`${name}: where no runtime answers it is exit 4, and says where it looked and how to name another folder`, async () => {
    assert.ok(spec.exits.includes('unreachable'), 'the table says so');
    const ran = await run(...name.split(' '), ...given, ...needed, '--data', folder, '--json');
    assert.equal(ran.code, EXIT.unreachable);
    assert.equal(ran.out.length, 1);
    const document = JSON.parse(ran.out[0] ?? '') as { readonly error: { readonly detail: string } };
    (await documentShape(spec)).parse(document);
    assert.match(document.error.detail, /No (?:runtime|supervisor) answers at .*(?:control|supervisor)\.sock.*--data/s);
  });

  test(`${name}: its shape is published, and a field may be added to it`, async () => {
    const shape = await publishedShape(spec) as { readonly $id: string };
    assert.equal(shape.$id, schemaOf(name));
    assert.doesNotMatch(JSON.stringify(shape), /"additionalProperties":false/);
  });
}

test('every command is tried against a running system, and nothing else is', () => {
  const names = shownCommands.map(({ name }) => name);
  for (const name of names) assert.ok((tries[name] ?? []).length > 0, `say in test/crash/kit-contract.ts how "${name}" is tried`);
  assert.deepEqual(Object.keys(tries).filter((name) => !names.includes(name)), []);
});

test('the table names no command twice, and has a noun for every verb', () => {
  const names = allCommands.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names.filter((one) => one.includes(' '))) assert.ok(nouns.some((noun) => noun.name === name.split(' ')[0]), `${name} has no noun in src/cli/commands/`);
  for (const noun of nouns) {
    assert.ok(noun.examples.length >= 3, noun.name);
    for (const example of noun.examples) assert.equal(parses(wordsOf(example)), '', example);
  }
});
