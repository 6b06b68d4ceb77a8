import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as library from './index.ts';

test('the library says its version and offers a runtime, its stores, its doors and a venue by name', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  assert.equal(library.version, version);
  for (const name of ['Runtime', 'openSqliteStore', 'MemoryStore', 'alpacaVenue', 'publicDoor', 'controlDoor', 'BreakwaterError'] as const) assert.equal(typeof library[name], 'function', name);
});
