import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEmergencyLog } from '../../src/edges/emergency/index.ts';
import { SLOT_BYTES } from '../../src/journal/index.ts';
import { emergencyContract, said, SLOTS } from './emergency.contract.ts';

const bytes = (2 + SLOTS) * SLOT_BYTES;
const folder = (): string => mkdtempSync(join(tmpdir(), 'breakwater-emergency-'));

emergencyContract('file', () => {
  const directory = folder();
  const path = join(directory, 'emergency', 'runtime.log');
  return {
    open: () => openEmergencyLog({ directory, writer: 'runtime', bytes }), bytes: () => new Uint8Array(readFileSync(path)), put: (content) => writeFileSync(path, content),
    aside: () => readdirSync(join(directory, 'emergency')).filter((name) => name.includes('.log.kept-')).length, remove: () => rmSync(directory, { recursive: true, force: true }),
  };
});

test('a log takes all its room on the disk when it is made, and only its owner may read it', async () => {
  const directory = folder();
  try {
    const log = openEmergencyLog({ directory, writer: 'runtime' });
    assert.equal(await log.prepare(), undefined);
    await log.close();
    const { size, blocks, mode } = statSync(join(directory, 'emergency', 'runtime.log'));
    assert.equal(size, 1_024 * 1_024);
    assert.ok(blocks * 512 >= size, 'no hole in it');
    assert.equal(mode & 0o777, 0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('a second writer of one log, who should not be there, overwrites nothing', async () => {
  const directory = folder();
  try {
    const [one, other] = [openEmergencyLog({ directory, writer: 'runtime', bytes }), openEmergencyLog({ directory, writer: 'runtime', bytes })];
    assert.deepEqual(await one.append(said({ reason: 'one' })), { kind: 'kept', seq: 1 });
    assert.deepEqual(await other.append(said({ reason: 'two' })), { kind: 'kept', seq: 2 });
    assert.deepEqual(await one.append(said({ reason: 'three' })), { kind: 'kept', seq: 3 });
    assert.deepEqual((await one.read())[0]?.records.map(({ reason }) => reason), ['one', 'two', 'three']);
    await Promise.all([one.close(), other.close()]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('whoever takes over reads the log of every writer, and lets each go by itself', async () => {
  const directory = folder();
  try {
    const [runtime, supervisor] = [openEmergencyLog({ directory, writer: 'runtime', bytes }), openEmergencyLog({ directory, writer: 'supervisor', bytes })];
    await runtime.append(said({ reason: 'one' }));
    await supervisor.append(said({ kind: 'halt', reason: 'two' }));
    await supervisor.close();
    const readings = await runtime.read();
    assert.deepEqual(readings.map(({ writer, records }) => [writer, records.map(({ reason }) => reason)]), [['runtime', ['one']], ['supervisor', ['two']]]);
    await runtime.letGo('supervisor', readings[1]?.end ?? { seq: 0, hash: '' }, 'j-1', false);
    assert.deepEqual((await runtime.read()).map(({ records }) => records.length), [1, 0]);
    await runtime.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('a folder that cannot be made, or a log that is no file, is said, and nothing is thrown', async () => {
  const directory = folder();
  try {
    writeFileSync(join(directory, 'emergency'), 'a file where a folder should be');
    const log = openEmergencyLog({ directory, writer: 'runtime', bytes });
    assert.equal((await log.prepare())?.cause, 'failed');
    const refused = await log.append(said());
    assert.deepEqual([refused.kind, refused.kind === 'refused' && refused.cause], ['refused', 'failed']);
    assert.deepEqual((await log.read()).map(({ finding }) => finding?.cause), ['failed']);
    rmSync(join(directory, 'emergency'));
    assert.deepEqual(await log.append(said()), { kind: 'kept', seq: 1 }, 'and it is tried again with the next record');
    await log.close();
    rmSync(join(directory, 'emergency'), { recursive: true });
    mkdirSync(join(directory, 'emergency', 'runtime.log'), { recursive: true });
    assert.deepEqual((await openEmergencyLog({ directory, writer: 'runtime', bytes }).read()).map(({ finding }) => finding?.cause), ['failed']);
    assert.ok(existsSync(join(directory, 'emergency')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
