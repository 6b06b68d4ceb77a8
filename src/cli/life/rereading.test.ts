import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProblems, loadConfig } from '../../edges/config/index.ts';
import type { Config } from '../../edges/config/index.ts';
import { ConfigRefusedError } from '../failure.ts';
import { needsRestart, rereading } from './rereading.ts';

const demo = readFileSync(new URL('../../../config/demo.json', import.meta.url), 'utf8');

function loaded(text: string): Config {
  const result = loadConfig({ file: 'demo.json', env: {}, readFile: (path) => (path === 'demo.json' ? text : undefined) });
  if (!result.ok) throw new ConfigRefusedError(formatProblems(result.errors), result.errors);
  return result.config;
}
const replaced = (from: RegExp, to: string): string => {
  assert.match(demo, from);
  return demo.replace(from, to);
};
const running = loaded(demo);
const read = (text: string) => rereading(running, () => ({ config: loaded(text), warnings: [] }))();

test('R1: limits and the amounts of losses come into force by a reload; every other key is named and refuses the rest', () => {
  const limited: Config = { ...running, limits: { ...running.limits, maxPosition: {} }, risk: { ...running.risk, maxDrawdown: { ppm: 1 } }, reconciliation: { ...running.reconciliation, maxAge: { ms: 1 } } };
  assert.deepEqual(needsRestart(running, limited), []);
  const other: Config = { ...limited, limits: { ...limited.limits, signalMaxAge: { ms: 1 } }, journal: { ...limited.journal, maxLag: 7 }, instance: { ...limited.instance, name: 'another' } };
  assert.deepEqual(needsRestart(running, other), ['instance.name', 'limits.signalMaxAge', 'journal.maxLag']);
});

test('R1: a file that changes a limit and something else is refused whole', () => {
  const text = replaced(/"priceCollar": \{[^}]*\}/, '"priceCollar": { "default": "0.1%" }').replace(/"name": "[^"]*"/, '"name": "another"');
  const result = read(text);
  assert.deepEqual([result.kind, result.kind === 'refused' && result.problems], ['refused', ['instance.name needs a restart']]);
});

test('a file with errors is refused with every one of them and where it is', () => {
  const result = read(replaced(/"priceCollar": \{[^}]*\}/, '"priceCollar": { "default": "much" }, "maxPositoin": {}'));
  assert.equal(result.kind, 'refused');
  const problems = result.kind === 'refused' ? result.problems.join('\n') : '';
  assert.match(problems, /BW-1204 demo\.json:\d+:\d+ limits\.priceCollar\.default/);
  assert.match(problems, /BW-1202 demo\.json:\d+:\d+ limits\.maxPositoin/);
});

test('R2: a secret that changed is named and not told', () => {
  const secrets = [...demo.matchAll(/"(?:secret|keyId)": "([^"]+)"/g)].map(([, secret = '']) => secret);
  const [first = ''] = secrets;
  const result = read(demo.replace(first, 'another-secret-altogether'));
  const problems = result.kind === 'refused' ? result.problems.join() : '';
  assert.match(problems, /needs a restart/);
  assert.ok(!problems.includes(first) && !problems.includes('altogether'), problems);
});

test('a file that asks for the same asks for the same limits', () => {
  const [one, two] = [read(demo), read(demo)];
  assert.deepEqual([one.kind, one], ['read', two]);
});
