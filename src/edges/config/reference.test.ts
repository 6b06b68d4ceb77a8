import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configReference, configSchema, formatProblems, limitsFor, loadConfig, readConfigFile } from './index.ts';
import type { SchemaNode } from './schema.ts';

const root = new URL('../../../', import.meta.url);

test('docs/reference/configuration.md is what the schema says', () => {
  const page = readFileSync(new URL('docs/reference/configuration.md', root), 'utf8');
  assert.equal(page, configReference(), 'The page is out of date: run "scripts/node scripts/docs.ts config".');
});

test('the reference names every key of the schema, and every key says what it means', () => {
  const page = configReference();
  for (const [path, node] of placesIn(configSchema(), [])) {
    assert.ok(page.includes(`| \`${path.at(-1)}\` |`), path.join('.'));
    assert.ok((node.description ?? '').length > 0, `${path.join('.')} has no description`);
  }
});

test('the schema is one that editors understand, and marks the secrets', () => {
  const schema = configSchema();
  assert.deepEqual(schema.required, ['version', 'instance', 'venues']);
  const secrets = placesIn(schema, []).filter(([, node]) => node.writeOnly === true).map(([path]) => path.join('.'));
  assert.deepEqual(secrets, ['venues.*.keyId', 'venues.*.secret', 'prices.sources.*.keyId', 'prices.sources.*.secret', 'signals.tradingview.sources.*.secret', 'signals.intents.tokens.*.secret', 'supervisor.secret']);
  assert.doesNotThrow(() => JSON.stringify(schema));
});

test('the shipped demo configuration is sound, without a warning, and names every limit of every instrument', () => {
  const loaded = loadConfig({ file: new URL('config/demo.json', root).pathname, env: {}, readFile: readConfigFile });
  assert.ok(loaded.ok, loaded.ok ? '' : formatProblems(loaded.errors));
  assert.deepEqual(loaded.warnings, []);
  for (const symbol of ['BTC/USD', 'BTC/USDC']) {
    assert.deepEqual(Object.keys(limitsFor(loaded.config, symbol)), ['maxOrderValue', 'maxPositionText', 'priceCollar', 'priceMaxAge'], symbol);
  }
});

function placesIn(node: SchemaNode, path: readonly string[]): [readonly string[], SchemaNode][] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]): [readonly string[], SchemaNode][] => [[[...path, key], child], ...placesIn(child, [...path, key])]);
  return typeof node.additionalProperties === 'object' ? [...inner, ...placesIn(node.additionalProperties, [...path, '*'])] : inner;
}
