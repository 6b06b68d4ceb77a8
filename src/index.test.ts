import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alpacaVenue, BreakwaterError, controlDoor, createSafetySystem, MemoryStore, openSqliteStore, publicDoor, Runtime, version as ours } from './index.ts';

test('the library says its version and offers a runtime, its stores, its doors and a venue by name', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  assert.equal(ours, version);
  for (const one of [createSafetySystem, Runtime, openSqliteStore, MemoryStore, alpacaVenue, publicDoor, controlDoor, BreakwaterError]) assert.equal(typeof one, 'function');
});
