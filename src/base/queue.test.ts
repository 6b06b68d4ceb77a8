import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedQueue } from './queue.ts';

test('a bounded queue gives back in order what it took, and refuses what does not fit', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 5 }), fc.array(fc.option(fc.nat())), (capacity, steps) => {
    const queue = new BoundedQueue<number>(capacity);
    const model: number[] = [];
    for (const item of steps) {
      if (item === null) assert.equal(queue.take(), model.shift());
      else if (queue.offer(item)) model.push(item);
      else assert.equal(model.length, capacity);
      assert.equal(queue.size, model.length);
    }
  }));
});

test('a queue through which much has passed keeps order and size', () => {
  const queue = new BoundedQueue<number>(10);
  let taken = 0;
  for (let i = 0; i < 10_000; i++) {
    assert.ok(queue.offer(i));
    if (i % 10 !== 9) continue;
    while (queue.size > 0) assert.equal(queue.take(), taken++);
  }
  assert.deepEqual([taken, queue.take()], [10_000, undefined]);
});
