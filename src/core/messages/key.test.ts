import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyInWindow, tooEarly, tooOld } from './index.ts';

const windowed = { key: 'tv/demo/same:aa', keyFrom: 'body-in-window' } as const;

test('within the window an identical body is the same wish; after it, a new one', () => {
  const first = keyInWindow(windowed, undefined, 1_000, 500);
  assert.equal(first, 'tv/demo/same:aa@1000');
  assert.equal(keyInWindow(windowed, { key: first, atMs: 1_000 }, 1_500, 500), first);
  assert.equal(keyInWindow(windowed, { key: first, atMs: 1_000 }, 1_501, 500), 'tv/demo/same:aa@1501');
});

test('a key that stands on its own needs no window', () => {
  assert.equal(keyInWindow({ key: 'tv/demo/id:1', keyFrom: 'id' }, { key: 'x', atMs: 0 }, 1, 500), 'tv/demo/id:1');
});

test('age counts from the time the source gave; without one nothing is too old', () => {
  assert.equal(tooOld({ signalTimeMs: 1_000 }, 61_000, 60_000), false);
  assert.equal(tooOld({ signalTimeMs: 1_000 }, 61_001, 60_000), true);
  assert.equal(tooOld({}, 61_001, 60_000), false);
  assert.equal(tooEarly({ signalTimeMs: 61_001 }, 1_000, 60_000), true);
  assert.equal(tooEarly({ signalTimeMs: 61_000 }, 1_000, 60_000), false);
});
