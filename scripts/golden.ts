/**
 * Adds golden lines and stories that are not there yet. What is there is never changed: a file that would have to be is a
 * change of meaning, which the tests report and this script refuses to help with.
 *
 * With a cut of a release: `scripts/node scripts/golden.ts --seal 0.1.0` writes down what the formats are made of that it can write.
 * From then on a new fact belongs to a later format.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { allFacts, factsCodec, RECORD_FORMATS, STATE_FORMAT } from '../src/core/index.ts';
import { expectedOf, factsSince, folder, linesOf, meaningOf, recorded, sealed, worldOf } from '../test/journals/golden.ts';
import type { EntryLine, Expected, FactLine } from '../test/journals/golden.ts';
import { samples } from '../test/journals/samples.ts';
import { stories } from '../test/journals/stories.ts';

const decoder = new TextDecoder();
const at = (file: string): URL => new URL(file, folder);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const jsonl = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

if (!existsSync(at('facts.jsonl'))) writeFileSync(at('facts.jsonl'), '');
const golden = new Set(linesOf<FactLine>('facts.jsonl').map(({ type, version }) => `${type} ${version}`));
const fresh = samples
  .map((fact) => factsCodec.encode(fact, RECORD_FORMATS.reads))
  .map(({ type, typeVersion, payload }): FactLine => ({ type, version: typeVersion, payload: decoder.decode(payload) }))
  .filter(({ type, version }) => !golden.has(`${type} ${version}`));
appendFileSync(at('facts.jsonl'), jsonl(fresh));
for (const { type, version } of fresh) say(`added ${type} version ${version}`);

for (const [name, tell] of Object.entries(stories)) {
  if (recorded().includes(name)) continue;
  const entries = tell().journal.map(({ type, typeVersion, payload, header }): EntryLine => ({ type, version: typeVersion, payload: decoder.decode(payload), header }));
  writeFileSync(at(`${name}.jsonl`), jsonl(entries), { flag: 'wx' });
  writeFileSync(at(`${name}.json`), `${JSON.stringify(expectedOf(worldOf(entries)), undefined, 1)}\n`, { flag: 'wx' });
  say(`recorded the story ${name}, ${entries.length} entries`);
}

for (const name of recorded()) {
  const expected = JSON.parse(readFileSync(at(`${name}.json`), 'utf8')) as Expected;
  const world = worldOf(linesOf<EntryLine>(`${name}.jsonl`));
  if (!isDeepStrictEqual(meaningOf(world), expected.meaning)) {
    say(`"${name}" means something else now. Nothing was changed: a changed meaning is a new version of its facts.`);
    process.exitCode = 1;
  } else if (expected.digests[STATE_FORMAT] === undefined) {
    writeFileSync(at(`${name}.json`), `${JSON.stringify(expectedOf(world, expected.digests), undefined, 1)}\n`);
    say(`added the digest of ${name} for state format ${STATE_FORMAT}`);
  }
}

const unsaid = allFacts.filter(({ type, version }) => !golden.has(`${type} ${version}`) && !fresh.some((line) => line.type === type && line.version === version));
for (const { name } of unsaid) {
  say(`"${name}" has no golden line: put a sample of it into test/journals/samples.ts and run this again.`);
  process.exitCode = 1;
}

const [flag, release] = process.argv.slice(2);
if (flag === '--seal' && release !== undefined) {
  const formats = { ...sealed() };
  for (let format = 1; format <= RECORD_FORMATS.writes; format += 1) formats[format] ??= { release, facts: factsSince(format) };
  writeFileSync(at('sealed.json'), `${JSON.stringify(formats, undefined, 1)}\n`);
  say(`sealed the formats up to ${RECORD_FORMATS.writes}`);
}
