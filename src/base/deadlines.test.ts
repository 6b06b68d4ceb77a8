import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Deadlines } from './deadlines.ts';

test('a name is due when its last time has come, once, however often it was put off, brought forward or taken back', () => {
  const step = fc.record({ name: fc.constantFrom('a', 'b', 'c'), inMs: fc.option(fc.nat(20), { nil: undefined }), laterMs: fc.nat(8) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
    const deadlines = new Deadlines();
    const wanted = new Map<string, number>();
    let nowMs = 0;
    for (const { name, inMs, laterMs } of steps) {
      deadlines.set(name, inMs === undefined ? undefined : nowMs + inMs);
      if (inMs === undefined) wanted.delete(name);
      else wanted.set(name, nowMs + inMs);
      nowMs += laterMs;
      const expected = [...wanted].filter(([, atMs]) => atMs <= nowMs).map(([one]) => one).toSorted();
      assert.deepEqual([...deadlines.due(nowMs)].toSorted(), expected);
      for (const one of expected) wanted.delete(one);
    }
  }));
});
