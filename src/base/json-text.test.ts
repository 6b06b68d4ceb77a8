import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineAndColumn, MAX_DEPTH, readJson } from './json-text.ts';
import type { JsonNode } from './json-text.ts';

function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null': return null;
    case 'number': return Number(node.text);
    case 'list': return node.items.map(plain);
    case 'object': return Object.fromEntries([...node.members].map(([key, { value }]) => [key, plain(value)]));
    case 'boolean':
    case 'string': return node.value;
  }
}
const problem = (text: string, grammar?: 'strict' | 'with-comments') => {
  const reading = readJson(text, grammar);
  assert.ok(!reading.ok, `${text} was accepted`);
  return { ...lineAndColumn(text, reading.problem.at), kind: reading.problem.kind, problem: reading.problem.problem };
};

test('every JSON text means what JSON.parse says it means', () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    const reading = readJson(text);
    assert.ok(reading.ok);
    assert.deepEqual(JSON.stringify(plain(reading.node)), JSON.stringify(JSON.parse(text)));
  }));
});

test('T3: no text throws, and what is accepted is also JSON to JSON.parse', () => {
  const shards = fc.array(fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '-0.5e3', '01', 'true', 'nul', ' ', '\n', '\\', '"', '//', '/*', '\uFEFF', 'NaN'), { maxLength: 12 });
  fc.assert(fc.property(shards, (parts) => {
    const text = parts.join('');
    const reading = readJson(text);
    readJson(text, 'with-comments');
    if (reading.ok) JSON.parse(text.replace(/^\uFEFF/, ''));
    else assert.throws(() => { JSON.parse(text.replace(/^\uFEFF/, '')); if (reading.problem.kind === 'duplicate-key') throw new Error('twice'); });
  }), { numRuns: 2_000 });
});

test('T1: the digits of a number survive, however many there are', () => {
  const reading = readJson('{"q": 0.100000000000000000000000000001, "e": 1e-05}');
  assert.ok(reading.ok && reading.node.kind === 'object');
  assert.deepEqual([...reading.node.members.values()].map(({ value }) => value.kind === 'number' && value.text), ['0.100000000000000000000000000001', '1e-05']);
});

test('T2: a key that stands twice is refused where it stands the second time', () => {
  assert.deepEqual(problem('{\n  "action": "buy",\n  "action": "sell"\n}'), { line: 3, column: 3, kind: 'duplicate-key', problem: 'the key "action" stands twice in the same object' });
});

test('T3: nesting has an end', () => {
  assert.ok(readJson('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)).ok);
  assert.match(problem('['.repeat(100_000)).problem, /more than 64 deep/);
});

test('a problem names its place', () => {
  assert.deepEqual(problem('{"a": NaN}'), { line: 1, column: 7, kind: 'not-a-value', problem: '"NaN" is not a JSON value' });
  assert.deepEqual(problem('{"a": }'), { line: 1, column: 7, kind: 'not-a-value', problem: 'a value is missing' });
  assert.deepEqual(problem('{\n "a": 1\n "b": 2}'), { line: 3, column: 2, kind: 'syntax', problem: 'a "," or "}" is missing' });
  assert.equal(problem('{"a": "x').problem, 'the closing quote of this text is missing');
  assert.deepEqual(problem('{"a": "x\ny"}'), { line: 1, column: 9, kind: 'syntax', problem: 'a line break or control character inside a text must be escaped' });
  assert.equal(problem('{"a": 1').problem, 'the text ends too early: a "," or "}" is missing');
  assert.equal(problem('{"a": 1} x').problem, 'nothing may follow the object');
  assert.equal(problem('{a: 1}').problem, 'a key in double quotes is missing');
});

test('comments and trailing commas are read only where they are allowed', () => {
  const text = '// first\n{ /* why */ "a": [1, 2,], // last\n "b": "http://x", }\n';
  const reading = readJson(text, 'with-comments');
  assert.ok(reading.ok);
  assert.deepEqual(plain(reading.node), { a: [1, 2], b: 'http://x' });
  assert.equal(readJson(text).ok, false);
  assert.equal(problem('{ /* never ends', 'with-comments').problem, 'the end of this comment is missing');
  assert.equal(problem('{ ,}', 'with-comments').problem, 'a key in double quotes is missing');
  assert.equal(problem('{"a": 1,, "b": 2}', 'with-comments').problem, 'a key in double quotes is missing');
});
