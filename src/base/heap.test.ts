import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Heap } from './heap.ts';

test('what is taken comes in order, whatever was there from the beginning and whatever was added between', () => {
  fc.assert(fc.property(fc.array(fc.integer()), fc.array(fc.option(fc.integer(), { nil: undefined })), (begun, steps) => {
    const heap = new Heap<number>((a, b) => a < b, begun);
    const sorted = begun.toSorted((a, b) => a - b);
    for (const step of [...steps, ...begun.map(() => undefined)]) {
      assert.deepEqual([heap.size, heap.first], [sorted.length, sorted[0]]);
      if (step === undefined) assert.equal(heap.take(), sorted.shift());
      else {
        heap.add(step);
        sorted.push(step);
        sorted.sort((a, b) => a - b);
      }
    }
  }));
});
