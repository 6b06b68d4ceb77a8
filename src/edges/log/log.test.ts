import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../sim/clock.ts';
import { jsonLog, outletOver } from './index.ts';
import type { LogFormat } from './index.ts';

function logged(secrets: readonly string[] = [], level: 'debug' | 'info' = 'info', format: LogFormat = 'json') {
  const lines: string[] = [];
  return { lines, log: jsonLog({ level, format, component: 'test', secrets, wallMs: () => 1_700_000_000_000, write: (line) => lines.push(line) }) };
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

test('L1: what stands under a key that names a secret is struck out, known or not', () => {
  const { lines, log } = logged();
  log.info('a request', { headers: { authorization: 'Bearer abc', 'APCA-API-KEY-ID': 'PK1', accept: '*/*' }, token: 't', secret: 's', password: 'p', keyId: 'k', list: [{ apiKey: 'x' }], intentId: 'kept', seq: 7 });
  const said = JSON.parse(lines[0] ?? '') as { headers: object; list: object[]; intentId: string; seq: number };
  assert.deepEqual([said.headers, said.list, said.intentId, said.seq], [{ authorization: '«secret»', 'APCA-API-KEY-ID': '«secret»', accept: '*/*' }, [{ apiKey: '«secret»' }], 'kept', 7]);
  assert.doesNotMatch(lines[0] ?? '', /abc|PK1|"[tspkx]"/);
});

test('L1: a secret that begins as another one does is struck out whole, in base64 too', () => {
  const { lines, log } = logged(['hunter2', 'hunter2-and-more']);
  log.info(`basic ${Buffer.from('hunter2-and-more').toString('base64')} hunter2-and-more`);
  assert.match(lines[0] ?? '', /"msg":"basic «secret» «secret»"/);
});

test('a pretty line is one line, whatever somebody outside wrote into it', () => {
  const { lines, log } = logged(['sesame-key'], 'info', 'pretty');
  log.warn('blocked by sesame-key\n2026 error forged', { component: 'order', correlationId: 'c1', text: '\u001b[2J' });
  assert.equal(lines.length, 1);
  const plain = (lines[0] ?? '').replaceAll(/\u001b\[\d+m/g, '');
  assert.equal(plain, '22:13:20.000 warn  order      blocked by «secret» 2026 error forged  correlationId=c1 text= [2J');
});

/** A reader that takes nothing until it is told to. */
function stream() {
  const waiting: string[] = [];
  const taken: string[] = [];
  let fail: () => void = () => { throw new Error('nobody listens'); };
  return {
    taken, broken: () => fail(),
    get writableLength() { return waiting.join('').length; },
    write: (text: string) => void waiting.push(text),
    on: (_event: 'error', listen: () => void) => { fail = listen; },
    take: () => void taken.push(...waiting.splice(0)),
  };
}

test('L2: for a reader that stops reading so much waits and no more; what is dropped is counted, and told once it reads again', () => {
  const reader = stream();
  const outlet = outletOver(reader, 1_000);
  for (let line = 0; line < 10_000; line++) outlet.write(`{"line":${line},"filling":"${'x'.repeat(80)}"}`);
  assert.ok(reader.writableLength < 1_200, `${reader.writableLength} wait`);
  const written = 10_000 - outlet.dropped;
  assert.ok(written > 5 && written < 20);
  reader.take();
  outlet.write('{"line":"next"}');
  reader.take();
  const rest = reader.taken.slice(written).map((line) => JSON.parse(line) as { dropped?: number; line?: string });
  assert.deepEqual(rest.map(({ dropped, line }) => dropped ?? line), [outlet.dropped, 'next']);
  outlet.write('{"line":"last"}');
  assert.equal(outlet.dropped, 10_000 - written, 'nothing more is lost');
});

test('L2: a reader that has gone is no reason to end', () => {
  const reader = stream();
  outletOver(reader);
  assert.doesNotThrow(reader.broken);
});

test('at the end of a process what waits is waited for, and not for ever', async () => {
  const clock = new VirtualClock({ settle: () => Promise.resolve() });
  const reader = stream();
  const outlet = outletOver(reader);
  outlet.write('last words');
  await clock.until(outlet.flush(clock, 500));
  assert.equal(clock.monotonicMs(), 500);
  clock.timer(20, () => reader.take());
  await clock.until(outlet.flush(clock, 500));
  assert.equal(clock.monotonicMs(), 520);
});
