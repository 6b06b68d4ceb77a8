/**
 * How long a start takes after 100,000 orders: as shipped, at the pace of 100,000 facts a day; and at the worst, all of them young
 * enough to be at hand, with a snapshot, without one, and where the same orders lie in ten segments. Measured from the opening of the store until the world is ready, each time in a fresh process.
 *
 * The rival reads the same bytes from the same file and does to them what no reader can do without: their sha256, and JSON.parse.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, emptyWorld, freezeWorld, STATE_FORMAT } from '../src/core/index.ts';
import { openSqliteStore } from '../src/edges/sqlite/index.ts';
import type { SqliteStore } from '../src/edges/sqlite/index.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import { MemoryArchive } from '../src/sim/archive.ts';
import { DEFAULT_SETTINGS } from '../src/runtime/index.ts';
import { Segments } from '../src/runtime/segments.ts';
import type { SegmentsOptions } from '../src/runtime/segments.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';
import { Mill } from './mill.ts';
import type { Start } from './restart-child.ts';

const ROUNDS = 5;
const SEGMENTS = 10;
const DAYS_PACE_MS = 7_450; // from order to order, at 100,000 facts a day
const WITH_GOAL_MS = 1_000;
const WITHOUT_GOAL_MS = 10_000;

export async function restartBench(words: readonly string[]): Promise<Figure[]> {
  const orders = Number(words[words.indexOf('--orders') + 1] ?? '') || 100_000;
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  const [one, ten, shipped] = [join(directory, 'one'), join(directory, 'ten'), join(directory, 'shipped')];
  try {
    await build(one, orders, 1);
    await build(ten, orders, SEGMENTS);
    await buildAsShipped(shipped, orders);
    const kinds = { 'shipped snapshot': [shipped, 'snapshot'], 'shipped entries': [shipped, 'entries'], snapshot: [one, 'snapshot'], 'snapshot-floor': [one, 'snapshot-floor'], entries: [one, 'entries'], 'entries-floor': [one, 'entries-floor'], 'ten segments': [ten, 'entries'] } as const;
    const took: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const words: string[] = [];
      for (const [name, [folder, how]] of Object.entries(kinds)) {
        const start = await child(folder, how);
        (took[name] ??= []).push(start.ms);
        words.push(`${name} ${Math.round(start.ms)} ms (${start.units} of ${Math.round(start.bytes / 1e6)} MB, ${start.rssMb} MB resident)`);
      }
      process.stderr.write(`round ${round + 1}: ${words.join('; ')}\n`);
    }
    const ms = (name: keyof typeof kinds): number => median(took[name] ?? []);
    const ratio = (name: string, other: string): number => rounded(median((took[name] ?? []).map((value, index) => value / (took[other]?.[index] ?? Number.NaN))));
    const figure = (name: string, value: number, against: string): Figure => ({ name: `restart.${name}`, ratio: value, against, samples: ROUNDS });
    return [
      figure('as-shipped-with-snapshot', rounded(ms('shipped snapshot') / WITH_GOAL_MS), `${WITH_GOAL_MS} ms, after ${orders} orders at the pace of 100,000 facts a day (lower is better; goal 1)`),
      figure('as-shipped-without-snapshot', rounded(ms('shipped entries') / WITHOUT_GOAL_MS), `${WITHOUT_GOAL_MS} ms, the same without a snapshot (lower is better; goal 1)`),
      figure('with-snapshot', rounded(ms('snapshot') / WITH_GOAL_MS), `${WITH_GOAL_MS} ms, after ${orders} orders, all at hand (lower is better; goal 1)`),
      figure('with-snapshot-floor', ratio('snapshot', 'snapshot-floor'), 'reading the same bytes, their sha256 and JSON.parse (lower is better)'),
      figure('without-snapshot', rounded(ms('entries') / WITHOUT_GOAL_MS), `${WITHOUT_GOAL_MS} ms, after ${orders} orders in one segment (lower is better; goal 1)`),
      figure('without-snapshot-floor', ratio('entries', 'entries-floor'), 'reading the same entries, their sha256 and JSON.parse (lower is better)'),
      figure('ten-segments', ratio('ten segments', 'entries'), 'the same orders in one segment, both without a snapshot (lower is better; goal 1)'),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function build(directory: string, orders: number, segments: number): Promise<void> {
  const fromMs = performance.now();
  const store = await openSqliteStore({ directory, clock: realClock(), ids: realIds() });
  const mill = new Mill({ store, world: emptyWorld(), head: await store.head(), msPerOrder: 100 });
  const turning = segmentsOf(mill, { ...DEFAULT_SETTINGS, segmentEntries: 1, horizonMs: 10 * 86_400_000 });
  for (let segment = 1; segment <= segments; segment++) {
    await mill.grind(orders / segments);
    if (segment === segments) break;
    turning.turnOver();
    while (mill.world.segment.number === segment) await new Promise((resolve) => void setImmediate(resolve));
  }
  await finish(store, mill, segments === 1, fromMs);
}

const segmentsOf = (mill: Mill, settings: SegmentsOptions['settings']): Segments => new Segments({
  turns: mill.turns, time: { nowMs: () => mill.nowMs }, clock: realClock(), agrees: async () => true, archive: new MemoryArchive(), keeper: undefined, note: ({ message }) => { throw new Error(message); }, settings,
});

async function finish(store: SqliteStore, mill: Mill, snapshot: boolean, fromMs: number): Promise<void> {
  await store.closed();
  const { seq, hash } = mill.turns.head;
  if (snapshot) await store.saveSnapshot({ seq, hash, digest: digestOf(mill.world), format: STATE_FORMAT, state: freezeWorld(mill.world) });
  await store.close();
  process.stderr.write(`${mill.orders} orders, ${seq} entries in ${mill.world.segment.number} segments, written in ${((performance.now() - fromMs) / 1_000).toFixed(1)} s\n`);
}

/** With the settings of a fresh installation. */
async function buildAsShipped(directory: string, orders: number): Promise<void> {
  const fromMs = performance.now();
  const store = await openSqliteStore({ directory, clock: realClock(), ids: realIds() });
  const mill = new Mill({ store, world: emptyWorld(), head: await store.head(), msPerOrder: DAYS_PACE_MS });
  const turning = segmentsOf(mill, DEFAULT_SETTINGS);
  await mill.grind(orders, async () => {
    const { number, firstSeq } = mill.world.segment;
    if (mill.world.life.seq - firstSeq < DEFAULT_SETTINGS.segmentEntries) return;
    turning.turnOver();
    while (mill.world.segment.number === number) await new Promise((resolve) => void setImmediate(resolve));
    await store.closed();
  });
  await finish(store, mill, true, fromMs);
}

const child = (directory: string, how: string): Promise<Start> => new Promise((resolve, reject) => {
  execFile(process.execPath, [new URL('./restart-child.ts', import.meta.url).pathname, directory, how], (failed, out, err) => (failed === null ? resolve(JSON.parse(out) as Start) : reject(new Error(`${failed.message}\n${err}`))));
});

const rounded = (ratio: number): number => Math.round(ratio * 1_000) / 1_000;
