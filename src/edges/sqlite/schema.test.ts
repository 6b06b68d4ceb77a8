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
  assert.throws(() => database.exec('DELETE FROM entries WHERE seq = 2'), /never deleted/);
  assert.throws(() => database.exec('INSERT OR REPLACE INTO entries SELECT seq, epoch, header, payload, hash FROM entries WHERE seq = 1'), /follows the head/);
  assert.throws(() => database.exec("UPDATE meta SET identity = 'k'"), /identity never changes/);
  assert.throws(() => database.exec('UPDATE meta SET epoch = 2'), /epoch never goes back/);
  assert.throws(() => database.exec('DELETE FROM meta'), /identity stays/);
  database.close();
});
