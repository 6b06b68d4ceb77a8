import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allFacts, digestOf, factsCodec, RECORD_FORMATS, STATE_FORMAT } from '../../src/core/index.ts';
import { readFileSync } from 'node:fs';
import { decode, encode } from '../../src/journal/index.ts';
import type { Shape } from '../../src/journal/index.ts';
import { factsSince, folder, linesOf, meaningOf, recorded, sealed, worldOf } from './golden.ts';
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
    const { name, shape } = allFacts.find((fact) => fact.type === type && fact.version === version) as { readonly name: string; readonly shape: Shape<object> };
    const again = decoder.decode(encode(shape, { type: name, ...decode(shape, encoder.encode(payload)) }));
    assert.equal(again, payload, `${named(type, version)} is written differently now. ${frozen}`);
  }
});

test('every golden payload says, in the newest words, something that could be written', () => {
  for (const { type, version, payload } of lines) {
    const fact = factsCodec.decode(type, version, encoder.encode(payload));
    assert.doesNotThrow(() => factsCodec.encode(fact, RECORD_FORMATS.reads), `what ${named(type, version)} is raised to is not what the newer version declares`);
    assert.equal(factsCodec.upcast(fact), fact, `${named(type, version)} would be raised twice`);
  }
});

test('a format that a release has written is made of what it was made of', () => {
  for (const [format, { release, facts }] of Object.entries(sealed())) {
    assert.deepEqual(factsSince(Number(format)), facts, `Format ${format} went out with ${release}. A new fact or version belongs to a later one: declare it with "since" ${RECORD_FORMATS.writes + 1}, and see src/core/formats/formats.ts.`);
  }
});

test('what tells an older release that it is one, every release can read: it has one version and is of the first format', () => {
  for (const type of ['format.raised', 'segment.opened']) assert.deepEqual(allFacts.filter((fact) => fact.type === type).map(({ version, since }) => [version, since]), [[1, 1]]);
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
