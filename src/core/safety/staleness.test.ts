import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, limits } from '../../../test/kit/core.ts';

test('S3: an order waits while books and venue were not compared lately, and leaves once they are', () => {
  const bench = Bench.ready({ limits: { ...limits, booksMaxAgeMs: 60_000 } });
  bench.later(59_000);
  bench.signal({ key: 'a' });
  assert.equal(bench.phase('a'), 'sending', 'a minute is what the limit allows');
  bench.later(2_000);
  bench.signal({ key: 'b' });
  assert.equal(bench.phase('b'), 'intended', 'the last comparison is 61 seconds old');
});
