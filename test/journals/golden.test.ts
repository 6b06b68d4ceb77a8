import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allFacts, digestOf, factsCodec, STATE_FORMAT } from '../../src/core/index.ts';
import { readFileSync } from 'node:fs';
import { folder, linesOf, meaningOf, recorded, worldOf } from './golden.ts';
import type { EntryLine, Expected, FactLine } from './golden.ts';

const frozen = 'What (type, version) once meant it means for ever: a changed meaning is a new version, or a fact that corrects. Do not touch the golden files.';
const add = 'run "scripts/node scripts/golden.ts", which adds what is missing and changes nothing';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const lines = linesOf<FactLine>('facts.jsonl');
const named = (type: string, version: number): string => `${type} version ${version}`;

test('every fact and version that the journal can hold has a golden line', () => {
  const golden = new Set(lines.map(({ type, version }) => named(type, version)));
  for (const { type, version } of allFacts) assert.ok(golden.has(named(type, version)), `${named(type, version)} has none: put a sample of it into test/journals/samples.ts, then ${add}.`);
});

test('no golden line is of a fact that this code has forgotten', () => {
  const known = new Set(allFacts.map(({ type, version }) => named(type, version)));
  for (const { type, version } of lines) assert.ok(known.has(named(type, version)), `${named(type, version)} cannot be read any more. ${frozen}`);
});

test('every golden payload is read, and written again in the same bytes', () => {
  for (const { type, version, payload } of lines) {
    const fact = factsCodec.decode(type, version, encoder.encode(payload));
    const again = factsCodec.encode(fact);
    assert.deepEqual([again.type, again.typeVersion, decoder.decode(again.payload)], [type, version, payload], `${named(type, version)} is written differently now. ${frozen}`);
  }
});

for (const name of recorded()) {
  test(`the story "${name}" still means what it meant when it was recorded`, () => {
    const expected = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expected;
    const world = worldOf(linesOf<EntryLine>(`${name}.jsonl`));
    assert.deepEqual(meaningOf(world), expected.meaning, `"${name}" means something else now. ${frozen}`);
    const digest = expected.digests[STATE_FORMAT];
    assert.ok(digest !== undefined, `"${name}" has no digest for state format ${STATE_FORMAT}: ${add}.`);
    assert.equal(digestOf(world), digest, `"${name}" folds into another state. If only its shape changed, raise STATE_FORMAT and ${add}. If its meaning did: ${frozen}`);
  });
}

test('there are golden stories', () => assert.ok(recorded().length >= 3));
