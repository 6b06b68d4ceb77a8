import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bench } from '../../../test/kit/core.ts';
import { canonicalText } from '../../base/index.ts';
import { namesInText } from './order-text.ts';

const nasty = ['a', '', '#', '#1', '"', '\\', '\\"', ']', '["', '","', '"clientOrderIds":["x"]', '"venueOrderIds":["x"],"venue":"y"', '"venue":"', 'é', '\n'];
const texts = fc.oneof(fc.constantFrom(...nasty), fc.string(), fc.uuid());
const bench = Bench.ready();
const order = bench.working('a');

test('the names found in the text of an order are those of the order, whatever its texts hold', () => {
  const changes = fc.record({ venue: texts, clientOrderIds: fc.array(texts), venueOrderIds: fc.array(texts), content: texts, key: texts, because: texts, correlationId: texts, strategy: texts, blocked: fc.record({ control: texts, code: texts, limit: texts, observed: texts, wouldPass: texts }) }, { noNullPrototype: true });
  fc.assert(fc.property(changes, (change) => {
    const { venue, clientOrderIds, venueOrderIds } = namesInText(canonicalText({ ...order, ...change }));
    assert.deepEqual({ venue, clientOrderIds, venueOrderIds }, { venue: change.venue, clientOrderIds: change.clientOrderIds, venueOrderIds: change.venueOrderIds });
  }), { numRuns: 2_000 });
});
