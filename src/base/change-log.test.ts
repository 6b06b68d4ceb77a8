import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeLog } from './change-log.ts';

test('C1: who asks with his last mark hears of every change since, and of no other', () => {
  const log = new ChangeLog();
  const begin = log.mark;
  log.name('a');
  log.name('b');
  assert.deepEqual(log.since(begin), ['a', 'b']);
  const then = log.mark;
  assert.deepEqual(log.since(then), []);
  log.name('a');
  assert.deepEqual([log.since(then), log.since(begin)], [['a'], ['a', 'b', 'a']]);
});

test('C1: where everything changed, or too much was named since, the answer is that it may be everything', () => {
  const log = new ChangeLog();
  const begin = log.mark;
  log.everything();
  assert.equal(log.since(begin), undefined);
  const then = log.mark;
  for (let count = 0; count < 100_000; count += 1) log.name(`n${count}`);
  assert.equal(log.since(then), undefined);
  const late = log.mark;
  log.name('last');
  assert.deepEqual(log.since(late), ['last']);
});
