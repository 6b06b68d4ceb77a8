import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLog } from './index.ts';

function logged(secrets: readonly string[] = [], level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  return { lines, log: jsonLog({ level, component: 'test', secrets, wallMs: () => 1_700_000_000_000, write: (line) => lines.push(line) }) };
}

test('a line is one JSON object with time, level, component and what was said', () => {
  const { lines, log } = logged();
  log.warn('stream lost', { venue: 'alpaca' });
  assert.deepEqual(JSON.parse(lines[0] ?? ''), { level: 'warn', time: '2023-11-14T22:13:20.000Z', component: 'test', venue: 'alpaca', msg: 'stream lost' });
});

test('no secret is printed, under whatever key and in whatever form it turns up', () => {
  const { lines, log } = logged(['hunter2/"&', 'sesame-key']);
  log.error('the venue refused hunter2/"& of sesame-key', { url: `http://venue/?secret=${encodeURIComponent('hunter2/"&')}`, nested: { deep: ['sesame-key'] } });
  const text = lines.join('\n');
  assert.doesNotMatch(text, /hunter2|sesame/);
  assert.equal(typeof JSON.parse(text), 'object');
});

test('lines below the level are not written', () => {
  const { lines, log } = logged();
  log.debug('a detail');
  log.info('a thing');
  assert.equal(lines.length, 1);
});
