/** A run of the real engine in this thread, step by step, that does everything the disk ever sees; and what was promised at each moment. */
import { closing } from '../../../src/edges/sqlite/closing.ts';
import { watchDisk } from '../../../src/edges/sqlite/disk.ts';
import { JournalFile } from '../../../src/edges/sqlite/file.ts';
import { journalPath } from '../../../src/edges/sqlite/place.ts';
import { KeyFile } from '../../../src/edges/sqlite/key-file.ts';
import { removeSegmentFile } from '../../../src/edges/sqlite/segment-files.ts';
import { toBytes } from '../../../src/edges/sqlite/wire.ts';
import type { Random } from '../../../src/base/index.ts';
import { EMPTY_HEAD, Sealer, sha256Hex } from '../../../src/journal/index.ts';
import type { Head, SealedEntry } from '../../../src/journal/index.ts';
import type { ArchivedRow } from '../../../src/ports/index.ts';
import { Recorder } from './recorder.ts';
import type { Point } from './recorder.ts';

export const identity = 'recorded-journal';

/** What somebody outside had been told by then. */
export type Promised = { readonly seq: number; readonly made: boolean; readonly rows: number };

export type Run = {
  readonly points: readonly Point<Promised>[];
  readonly entries: readonly SealedEntry[]; // every one that was ever handed to the engine
  readonly ends: ReadonlySet<number>; // of groups: a journal may end there and nowhere else
  readonly rows: readonly { readonly row: ArchivedRow; readonly segment: number }[]; // in the order in which they were kept
  readonly states: ReadonlyMap<number, string>; // of snapshots, by seq
  readonly removals: readonly { readonly seq: number; readonly lastSeq: number }[]; // the entry that says it, and what it lets go of
};

const encoder = new TextEncoder();

export function record(directory: string, random: Random, groups: number): Run {
  let promised: Promised = { seq: 0, made: false, rows: 0 };
  const recorder = new Recorder<Promised>(directory, () => promised);
  const entries: SealedEntry[] = [];
  const ends = new Set([0]);
  const rows: { row: ArchivedRow; segment: number }[] = [];
  const states = new Map<number, string>();
  const removals: { seq: number; lastSeq: number }[] = [];
  const stop = watchDisk((step) => recorder.take(step));
  let segment = 1;
  let closed: { lastSeq: number; lastHash: string }[] = [];

  const life = (from: Head, count: number): Head => {
    const file = JournalFile.open({ directory, newIdentity: identity, rebuildAnchor: false });
    const keys = new KeyFile(directory, identity);
    promised = { ...promised, made: true };
    const sealer = new Sealer(from, { epoch: from.epoch + 1, bootId: `boot-${from.epoch + 1}`, lastAtMs: 0 });
    const append = (facts: readonly { readonly type: string; readonly payload: string }[], opensSegment = false): void => {
      const batch = sealer.seal({ atMs: 1, wallMs: 1, actor: 'test', correlationId: 'c' }, facts.map(({ type, payload }) => ({ type, typeVersion: 1, payload: encoder.encode(payload) })));
      entries.push(...batch.entries);
      file.add([{ epoch: batch.epoch, expectSeq: batch.expectSeq, expectHash: batch.expectHash, opensSegment, rows: batch.entries.map((entry) => ({ ...entry, hash: toBytes(entry.hash) })) }]);
    };
    const flush = (): void => {
      ends.add(sealer.seq);
      file.flush();
      promised = { ...promised, seq: sealer.seq };
    };
    const note = (): { type: string; payload: string } => ({ type: 'test.noted', payload: JSON.stringify({ note: `entry after ${sealer.seq}`, padding: '.'.repeat(random.below(10) === 0 ? 9_000 : random.below(700)) }) });
    const some = (): void => {
      for (let batches = 1 + random.below(2); batches > 0; batches--) append(Array.from({ length: 1 + random.below(4) }, note));
      flush();
    };
    const turnOver = (): void => {
      for (const isLast of [false, true]) {
        const left = Array.from({ length: 2 }, (_, index): ArchivedRow => {
          const key = `k${rows.length + index}`;
          return { row: { table: 'messages.dealt', key, record: JSON.stringify({ key, seq: promised.seq }) }, names: [`messages.dealt ${key}`, `other ${key}`] };
        });
        keys.keep(left, isLast ? segment + 1 : segment);
        rows.push(...left.map((row) => ({ row, segment: segment + 1 })));
        promised = { ...promised, rows: rows.length };
      }
      segment += 1;
      append([{ type: 'segment.opened', payload: JSON.stringify({ segment, removedThroughSeq: removals.at(-1)?.lastSeq ?? 0 }) }], true);
      flush();
    };
    const closeOne = (): void => {
      for (const span of file.unclosed()) {
        for (const step of closing(directory, journalPath(directory), span, identity)) {
          recorder.point(`closing: ${step}`);
          if (random.below(3) === 0) some();
        }
        while (file.forget(span.lastSeq) > 0) some();
        closed.push(span);
      }
    };
    const remove = (): void => {
      const [first] = closed;
      if (first === undefined) return;
      closed = closed.slice(1);
      append([{ type: 'segment.removed', payload: JSON.stringify({ because: 'test', lastHash: first.lastHash, lastSeq: first.lastSeq, segment: removals.length + 1 }) }]);
      removals.push({ seq: sealer.seq, lastSeq: first.lastSeq });
      flush();
      removeSegmentFile(directory, removals.length);
    };
    for (let group = 1; group <= count; group++) {
      some();
      if (random.below(6) === 0) file.checkpoint();
      if (group % 9 === 0) {
        const state = encoder.encode(`state ${sealer.seq} ${'s'.repeat(random.below(9_000))}`);
        file.saveSnapshot({ seq: sealer.seq, hash: sealer.hash, digest: sha256Hex(state), format: 1, state });
        states.set(sealer.seq, sha256Hex(state));
      }
      if (group % 10 === 0) turnOver();
      if (group % 10 === 3) closeOne();
      if (group % 20 === 16) remove();
    }
    keys.close();
    file.close();
    return { ...file.head };
  };

  try {
    const head = life(EMPTY_HEAD, Math.ceil(groups / 2));
    life(head, Math.floor(groups / 2));
    recorder.point('the end');
  } finally {
    stop();
  }
  return { points: recorder.points, entries, ends, rows, states, removals };
}
