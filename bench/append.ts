/**
 * How fast facts become durable, against two rivals that write the same bytes to a plain file from a thread, one write and one
 * fdatasync for all that waits. The bare one is given bytes that are ready: what separates us from it is everything we do. The
 * sealing one seals each fact as we do: what separates us from it is the journal's tables.
 *
 * They run in turn, so that a disk that has a bad second has it for all.
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

async function plainFile(path: string, seals: boolean): Promise<Appender> {
  const worker = new Worker(new URL('./raw-worker.ts', import.meta.url), { workerData: path });
  await new Promise((resolve) => worker.once('message', resolve));
  const sealer = newSealer();
  const ready = newSealer().seal(stamp, [fact]);
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
      outbox.push({ batch: seals ? sealer.seal(stamp, [fact]) : ready, answer });
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
  const [journal, bare, sealing] = await Promise.all([ours(join(directory, 'data')), plainFile(join(directory, 'bare'), false), plainFile(join(directory, 'sealing'), true)]);
  try {
    const figures: Figure[] = [];
    const delay = monitorEventLoopDelay({ resolution: 1 }); // of our rounds, all together
    for (const producers of [1, 100]) {
      for (const appender of [bare, sealing, journal]) await rateOf(appender, producers); // warm
      const ratios: { bare: number[]; sealing: number[] } = { bare: [], sealing: [] };
      for (let round = 0; round < ROUNDS; round++) {
        const [bareRate, sealingRate] = [await rateOf(bare, producers), await rateOf(sealing, producers)];
        delay.enable();
        const own = await rateOf(journal, producers);
        delay.disable();
        ratios.bare.push(own / bareRate);
        ratios.sealing.push(own / sealingRate);
        process.stderr.write(`${producers} producers, round ${round + 1}: ${Math.round(own)} facts/s; bare ${Math.round(bareRate)}, sealing ${Math.round(sealingRate)}; loop delay p99 so far ${(delay.percentile(99) / 1e6).toFixed(1)} ms\n`);
      }
      figures.push(
        { name: `append.producers-${producers}`, ratio: rounded(median(ratios.bare)), against: 'facts per second of a bare group commit of the same bytes, ready made (higher is better; goal 0.7)', samples: ROUNDS },
        { name: `append.producers-${producers}-sealing`, ratio: rounded(median(ratios.sealing)), against: 'facts per second of a bare group commit that seals each fact as we do (higher is better)', samples: ROUNDS },
      );
    }
    figures.push({ name: 'append.loop-delay-p99', ratio: rounded(delay.percentile(99) / 1e6 / LOOP_DELAY_GOAL_MS), against: `${LOOP_DELAY_GOAL_MS} ms of main-loop delay at p99 (lower is better; goal 1)`, samples: delay.count });
    return figures;
  } finally {
    await Promise.all([journal.close(), bare.close(), sealing.close()]);
    await rm(directory, { recursive: true });
  }
}

const rounded = (ratio: number): number => Math.round(ratio * 1_000) / 1_000;
