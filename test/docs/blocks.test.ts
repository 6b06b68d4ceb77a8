import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsOfBlock, differenceOf, exchangesOf, normalised, placedBlocks, strangerIn } from './blocks.ts';

test('what differs from run to run gives way, and nothing else does', () => {
  assert.equal(normalised('● 283ed271 buy  BTC/USD market filled  27 ms', '/x'), '● <id> buy BTC/USD market filled <n> ms');
  assert.equal(normalised('books agree  BTC 20.01 − fees ≤ 0.000025 = 20.009975 · USD 1 = 1', '/x'), 'books agree <books> · <books>');
  assert.equal(normalised('since 2026-11-21 03:04:11Z at http://127.0.0.1:38135 in /x/data/control.sock, BW-3020', '/x'), 'since <time> at http://<n>.<n>:<port> in <folder>/control.sock, BW-3020');
  assert.notEqual(normalised('0 unknown', '/x'), normalised('0 known', '/x'));
});

test('a line that is missing, new or in another place is a difference; … stands for any lines', () => {
  assert.equal(differenceOf(['a 1', 'b'], ['a 2', 'b', ''], '/x'), undefined);
  assert.match(differenceOf(['a', 'b'], ['a'], '/x') ?? '', /nothing more/);
  assert.match(differenceOf(['a'], ['a', 'b'], '/x') ?? '', /more than is shown/);
  assert.notEqual(differenceOf(['b', 'a'], ['a', 'b'], '/x'), undefined);
  assert.equal(differenceOf(['a', '…', 'd'], ['a', 'b', 'c', 'd'], '/x'), undefined);
  assert.equal(differenceOf(['a', '…'], ['a', 'b'], '/x'), undefined);
  assert.equal(strangerIn(['b', '…', 'a 1'], ['a 2', 'b', 'c'], '/x'), undefined);
  assert.equal(strangerIn(['d'], ['a'], '/x'), 'd');
});

test('blocks are found with their comment, commands over several lines are one, and a console tells who speaks', () => {
  const [one, two] = placedBlocks({ path: 'x.md', text: '<!-- not run: needs root -->\n```sh\na \\\n  -b   # why\n\n# only words\nc\n```\n\n```console\n$ a\nx\n$ b\n```\n' });
  assert.deepEqual(one?.note, { kind: 'not run', text: 'needs root' });
  assert.deepEqual(one === undefined ? [] : commandsOfBlock(one), ['a -b', 'c']);
  assert.deepEqual(two === undefined ? [] : exchangesOf(two), [{ command: 'a', prints: ['x'] }, { command: 'b', prints: [] }]);
});
