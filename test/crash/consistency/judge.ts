/**
 * Opens what a crash left, with the engine that would open it, and says whether a promise was broken.
 *
 *   J1. Killed or without power: it opens; every entry that was acknowledged is there as it was written, and after them at most whole groups
 *       that were on their way. Every row that was left behind before the open segment is in the index. What was begun is finished, and the
 *       whole is proven.
 *   J2. Where the disk lied: the same, or a loss that is named by a code. Never a loss without a word.
 */
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BreakwaterError } from '../../../src/base/index.ts';
import { verifyFolder } from '../../../src/edges/sqlite/index.ts';
import { closing } from '../../../src/edges/sqlite/closing.ts';
import { storeErrorOf } from '../../../src/edges/sqlite/errors.ts';
import { JournalFile } from '../../../src/edges/sqlite/file.ts';
import { journalPath } from '../../../src/edges/sqlite/place.ts';
import { KeyFile } from '../../../src/edges/sqlite/key-file.ts';
import { toBytes, toHex } from '../../../src/edges/sqlite/wire.ts';
import { READ_LIMIT, Sealer, sha256Hex } from '../../../src/journal/index.ts';
import { IndexBehindError } from '../../../src/runtime/index.ts';
import { sealSome } from '../../ports/store.contract.ts';
import { writeImage } from './recorder.ts';
import type { Variant } from './variants.ts';
import { identity } from './workload.ts';
import type { Promised, Run } from './workload.ts';

export type Judgement = { readonly kind: 'whole' } | { readonly kind: 'named'; readonly code: string } | { readonly kind: 'broken'; readonly what: string };

class Broken extends Error {}
function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Broken(what);
}

export async function judge(folder: string, variant: Variant, promised: Promised, run: Run): Promise<Judgement> {
  const found = await opened(folder, variant, promised, run);
  if (found.kind !== 'broken' || variant.mode !== 'liar') return found;
  rmSync(folder, { recursive: true, force: true }); // as it was found, before anything was opened for writing
  writeImage(folder, variant.image());
  const { findings: [first] } = await verifyFolder(folder);
  return first === undefined ? found : { kind: 'named', code: `verify: ${first.kind}` };
}

async function opened(folder: string, { mode, image }: Variant, promised: Promised, run: Run): Promise<Judgement> {
  rmSync(folder, { recursive: true, force: true });
  writeImage(folder, image());
  try {
    recover(folder, promised, run, mode === 'liar');
    const { findings: [first], anchored } = await verifyFolder(folder);
    if (first !== undefined && mode === 'liar') return { kind: 'named', code: `verify: ${first.kind}` };
    must(first === undefined, `verify: entry ${first?.seq ?? 0} ${first?.kind ?? ''}: ${first?.detail ?? ''}`);
    must(anchored, 'there is no anchor');
    return { kind: 'whole' };
  } catch (thrown) {
    if (thrown instanceof Broken) return { kind: 'broken', what: thrown.message };
    if (!(thrown instanceof BreakwaterError)) return { kind: 'broken', what: `without a code: ${thrown instanceof Error ? thrown.stack ?? '' : String(thrown)}` };
    if (mode === 'liar') return { kind: 'named', code: thrown.code };
    if (!promised.made) return { kind: 'named', code: `${thrown.code} before there was a journal` };
    return { kind: 'broken', what: `${thrown.code} ${thrown.message}` };
  }
}

/** What a start does: open, compare, finish what was begun, go on writing. */
function recover(folder: string, promised: Promised, run: Run, lied: boolean): void {
  const file = JournalFile.open({ directory: folder, newIdentity: identity, rebuildAnchor: false });
  try {
    const { head } = file;
    must(file.identity === identity, 'another identity');
    must(head.seq >= promised.seq, `entry ${head.seq + 1} was acknowledged and is gone without a word`);
    must(run.ends.has(head.seq), `the journal ends in the middle of a group, at entry ${head.seq}`);
    compare(file, head.seq, run);
    compareKeys(folder, run);
    for (const { seq, state, digest } of file.snapshots()) must(run.states.get(seq) === sha256Hex(state) || (lied && digest !== sha256Hex(state)), // a start passes by one whose digest is another
      `the snapshot at entry ${seq} is not the one that was saved`);
    for (const span of file.unclosed()) {
      for (const _step of closing(folder, journalPath(folder), span, identity)) { /* to its end */ }
      while (file.forget(span.lastSeq) > 0) { /* all of it */ }
    }
    compare(file, head.seq, run);
    const { entries, ...batch } = sealSome(new Sealer(head, { epoch: head.epoch + 1, bootId: 'after', lastAtMs: 1 }), 2);
    file.add([{ ...batch, opensSegment: false, rows: entries.map((entry) => ({ ...entry, hash: toBytes(entry.hash) })) }]);
    must(file.flush()[0] === head.seq + 2, 'nothing can be appended');
  } finally {
    file.close();
  }
}

function compare(file: JournalFile, headSeq: number, run: Run): void {
  const gone = run.removals.filter(({ seq }) => seq <= headSeq).reduce((most, { lastSeq }) => Math.max(most, lastSeq), 0);
  let next = 1;
  while (next <= headSeq) {
    const page = file.read(next, READ_LIMIT);
    const [first] = page;
    must(first !== undefined, `entry ${next} is gone without a word`);
    must(first.seq === next || first.seq <= gone + 1, `entries ${next} to ${first.seq - 1} are gone without a word`);
    for (const [index, { seq, header, payload, hash }] of page.entries()) {
      const written = run.entries[seq - 1];
      must(seq === first.seq + index && seq <= headSeq && written !== undefined, `entry ${seq} stands where ${first.seq + index} should`);
      must(toHex(hash) === written.hash && Buffer.compare(header, written.header) === 0 && Buffer.compare(payload, written.payload) === 0, `entry ${seq} is not as it was written`);
    }
    next = (page.at(-1)?.seq ?? headSeq) + 1;
  }
}

/** As its thread does: whatever SQLite throws has one of our codes. */
function openKeyFile(folder: string): KeyFile {
  try {
    return new KeyFile(folder, identity);
  } catch (thrown) {
    throw storeErrorOf(thrown, 'opening the index of older keys');
  }
}

function looked(keys: KeyFile, name: string): string | undefined {
  try {
    return keys.lookup([name])[0]?.record;
  } catch (thrown) {
    throw storeErrorOf(thrown, 'asking the index of older keys');
  }
}

function compareKeys(folder: string, run: Run): void {
  const database = new DatabaseSync(journalPath(folder), { readOnly: true });
  const { opened } = database.prepare('SELECT count(*) AS opened FROM segments').get() as { opened: number };
  database.close();
  const keys = openKeyFile(folder);
  try {
    const needed = opened + 1;
    if (keys.through() < needed) throw new IndexBehindError(keys.through(), needed); // what a start would say
    for (const { row: { row, names }, segment } of run.rows) {
      if (segment > needed) continue;
      for (const name of names) must(looked(keys, name) === row.record, `"${name}" was left behind, and the index does not have it`);
    }
  } finally {
    keys.close();
  }
}
