import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { schema, sql } from './schema.ts';

test('the database itself refuses a changed, deleted, skipped, repeated or stale entry, and another identity', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(schema);
  database.exec("INSERT INTO meta (one, identity, epoch) VALUES (1, 'j', 3)");
  const bytes = new Uint8Array(32);
  const insert = (seq: number, epoch: number): void => void database.prepare(sql.insert(1)).run(seq, epoch, bytes, bytes, bytes);
  insert(1, 3);
  insert(2, 3);
  assert.throws(() => insert(2, 3), /follows the head/);
  assert.throws(() => insert(4, 3), /follows the head/);
  assert.throws(() => insert(3, 2), /in the epoch that holds the journal/);
  assert.throws(() => insert(3, 4), /in the epoch that holds the journal/);
  assert.throws(() => database.exec("UPDATE entries SET payload = x'00' WHERE seq = 1"), /never changed/);
  assert.throws(() => database.exec('DELETE FROM entries WHERE seq = 2'), /only when a closed segment holds it/);
  assert.throws(() => database.exec('INSERT OR REPLACE INTO entries SELECT seq, epoch, header, payload, hash FROM entries WHERE seq = 1'), /follows the head/);
  assert.throws(() => database.exec("UPDATE meta SET identity = 'k'"), /identity never changes/);
  assert.throws(() => database.exec('UPDATE meta SET epoch = 2'), /epoch never goes back/);
  assert.throws(() => database.exec('DELETE FROM meta'), /identity stays/);
  database.close();
});

test('entries leave the database only once their segment is closed, and those of the open one never', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(schema);
  database.exec("INSERT INTO meta (one, identity, epoch) VALUES (1, 'j', 1)");
  const bytes = new Uint8Array(32);
  for (const seq of [1, 2, 3]) database.prepare(sql.insert(1)).run(seq, 1, bytes, bytes, bytes);
  assert.throws(() => database.prepare(sql.close).run(1), /only what is before the open segment/);
  database.prepare(sql.openSegment).run(3, bytes);
  assert.equal(database.prepare(sql.dropEntries).run(10).changes, 0); // begun, not closed
  assert.throws(() => database.prepare(sql.close).run(3), /only what is before the open segment/);
  database.prepare(sql.close).run(2);
  assert.equal(database.prepare(sql.dropEntries).run(10).changes, 2);
  assert.throws(() => database.exec('DELETE FROM entries WHERE seq = 3'), /only when a closed segment holds it/);
  assert.throws(() => database.exec('UPDATE closed SET through_seq = 1'), /only what is before the open segment/);
  assert.throws(() => database.exec('DELETE FROM closed'), /stays closed/);
  assert.throws(() => database.exec('DELETE FROM segments'), /never forgotten/);
  assert.throws(() => database.exec('UPDATE segments SET first_seq = 2'), /never changes/);
  database.close();
});
