/**
 * How fast facts become durable, against a bare group commit of the same bytes. Both seal every fact and hand the same blocks
 * to a thread; the rival writes them to a file with one write and one fdatasync, ours puts them into the journal's tables.
 *
 * The two run in turn, so that a disk that has a bad second has it for both.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { openSqliteStore } from '../src/edges/sqlite/index.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import { packBatches } from '../src/edges/sqlite/wire.ts';
import { EMPTY_HEAD, Sealer } from '../src/journal/index.ts';
import type { AppendBatch } from '../src/journal/index.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 7;
const ROUND_MS = 600;
const LOOP_DELAY_GOAL_MS = 5;

const payload = new TextEncoder().encode(JSON.stringify({ clientOrderId: 'bw-0123456789abcdef-1', instrument: 'BTC/USD', limitPriceUnits: '6712345', quantityUnits: '1500000', side: 'buy', venue: 'alpaca' }));
const fact = { type: 'order.prepared', typeVersion: 1, payload };
const stamp = { atMs: 1_700_000_000_000, wallMs: 1_700_000_000_000, actor: 'signal:demo', correlationId: '018f2c5e-7f3a-7000-8000-000000000000' };

/** Makes one fact durable, and resolves when it is. */
type Appender = { append(): Promise<void>; close(): Promise<void> };

const newSealer = (): Sealer => new Sealer(EMPTY_HEAD, { epoch: 1, bootId: '018f2c5e-7f3a-7000-8000-000000000001', lastAtMs: 0 });

async function ours(directory: string): Promise<Appender> {
  const store = await openSqliteStore({ directory, clock: realClock(), ids: realIds() });
  const sealer = newSealer();
  return {
    async append() {
      const result = await store.append(sealer.seal(stamp, [fact]));
      if (result.kind !== 'durable') throw new Error(`The append was ${result.kind}.`);
    },
    close: () => store.close(),
  };
}

async function bare(directory: string): Promise<Appender> {
  const worker = new Worker(new URL('./raw-worker.ts', import.meta.url), { workerData: join(directory, 'raw') });
  await new Promise((resolve) => worker.once('message', resolve));
  const sealer = newSealer();
  let outbox: { batch: AppendBatch; answer: () => void }[] = [];
  let waves: (typeof outbox)[] = [];
  worker.on('message', (count: number) => {
    for (const wave of waves.slice(0, count)) for (const { answer } of wave) answer();
    waves = waves.slice(count);
  });
  const send = (): void => {
    const block = packBatches(outbox.map(({ batch }) => batch));
    waves.push(outbox);
    outbox = [];
    worker.postMessage(block, [block]);
  };
  return {
    append: () => new Promise((answer) => {
      outbox.push({ batch: sealer.seal(stamp, [fact]), answer });
      if (outbox.length === 1) queueMicrotask(send);
    }),
    close: async () => void (await worker.terminate()),
  };
}

/** Facts per second of so many producers, each with one fact on its way. */
async function rateOf(appender: Appender, producers: number): Promise<number> {
  const startMs = performance.now();
  let count = 0;
  const produce = async (): Promise<void> => {
    while (performance.now() - startMs < ROUND_MS) {
      await appender.append();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: producers }, produce));
  return (count / (performance.now() - startMs)) * 1_000;
}

export async function appendBench(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  const [journal, rival] = await Promise.all([ours(join(directory, 'data')), bare(directory)]);
  try {
    const figures: Figure[] = [];
    const delay = monitorEventLoopDelay({ resolution: 1 }); // of our rounds, all together
    for (const producers of [1, 100]) {
      await rateOf(rival, producers);
      await rateOf(journal, producers); // warm
      const ratios: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const other = await rateOf(rival, producers);
        delay.enable();
        const own = await rateOf(journal, producers);
        delay.disable();
        ratios.push(own / other);
        process.stderr.write(`${producers} producers, round ${round + 1}: ${Math.round(own)} facts/s against ${Math.round(other)} bare, loop delay p99 so far ${(delay.percentile(99) / 1e6).toFixed(1)} ms\n`);
      }
      figures.push({ name: `append.producers-${producers}`, ratio: rounded(median(ratios)), against: 'facts per second of a bare group commit of the same bytes (higher is better; goal 0.7)', samples: ROUNDS });
    }
    figures.push({ name: 'append.loop-delay-p99', ratio: rounded(delay.percentile(99) / 1e6 / LOOP_DELAY_GOAL_MS), against: `${LOOP_DELAY_GOAL_MS} ms of main-loop delay at p99 (lower is better; goal 1)`, samples: delay.count });
    return figures;
  } finally {
    await Promise.all([journal.close(), rival.close()]);
    await rm(directory, { recursive: true });
  }
}

const rounded = (ratio: number): number => Math.round(ratio * 1_000) / 1_000;
