import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Terminal } from '../edges/process/index.ts';
import { inAscii, looking, modeLine } from './look.ts';

const said: string[] = [];
const terminal = { out: (line: string) => said.push(line), note: (line: string) => said.push(line), paint: (_: unknown, text: string) => text } as unknown as Terminal;

test('the first line says whose system, whose money, and how the gate stands', () => {
  assert.equal(modeLine(terminal, { instance: 'momentum-eu', money: 'live', gate: 'HALTED', since: '2026-11-21T03:04:11.123Z' }), 'momentum-eu · LIVE $ · HALTED since 2026-11-21 03:04:11Z');
  assert.equal(modeLine(terminal, { instance: 'demo', money: 'sim', gate: 'ACTIVE', since: null }), 'demo · SIM · ACTIVE');
  assert.equal(modeLine(terminal, { instance: 'demo', money: 'paper' }), 'demo · PAPER');
});

test('--color=always colours where nothing else would, and never does not', () => {
  assert.equal(looking(terminal, { color: 'always' }).paint('red', 'x'), '\u001B[31mx\u001B[39m');
  assert.equal(looking({ ...terminal, paint: () => 'coloured' }, { color: 'never' }).paint('red', 'x'), 'x');
  assert.equal(looking({ ...terminal, paint: () => 'as the terminal says' }, { color: 'auto' }).paint('red', 'x'), 'as the terminal says');
});

test('--ascii leaves no shape that an old terminal lacks, and never touches a document', () => {
  said.length = 0;
  looking(terminal, { ascii: true }).out('● books 1 ≤ 2 → “x” − …');
  looking(terminal, { ascii: true, json: true }).out('{"name":"●"}');
  assert.deepEqual(said, ['* books 1 <= 2 -> "x" - ...', '{"name":"●"}']);
  assert.match(inAscii('● ▲ ◆ ■ ◌ · ≥ ≠ ×'), /^[\x20-\x7e]+$/);
});
