/** What reads files and messages: bad ones are refused by name; nothing else is thrown, and nothing is kept of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runCli } from '../../src/cli/index.ts';
import { factsCodec, readIntent, readTradingView, RECORD_FORMATS } from '../../src/core/index.ts';
import { FaultPlanError, parseFaultPlan } from '../../src/dialects/faults/index.ts';
import { formatProblems, loadConfig, readConfigFile } from '../../src/edges/config/index.ts';
import { EntryError, GENESIS_HASH, openEntry, openHeader, ShapeError, UnknownFactError } from '../../src/journal/index.ts';
import type { SealedEntry } from '../../src/journal/index.ts';
import { samples } from '../journals/samples.ts';
import { running } from '../support/running.ts';
import { bytesOf, changed, damaged, fuzz, noise, value, withoutGrowth, word } from './cases.ts';

const demo = readConfigFile(new URL('../../config/demo.json', import.meta.url).pathname) ?? '';
const decoder = new TextDecoder();

test('configuration: whatever the file, its layers and the variables hold, there is a configuration or a list of what is wrong, each with its place', async () => {
  const file = fc.oneof({ weight: 3, arbitrary: damaged(demo).map((bytes) => decoder.decode(bytes)) }, noise.map((bytes) => decoder.decode(bytes)), changed({ version: 1, instance: { name: 'demo' }, venues: {}, signals: { tradingview: { sources: { a: {} } } }, limits: {}, server: {} }).map((object) => JSON.stringify(object) ?? ''));
  const layer = fc.option(fc.oneof(noise.map((bytes) => decoder.decode(bytes)), value.map((any) => JSON.stringify({ signals: any, venues: any }) ?? '')), { nil: undefined });
  const env = fc.dictionary(fc.oneof(fc.constantFrom('BREAKWATER__SERVER__LISTEN', 'BREAKWATER__SIGNALS__TRADINGVIEW__SOURCES__DEMO__HEARTBEAT', 'BREAKWATER__VENUES', 'BREAKWATER____', 'BREAKWATER__LIMITS__MAXORDERVALUE_FILE'), word.map((text) => `BREAKWATER__${text}`)), word);
  await fuzz(150, () => undefined, fc.tuple(file, layer, env), (_none, [text, local, variables]) => {
    const loaded = loadConfig({ file: 'b.json', env: variables, readFile: (path) => (path === 'b.json' ? text : path === 'b.local.json' ? local : undefined) });
    if (loaded.ok) return;
    assert.ok(loaded.errors.length > 0);
    assert.ok(formatProblems(loaded.errors).length > 0);
    for (const { code, message } of loaded.errors) assert.ok(/^BW-12\d\d$/.test(code) && message !== '');
  });
});

test('fault plans: one that cannot be read is refused by name, and no other way', async () => {
  const rule = changed({ on: 'submit', fault: 'time-out', probability: 0.5, times: 1, delayMs: 10 });
  await fuzz(500, () => undefined, fc.oneof(value, changed({ seed: 1, rules: [] }), fc.array(rule, { maxLength: 3 }).map((rules) => ({ seed: 1, rules }))), (_none, plan) => {
    try {
      parseFaultPlan(plan);
    } catch (thrown) {
      assert.ok(thrown instanceof FaultPlanError && thrown.code === 'BW-4811', String(thrown));
    }
  });
});

const known = (thrown: unknown): void => assert.ok(thrown instanceof EntryError || thrown instanceof ShapeError || thrown instanceof UnknownFactError, String(thrown));

test('journal: a row with other bytes is never taken for the one that was written, and is refused by name', async () => {
  const { disk } = await running();
  const rows = disk.entries.slice(0, 20);
  const meddle = fc.tuple(fc.constantFrom(...rows.keys()), fc.constantFrom<keyof SealedEntry>('header', 'payload', 'hash', 'seq'), fc.nat(), fc.nat(255), noise);
  await fuzz(500, () => undefined, meddle, (_none, [index, field, at, byte, other]) => {
    const row = rows[index]!;
    const previousHash = index === 0 ? GENESIS_HASH : rows[index - 1]!.hash;
    const spoil = (bytes: Uint8Array): Uint8Array => { const copy = at % 5 === 0 ? other : bytes.slice(); if (copy.length > 0) copy[at % copy.length] = byte; return copy; };
    const changedRow: SealedEntry = field === 'seq' ? { ...row, seq: at } : field === 'hash' ? { ...row, hash: decoder.decode(spoil(bytesOf(row.hash))) } : { ...row, [field]: spoil(row[field]) };
    const same = changedRow.seq === row.seq && changedRow.hash === row.hash && Buffer.compare(changedRow.header, row.header) === 0 && Buffer.compare(changedRow.payload, row.payload) === 0;
    try {
      const { type, typeVersion } = openHeader(row);
      factsCodec.decode(type, typeVersion, changedRow.payload);
    } catch (thrown) { known(thrown); }
    try {
      openEntry(previousHash, changedRow);
      assert.ok(same, `a changed ${field} was taken`);
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError) throw thrown;
      known(thrown);
    }
  });
});

test('journal: a payload is read as its fact and written again in the same bytes, or refused by name', async () => {
  const payloads = samples.map((fact) => factsCodec.encode(fact, RECORD_FORMATS.reads));
  await fuzz(500, () => undefined, fc.constantFrom(...payloads).chain(({ type, typeVersion, payload }) => fc.tuple(fc.oneof(fc.constant(type), word), fc.constantFrom(typeVersion, 0, 2, 99), fc.oneof(damaged(decoder.decode(payload)), noise))), (_none, [type, version, payload]) => {
    try {
      const fact = factsCodec.decode(type, version, payload);
      assert.equal(decoder.decode(factsCodec.encode(fact as (typeof samples)[number], RECORD_FORMATS.reads).payload), decoder.decode(payload));
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError) throw thrown;
      known(thrown);
    }
  });
});

test('what cannot be understood leaves nothing behind: the heap does not grow', async () => {
  const body = fc.oneof(noise.map((bytes) => decoder.decode(bytes)), changed({ secret: 'x', ticker: 'BTCUSD', action: 'buy', quantity: '1' }).map((object) => JSON.stringify(object) ?? ''));
  await withoutGrowth((part) => fuzz(part === 'warm-up' ? 100 : 1_000, () => undefined, body, (_none, text) => {
    readTradingView(text, { name: 'demo', strategy: 'demo', dialect: 'auto', heartbeat: { word: 'heartbeat', field: 'action' } });
    readIntent(text, { name: 'bot' });
  }));
});

test('the command line: whatever words it is given, there is one document with a reason, and an exit code that says so', async () => {
  const words = fc.array(fc.oneof(word, word.map((text) => `--${text}`), fc.constantFrom('journal', 'config', 'verify', 'explain', 'orders', '--limit', '--state', '--data')), { minLength: 1, maxLength: 4 });
  await fuzz(60, () => undefined, words, async (_none, said) => {
    const out: string[] = [];
    const code = await runCli([...said, '--json', '--no-such-option'], {
      out: (line) => out.push(line), note: () => undefined, isTty: false, env: {}, directory: '/', program: 'src/main.ts', nodeVersion: '26.0.0', pid: 1, user: 'sam', paint: (_, text) => text,
    }, '0.1.0');
    assert.ok([2, 0].includes(code), `${said.join(' ')}: ${code}`);
    if (code === 2) assert.match((JSON.parse(out.at(-1) ?? '') as { error: { code: string } }).error.code, /^BW-13\d\d$/);
  });
});
