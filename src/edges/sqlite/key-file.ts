/** The file of the index of older keys: rows as they were left behind, and every name that leads to one. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import type { Archive, ArchivedRow } from '../../ports/index.ts';
import { isSure, toldDatabase } from './disk.ts';
import { StoreError } from './errors.ts';
import { PAGE_BYTES } from './schema.ts';
import { segmentsFolder, syncPath } from './segment-files.ts';

const APPLICATION_ID = 0x42574b31; // "BWK1"
const FORMAT = 1;

type KeptRow = ArchivedRow['row'];

const schema = `
CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL, through_segment INTEGER NOT NULL) STRICT;
CREATE TABLE rows (id INTEGER PRIMARY KEY, view TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (view, key)) STRICT;
CREATE TABLE names (name TEXT PRIMARY KEY, id INTEGER NOT NULL REFERENCES rows (id)) STRICT, WITHOUT ROWID;
`;

export const keysPath = (directory: string): string => join(segmentsFolder(directory), 'keys.db');

export class KeyFile {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #lookup: StatementSync;
  readonly #keepRow: StatementSync;
  readonly #keepName: StatementSync;

  /** Throws StoreError. `identity`: of the journal that this index belongs to. */
  constructor(directory: string, identity: string, path = keysPath(directory)) {
    this.#path = path;
    mkdirSync(segmentsFolder(directory), { recursive: true });
    const isNew = !existsSync(path);
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    if (this.#isBlank()) this.#create(identity);
    if (isNew) {
      syncPath(segmentsFolder(directory));
      syncPath(directory);
    }
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF');
    const pragma = (name: string): unknown => this.#database.prepare(`PRAGMA ${name}`).get()?.[name];
    if (pragma('application_id') !== APPLICATION_ID || pragma('user_version') !== FORMAT) throw new StoreError('foreign', `${path} is no index of older keys that this release can read`);
    const about = this.#database.prepare('SELECT identity FROM about').get() as { identity: string } | undefined;
    if (about?.identity !== identity) throw new StoreError('replaced', `${path} belongs to the journal ${about?.identity ?? '?'}, and this is the journal ${identity}`);
    this.#lookup = this.#database.prepare('SELECT view AS "table", key, record FROM names JOIN rows USING (id) WHERE name = ?');
    this.#keepRow = this.#database.prepare('INSERT INTO rows (view, key, record) VALUES (?, ?, ?) ON CONFLICT (view, key) DO UPDATE SET record = excluded.record RETURNING id');
    this.#keepName = this.#database.prepare('INSERT INTO names (name, id) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET id = excluded.id');
  }

  through(): number {
    return (this.#database.prepare('SELECT through_segment AS segment FROM about').get() as { segment: number }).segment;
  }

  keep(rows: Parameters<Archive['keep']>[0], segment: number): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { row, names } of rows) {
        const { id } = this.#keepRow.get(row.table, row.key, row.record) as { id: number };
        for (const name of names) this.#keepName.run(name, id);
      }
      this.#database.prepare('UPDATE about SET through_segment = max(through_segment, ?)').run(segment);
      this.#database.exec('COMMIT');
      toldDatabase('committed', this.#path, isSure(this.#database));
    } catch (thrown) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw thrown;
    }
  }

  lookup(names: readonly string[]): readonly KeptRow[] {
    const found = new Map<string, KeptRow>();
    for (const name of names) {
      const row = this.#lookup.get(name) as KeptRow | undefined;
      if (row !== undefined) found.set(`${row.table} ${row.key}`, { ...row });
    }
    return [...found.values()];
  }

  close(): void {
    const sure = isSure(this.#database);
    this.#database.close();
    toldDatabase('closed', this.#path, sure);
  }

  #isBlank(): boolean {
    return this.#database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0;
  }

  #create(identity: string): void {
    this.#database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
    this.#database.exec(`BEGIN; ${schema} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`);
    this.#database.prepare('INSERT INTO about (one, identity, through_segment) VALUES (1, ?, 1)').run(identity);
    this.#database.exec('COMMIT');
    toldDatabase('committed', this.#path, isSure(this.#database));
  }
}
