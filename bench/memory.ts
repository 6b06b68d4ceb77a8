/**
 * What a long life costs: bytes of memory for an order that is open and for one that is done, and the resident memory of a process
 * that takes 100,000 facts a day, day after day, with everything beside the turn that a real one has: store, segments, index of older
 * keys, retention, and the follower with its snapshots; started as a supervisor starts it. Time is
 * imagined, so a day takes seconds.
 *
 * `--days N` (30 unless told; 365 is the whole year), `--keep-days N` how long closed segments are kept (10),
 * `--snapshot-every N` entries.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FRUGAL } from '../src/edges/process/index.ts';
import { DEFAULT_SETTINGS } from '../src/runtime/index.ts';
import type { Figure } from './figure.ts';
import type { Day } from './memory-days.ts';

const GOAL_MB = 512;

export async function memoryBench(words: readonly string[]): Promise<Figure[]> {
  const option = (name: string, otherwise: number): number => Number(words[words.indexOf(`--${name}`) + 1] ?? '') || otherwise;
  const days = await live(option('days', 30), option('keep-days', 10), option('snapshot-every', DEFAULT_SETTINGS.snapshotEvery));
  const orders = await perOrder();
  const last = days.at(-1);
  if (last === undefined) throw new Error('No day was lived.');
  const figure = (name: string, ratio: number, against: string, samples: number): Figure => ({ name: `memory.${name}`, ratio: rounded(ratio), against, samples });
  const half = days.slice(Math.floor(days.length / 2));
  const quarter = Math.max(1, Math.floor(half.length / 2));
  const most = (some: readonly Day[]): number => Math.max(...some.map(({ rssMb }) => rssMb));
  return [
    figure('peak', last.peakMb / GOAL_MB, `${GOAL_MB} MB: the most that was resident in ${days.length} days of ${Math.round(last.facts / days.length)} facts (lower is better; goal 1)`, days.length),
    figure('flat', most(half.slice(-quarter)) / most(half.slice(0, quarter)), `the most of the third quarter of those days: the most of the last quarter; what a year needs is what these days need as long as this is 1`, half.length),
    figure('closed-order', orders.closedBytes / orders.closedTextBytes, `its rows as text, ${Math.round(orders.closedTextBytes)} bytes: ${Math.round(orders.closedBytes)} bytes of heap for an order that is done, with its execution and its names (lower is better)`, orders.samples),
    figure('open-order', orders.openBytes / orders.openTextBytes, `its rows as text, ${Math.round(orders.openTextBytes)} bytes: ${Math.round(orders.openBytes)} bytes of heap for an order that is open (lower is better)`, orders.samples),
    figure('disk-a-day', last.diskBytesADay / (last.facts / days.length) / last.payloadBytes, `the ${Math.round(last.payloadBytes)} bytes of header and payload of a fact: ${(last.diskBytesADay / 1e6).toFixed(1)} MB of closed segments a day, and ${(last.keysBytes / days.length / 1e6).toFixed(1)} MB of keys.db (lower is better)`, days.length),
  ];
}

async function live(days: number, keepDays: number, snapshotEvery: number): Promise<Day[]> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  try {
    const child = spawn(process.execPath, [...FRUGAL.options, new URL('./memory-days.ts', import.meta.url).pathname, directory, String(days), String(keepDays), String(snapshotEvery)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...FRUGAL.env, ...process.env } });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const lived: Day[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const day = JSON.parse(line) as Day;
      lived.push(day);
      process.stderr.write(`day ${day.day}: ${day.rssMb} MB resident, peak ${day.peakMb} MB, heap of the loop ${day.heapMb} MB; segment ${day.segment}, ${day.doneOrders} done orders at hand, ${day.facts} facts, turn of opening ${day.openingMs} ms\n`);
    }
    if (await ended !== 0) throw new Error(`The process ended with ${String(await ended)}.`);
    return lived;
  } finally {
    await rm(directory, { recursive: true });
  }
}

type PerOrder = { readonly closedBytes: number; readonly closedTextBytes: number; readonly openBytes: number; readonly openTextBytes: number; readonly samples: number };
const perOrder = (): Promise<PerOrder> => new Promise((resolve, reject) => {
  execFile(process.execPath, ['--expose-gc', new URL('./memory-orders.ts', import.meta.url).pathname], (failed, out, err) => (failed === null ? resolve(JSON.parse(out) as PerOrder) : reject(new Error(`${failed.message}\n${err}`))));
});

const rounded = (ratio: number): number => Math.round(ratio * 1_000) / 1_000;
