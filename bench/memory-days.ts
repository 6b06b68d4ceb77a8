/** Days of trading in one process, at full speed, with all that a real one has beside the turn. One line of JSON for each day. */
import { statSync } from 'node:fs';
import { followerIn } from '../src/cli/life/follower.ts';
import { emptyWorld } from '../src/core/index.ts';
import { openKeys, openSqliteStore } from '../src/edges/sqlite/index.ts';
import { keysPath } from '../src/edges/sqlite/key-file.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import type { Clock } from '../src/ports/index.ts';
import { Following } from '../src/runtime/following.ts';
import { DEFAULT_SETTINGS } from '../src/runtime/index.ts';
import { Segments } from '../src/runtime/segments.ts';
import { Mill } from './mill.ts';

export type Day = {
  readonly day: number; readonly facts: number; readonly rssMb: number; readonly peakMb: number; readonly heapMb: number; readonly segment: number; readonly doneOrders: number;
  readonly openingMs: number; // the longest turn of the day that opened a segment
  readonly diskBytesADay: number; readonly payloadBytes: number; readonly keysBytes: number;
};

const DAY_MS = 86_400_000;
const FACTS_A_DAY = 100_000;
const FACTS_AN_ORDER = 8.62; // as the mill makes them
const BEHIND = 4_000; // entries by which the follower may lag: at a hundred thousand facts a day it never does

const [directory = '', daysText = '', keepText = '', everyText = ''] = process.argv.slice(2);
const store = await openSqliteStore({ directory, clock: realClock(), ids: realIds() });
const archive = await openKeys({ directory, identity: store.identity });
const ordersADay = Math.round(FACTS_A_DAY / FACTS_AN_ORDER);
const settings = { ...DEFAULT_SETTINGS, snapshotEvery: Number(everyText), retention: { ageMs: Number(keepText) * DAY_MS } };
const note = ({ level, message }: { level: string; message: string }): void => void process.stderr.write(`${level}: ${message}\n`);
const mill: Mill = new Mill({ store, world: emptyWorld(), head: await store.head(), msPerOrder: Math.floor(DAY_MS / ordersADay), onDurable: () => following?.advanced() });
const clock: Clock = { monotonicMs: () => mill.nowMs, wallMs: () => mill.nowMs, timer: () => () => undefined };
const time = { nowMs: () => mill.nowMs };
const segments = new Segments({ turns: mill.turns, time, clock: realClock(), agrees: () => following?.agrees() ?? Promise.resolve(true), archive, keeper: store, settings, note });
const following: Following | undefined = new Following({ turns: mill.turns, clock, time, store, start: () => followerIn(directory), snapshotEvery: settings.snapshotEvery, snapshotSeq: 0, note });

const moment = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const bytesSeen = { all: 0, entries: 0 };
let openingMs = 0;
const attempt = mill.turns.attempt.bind(mill.turns);
mill.turns.attempt = (input, cause) => {
  const fromMs = performance.now();
  const outcome = attempt(input, cause);
  if (input.kind === 'rotate') openingMs = Math.max(openingMs, performance.now() - fromMs);
  return outcome;
};

for (let day = 1; day <= Number(daysText); day++) {
  openingMs = 0;
  const from = mill.turns.headSeq;
  await mill.grind(ordersADay, async () => {
    const { number } = mill.world.segment;
    // At the pace of a day an opening is over before the next fact.
    for (; mill.world.segment.number === number && mill.world.life.seq - mill.world.segment.firstSeq >= settings.segmentEntries; await moment()) segments.turnOver();
    for (; (following?.view?.lag ?? 0) > BEHIND; await moment()) following?.advanced();
    if (mill.world.segment.number !== number) await store.closed();
  });
  const facts = mill.turns.headSeq - from;
  if (facts < 0.9 * FACTS_A_DAY) throw new Error(`Day ${day} had ${facts} facts: the mill has run out of something, and a day of so few says nothing.`);
  segments.retain();
  await store.closed();
  for (const { header, payload } of await store.read(mill.turns.headSeq - 500, 500)) {
    bytesSeen.all += header.length + payload.length;
    bytesSeen.entries += 1;
  }
  const closed = await store.segments();
  const { rss, heapUsed } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({
    day, facts: mill.turns.headSeq, rssMb: Math.round(rss / 1e6), peakMb: Math.round(process.resourceUsage().maxRSS / 1_000), heapMb: Math.round(heapUsed / 1e6), segment: mill.world.segment.number,
    doneOrders: mill.world.orders.done.size, openingMs: Math.round(openingMs), diskBytesADay: closed.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, closed.at(-1)?.lastSeq ?? 1) * FACTS_A_DAY,
    payloadBytes: bytesSeen.all / bytesSeen.entries, keysBytes: sizeOf(keysPath(directory)) + sizeOf(`${keysPath(directory)}-wal`),
  } satisfies Day)}\n`);
}
await following?.stop();
mill.turns.close();
await archive.close();
await store.close();

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
