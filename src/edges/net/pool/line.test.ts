import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Line } from './line.ts';

test('Z1, Z2: whatever comes and leaves, who is served is the one who waited longest', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.constant('join' as const), fc.constant('next' as const), fc.nat({ max: 30 })), { maxLength: 200 }), (steps) => {
    const line = new Line<number>();
    let model: number[] = [];
    let count = 0;
    for (const step of steps) {
      if (step === 'join') { line.join(count); model.push(count); count += 1; }
      else if (step === 'next') assert.equal(line.next(), model.shift());
      else {
        assert.equal(line.leave(step), model.includes(step));
        model = model.filter((one) => one !== step);
      }
      assert.equal(line.length, model.length);
    }
  }), { seed: 4 });
});
