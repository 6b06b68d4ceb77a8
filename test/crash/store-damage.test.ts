/**
 * What happens to a journal on a real disk when the disk, the folder or a person hurts it. Every case: refused or unknown by a
 * typed error that says what to do, or nothing acknowledged is missing.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openReader, openSqliteStore, StoreError, verifyFolder } from '../../src/edges/sqlite/index.ts';
import type { SqliteStore } from '../../src/edges/sqlite/index.ts';
import { sealSome } from '../ports/store.contract.ts';
import { Sealer } from '../../src/journal/index.ts';
import { contentOf, emptyFolder, killedFolder, removeFolder, start } from './folder.ts';

const clock = { timer: () => () => undefined };
const ids = { id: () => 'another-journal' };
const open = (directory: string, more: { rebuildAnchor?: boolean } = {}): Promise<SqliteStore> => openSqliteStore({ directory, clock, ids, ...more });
const isRoot = process.getuid?.() === 0;

const inFolder = (title: string, make: () => Promise<string> | string, run: (directory: string) => Promise<void>, skip: string | false = false): void => {
  test(title, { skip }, async () => {
    const directory = await make();
    try {
      await run(directory);
    } finally {
      removeFolder(directory);
    }
  });
};

async function refused(directory: string, reason: StoreError['reason'], detail: RegExp): Promise<void> {
  await assert.rejects(open(directory), (thrown: unknown) => {
    assert.ok(thrown instanceof StoreError, String(thrown));
    assert.equal(thrown.reason, reason, thrown.message);
    assert.match(thrown.message, detail);
    assert.match(thrown.message, /No order leaves without the journal\. [A-Z]/); // and then what to do
    return true;
  });
}
const findingsOf = async (directory: string): Promise<string[]> => (await verifyFolder(directory)).findings.map(({ kind, seq }) => `${kind} ${seq}`);
const closedFolder = async (count: number): Promise<string> => {
  const directory = await killedFolder(count);
  await (await open(directory)).close();
  return directory;
};
const db = (directory: string): string => join(directory, 'journal.db');
const wal = (directory: string): string => join(directory, 'journal.db-wal');
function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}
/** In every copy: a page that was split keeps the old bytes where nobody reads them. */
function flipInPayload(directory: string, seq: number): void {
  const [bytes, note] = [readFileSync(db(directory)), `"note":"entry ${seq}"`];
  for (let at = bytes.indexOf(note); at >= 0; at = bytes.indexOf(note, at + 1)) overwrite(db(directory), at + 8, Buffer.from('E'));
}
const appendOne = async (store: SqliteStore): Promise<string> => {
  const head = await store.head();
  return (await store.append(sealSome(new Sealer(head, { epoch: head.epoch + 1, bootId: 'b', lastAtMs: 0 }), 1))).kind;
};

const walDamage: readonly (readonly [string, (path: string) => void])[] = [
  ['deleted', (path) => rmSync(path)],
  ['cut in half', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
  ['cut by its last bytes', (path) => truncateSync(path, statSync(path).size - 10)],
  ['damaged by one flipped byte', (path) => {
    const at = Math.floor(statSync(path).size / 2);
    overwrite(path, at, Uint8Array.of((readFileSync(path)[at] ?? 0) ^ 1));
  }],
];
for (const [how, damage] of walDamage) {
  inFolder(`a write-ahead log ${how} is noticed: the folder is refused as it is, and the lost entries are named`, () => killedFolder(50), async (directory) => {
    damage(wal(directory));
    const before = contentOf(directory);
    await refused(directory, 'tail-lost', /entries \d+ to 50 were acknowledged and are not there/);
    assert.deepEqual(contentOf(directory), before);
    const { head } = await verifyFolder(directory);
    assert.ok(head.seq < 50);
    assert.deepEqual(await findingsOf(directory), [`cut ${head.seq + 1}`]);
  });
}

inFolder('a write that was torn before its acknowledgement is dropped, and everything acknowledged is there', () => killedFolder(50), async (directory) => {
  appendFileSync(wal(directory), Buffer.alloc(5_000, 7));
  const store = await open(directory);
  assert.equal((await store.head()).seq, 50);
  assert.equal(await appendOne(store), 'durable');
  await store.close();
  assert.deepEqual(await findingsOf(directory), []);
});

inFolder('a journal file cut to zero bytes, or gone, is not taken for a new journal', () => closedFolder(20), async (directory) => {
  truncateSync(db(directory), 0);
  await refused(directory, 'emptied', /the anchor knows of 20 entries/);
  rmSync(db(directory));
  await refused(directory, 'emptied', /the anchor knows of 20 entries/);
  assert.deepEqual(await findingsOf(directory), ['unreadable 0']);
});

inFolder('a journal file cut in half, or with its first bytes overwritten, is damaged', () => closedFolder(200), async (directory) => {
  truncateSync(db(directory), Math.floor(statSync(db(directory)).size / 2 / 8_192) * 8_192);
  await refused(directory, 'damaged', /journal\.db|malformed/);
  assert.match((await findingsOf(directory)).join(), /unreadable/);
  overwrite(db(directory), 0, Buffer.alloc(100, 7));
  await refused(directory, 'damaged', /not a database/);
});

inFolder('a flipped byte in a payload is found at open among the newest entries', () => closedFolder(20), async (directory) => {
  flipInPayload(directory, 7);
  await refused(directory, 'damaged', /entry 7 in .* has a payload that was changed/);
  assert.deepEqual(await findingsOf(directory), ['payload 7']);
});

inFolder('a flipped byte further back is found by verify, which names the entry', () => closedFolder(1_300), async (directory) => {
  flipInPayload(directory, 7);
  assert.deepEqual(await findingsOf(directory), ['payload 7']);
  await (await open(directory)).close();
});

const unguard = 'DROP TRIGGER entries_in_order; DROP TRIGGER entries_unchanged; DROP TRIGGER entries_kept;';
const byHand: readonly (readonly [string, string, readonly string[], StoreError['reason']])[] = [
  ['edited', "UPDATE entries SET payload = x'7b7d' WHERE seq = 7", ['payload 7'], 'damaged'],
  ['removed', 'DELETE FROM entries WHERE seq = 7', ['removed 7'], 'damaged'],
  ['removed, and the rest renumbered', 'DELETE FROM entries WHERE seq = 7; UPDATE entries SET seq = -seq WHERE seq > 7; UPDATE entries SET seq = -seq - 1 WHERE seq < 0', ['removed 7', 'cut 20'], 'tail-lost'],
  ['put in', 'UPDATE entries SET seq = -seq WHERE seq >= 7; UPDATE entries SET seq = -seq + 1 WHERE seq < 0; INSERT INTO entries SELECT 7, epoch, header, payload, hash FROM entries WHERE seq = 3', ['inserted 7', 'rewritten 20'], 'replaced'],
  ['swapped', 'UPDATE entries SET seq = -7 WHERE seq = 7; UPDATE entries SET seq = 7 WHERE seq = 12; UPDATE entries SET seq = 12 WHERE seq = -7', ['moved 7', 'moved 12'], 'damaged'],
  ['cut off at the end', 'DELETE FROM entries WHERE seq > 15', ['cut 16'], 'tail-lost'],
];
for (const [what, statements, findings, reason] of byHand) {
  inFolder(`somebody with a database tool: entries ${what} are named by verify, and the folder is refused`, () => closedFolder(20), async (directory) => {
    const database = new DatabaseSync(db(directory));
    database.exec(`${unguard} ${statements}`);
    database.close();
    assert.deepEqual(await findingsOf(directory), findings);
    await refused(directory, reason, /journal\.db/);
  });
}

inFolder('the journal of another folder is refused by its identity, and an older copy of this one by the anchor', () => closedFolder(20), async (directory) => {
  const other = await closedFolder(30);
  const older = join(directory, 'older');
  copyFileSync(db(directory), older);
  const store = await open(directory);
  assert.equal(await appendOne(store), 'durable');
  await store.close();
  copyFileSync(older, db(directory));
  await refused(directory, 'tail-lost', /entry 21 was acknowledged and is not there/);
  copyFileSync(db(other), db(directory));
  removeFolder(other);
  await refused(directory, 'replaced', /but the anchor belongs to/);
  assert.deepEqual(await findingsOf(directory), ['identity 0']);
});

inFolder('another history under the same identity is refused, whatever its length', () => closedFolder(20), async (directory) => {
  const anchor = readFileSync(join(directory, 'anchor'), 'latin1');
  const older = join(directory, 'older');
  copyFileSync(db(directory), older);
  let store = await open(directory);
  assert.equal(await appendOne(store), 'durable');
  await store.close();
  const anchorOfTruth = readFileSync(join(directory, 'anchor'));
  copyFileSync(older, db(directory));
  writeFileSync(join(directory, 'anchor'), anchor, 'latin1');
  store = await open(directory);
  const head = await store.head();
  const other = new Sealer(head, { epoch: head.epoch + 1, bootId: 'forger', lastAtMs: 0 });
  assert.equal((await store.append(sealSome(other, 3))).kind, 'durable');
  await store.close();
  writeFileSync(join(directory, 'anchor'), anchorOfTruth);
  await refused(directory, 'replaced', /entry 21 .* is not the one that the anchor has seen/);
  assert.deepEqual(await findingsOf(directory), ['rewritten 21']);
});

inFolder('an anchor with one torn half is whole; with both, or gone, it must be made anew by its owner', () => closedFolder(20), async (directory) => {
  const anchor = join(directory, 'anchor');
  const store = await open(directory);
  assert.equal(await appendOne(store), 'durable');
  assert.equal(await appendOne(store), 'durable');
  await store.close();
  const newest = readFileSync(anchor, 'latin1').indexOf(' 22 ') < 4_096 ? 0 : 4_096;
  overwrite(anchor, 4_096 - newest + 30, Buffer.alloc(50, 0));
  await (await open(directory)).close();
  overwrite(anchor, newest + 30, Buffer.alloc(50, 0));
  await refused(directory, 'anchor-lost', /neither half/);
  assert.deepEqual(await findingsOf(directory), ['anchor 0']);
  rmSync(anchor);
  await refused(directory, 'anchor-lost', /22 entries, but no file "anchor"/);
  assert.deepEqual(await findingsOf(directory), ['anchor 0']);
  await (await open(directory, { rebuildAnchor: true })).close();
  await (await open(directory)).close();
  assert.deepEqual(await findingsOf(directory), []);
});

inFolder('a file of another program is left alone', emptyFolder, async (directory) => {
  const database = new DatabaseSync(db(directory));
  database.exec('CREATE TABLE theirs (x)');
  database.close();
  const before = contentOf(directory);
  await refused(directory, 'foreign', /belongs to another program/);
  assert.deepEqual(contentOf(directory), before);
});

inFolder('a second process is refused by name; a stopped holder keeps the folder, a dead one does not', emptyFolder, async (directory) => {
  const holder = start(directory, 'hold');
  try {
    await holder.heard((line) => line.open !== undefined);
    const named = new RegExp(`process ${holder.pid} has`);
    await refused(directory, 'held', named);
    holder.signal('SIGSTOP');
    await refused(directory, 'held', named);
  } finally {
    holder.signal('SIGKILL');
    await holder.ended;
  }
  const store = await open(directory);
  await assert.rejects(open(directory), /Another process holds/); // the same process counts as a second one
  await store.close();
});

inFolder('a reader reads beside a live writer, page by page, and holds nothing up', emptyFolder, async (directory) => {
  const store = await open(directory);
  assert.equal(await appendOne(store), 'durable');
  const reader = openReader(directory);
  assert.equal((await reader.head()).seq, 1);
  assert.equal(await appendOne(store), 'durable');
  assert.equal((await reader.read(1, 10)).length, 2);
  assert.deepEqual(await findingsOf(directory), []);
  reader.close();
  await store.close();
});

test('killed while it writes, 15 times over: nothing acknowledged is lost, and the chain is whole', async () => {
  const directory = emptyFolder();
  try {
    let acknowledged = 0;
    for (let life = 0; life < 15; life++) {
      const child = start(directory, 'flood');
      const opened = await child.heard((line) => line.open !== undefined || line.refused !== undefined);
      assert.ok((opened?.open ?? -1) >= acknowledged, `opened at ${opened?.open} ${opened?.message ?? ''}, acknowledged ${acknowledged}`);
      await child.heard((line) => (line.durable ?? 0) > acknowledged + 40 + life * 7);
      child.signal('SIGKILL');
      await child.ended;
      acknowledged = child.lines.reduce((most, line) => Math.max(most, line.durable ?? 0), acknowledged);
    }
    const verdict = await verifyFolder(directory);
    assert.deepEqual(verdict.findings, []);
    assert.ok(verdict.anchored && verdict.head.seq >= acknowledged);
  } finally {
    removeFolder(directory);
  }
});

/** A store that ran into a wall: one append unknown by this cause, everything after it too, reads go on, nothing acknowledged lost. */
async function assertWall(child: ReturnType<typeof start>, code: RegExp): Promise<number> {
  const wall = await child.heard((line) => line.unknown !== undefined);
  await child.ended;
  assert.match(wall?.unknown ?? 'nothing', code);
  const after = child.lines.at(-1);
  assert.deepEqual(after, { after: 'unknown', readable: 5 });
  return child.lines.reduce((most, line) => Math.max(most, line.durable ?? 0), 0);
}

inFolder('a file that may not grow further makes the append unknown; with room again, everything acknowledged is there', emptyFolder, async (directory) => {
  const child = start(directory, 'flood', { wrap: ['sh', '-c', 'trap "" XFSZ; ulimit -f 1600; exec "$@"', 'sh'] });
  const acknowledged = await assertWall(child, /^BW-710[23] /);
  assert.ok(acknowledged > 0);
  const store = await open(directory);
  assert.ok((await store.head()).seq >= acknowledged);
  assert.equal(await appendOne(store), 'durable');
  await store.close();
  assert.deepEqual(await findingsOf(directory), []);
});

function canMount(): boolean {
  if (!isRoot) return false;
  const at = emptyFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch {
    return false;
  } finally {
    removeFolder(at);
  }
}
inFolder('a full disk makes the append unknown and says so; once space is freed, the journal goes on where it was', emptyFolder, async (directory) => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', directory]);
  try {
    const acknowledged = await assertWall(start(directory, 'flood'), /^BW-7102 The disk is full: .*Free space/);
    assert.equal(existsSync(join(directory, 'reserve')), false);
    const full = await open(directory); // for status, and for writing down that it halted
    assert.ok((await full.head()).seq >= acknowledged);
    assert.equal(await appendOne(full), 'durable');
    await full.close();
    execFileSync('mount', ['-o', 'remount,size=32m', directory]);
    const store = await open(directory);
    assert.equal(await appendOne(store), 'durable');
    await store.close();
    assert.equal(existsSync(join(directory, 'reserve')), true);
    assert.deepEqual(await findingsOf(directory), []);
  } finally {
    execFileSync('umount', [directory]);
  }
}, canMount() ? false : 'absent data: a file system of its own cannot be mounted here');

const compiler = ['/usr/bin/cc', '/usr/local/bin/cc'].find((path) => existsSync(path));
inFolder('a flush that fails makes the append unknown, is never tried again, and may have worked after all', emptyFolder, async (directory) => {
  const shim = join(directory, 'shim.c');
  const data = join(directory, 'data');
  const broken = join(directory, 'broken');
  mkdirSync(data);
  writeFileSync(shim, `
    #define _GNU_SOURCE
    #include <errno.h>
    #include <stdlib.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    static int fails(void) { return access(getenv("BROKEN"), F_OK) == 0; }
    int fdatasync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fdatasync, fd); }
    int fsync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fsync, fd); }
  `);
  execFileSync(compiler ?? '', ['-shared', '-fPIC', '-o', join(directory, 'shim.so'), shim]);
  const child = start(data, 'flood', { env: { LD_PRELOAD: join(directory, 'shim.so'), BROKEN: broken } });
  await child.heard((line) => (line.durable ?? 0) > 30);
  writeFileSync(broken, '');
  const acknowledged = await assertWall(child, /^BW-7103 The disk failed to read or write: .*Look at the disk/);
  const store = await open(data);
  assert.ok((await store.head()).seq >= acknowledged);
  assert.equal(await appendOne(store), 'durable');
  await store.close();
  assert.deepEqual(await findingsOf(data), []);
}, compiler === undefined ? 'absent data: no C compiler' : false);

inFolder('a folder that may not be written is refused for trading, and can still be read and verified', () => closedFolder(20), async (directory) => {
  for (const name of ['journal.db-wal', 'journal.db-shm']) rmSync(join(directory, name), { force: true });
  for (const name of ['journal.db', 'anchor', 'lock.db', 'holder.json']) chmodSync(join(directory, name), 0o444);
  chmodSync(directory, 0o555);
  try {
    const wrap = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : [];
    const child = start(directory, 'try', { wrap });
    const answer = await child.heard((line) => line.refused !== undefined || line.open !== undefined);
    await child.ended;
    assert.equal(answer?.refused, 'BW-7104');
    assert.match(answer.message ?? '', /Give this user write access/);
    const looked = execFileSync(wrap[0] ?? process.execPath, [...wrap.slice(1), ...(isRoot ? [process.execPath] : []), '-e', `
      const { openReader, verifyFolder } = await import(${JSON.stringify(new URL('../../src/edges/sqlite/index.ts', import.meta.url).href)});
      const reader = openReader(${JSON.stringify(directory)});
      const { findings, entries, anchored } = await verifyFolder(${JSON.stringify(directory)});
      console.log(JSON.stringify([reader.note ?? null, (await reader.read(1, 100)).length, findings, entries, anchored]));
    `], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(looked), [null, 20, [], 20, true]);
  } finally {
    chmodSync(directory, 0o755);
  }
});
