/**
 * How soon a stop stops, on real processes: from the request on the control socket until the last order leaves for the venue, by a tap on the wire, until
 * the first order is refused because of it, by the record, and until whoever asked for that one is told; while an order is asked for every few
 * milliseconds, whatever becomes of those before.
 *
 *   R1. Nothing that is asked for after the stop was answered leaves.
 *   R2. Once the stop is answered, nothing passes the wire any more.
 *
 * BREAKWATER_HALTS says how many halts; their times are told, and written to the folder BREAKWATER_DRILLS where that is named: scripts/drills.ts makes a
 * line of them. Beside them, in the same moments, stands what the machine itself takes: a flush of 4 kB on the same disk, and an order that is not refused.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { pause, until } from './kit-program.ts';
import { Tap } from './kit-tap.ts';
import { System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';

const ROUNDS = Number(process.env['BREAKWATER_HALTS'] ?? 12);
const EVERY_MS = 10; // an order
const GOAL_MS = 50;
const SAME_MOMENT_MS = 50; // before a halt: what an order takes then, it takes with the same work in its way
const ANSWERS = 4; // on a machine that is busy with other things an order is answered late too, and a refusal is one answer after at most a few

test('a halt refuses the next order, and nothing leaves once it is answered', { timeout: 120_000 + 10_000 * ROUNDS }, async (context) => {
  const taps: Tap[] = [];
  context.after(() => Promise.all(taps.map((tap) => tap.close())));
  const system = await System.start(context, {
    name: 'first-refusal', seed: 81, through: async (exchangePort) => { const tap = await Tap.open(exchangePort); taps.push(tap); return tap.port; },
  });
  const [tap] = taps;
  assert.ok(tap !== undefined);
  const agent = new Agent({ keepAlive: true });
  context.after(() => agent.destroy());
  const disk = await open(join(system.folder, 'flushed'), 'w');
  context.after(() => disk.close());
  await flushed(disk);
  const [lastLeftMs, decidedMs, refusedMs, answeredMs, ordersMs, flushesMs]: number[][] = [[], [], [], [], [], []];
  let late = 0;
  let key = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await until('orders leave', async () => (await intent(system, agent, `warm-${round}-${key += 1}`))?.phase === 'sending');
    const halt: { askedAtMs?: number; answeredAtMs?: number; refusedAtMs?: number; refusedId?: string } = {};
    const asked = new Set<Promise<void>>();
    const taken: { readonly sentAtMs: number; readonly tookMs: number }[] = [];
    const ask = async (): Promise<void> => {
      const sentAtMs = performance.now();
      const order = await intent(system, agent, `order-${key += 1}`);
      if (order !== undefined && order.blocked === undefined) taken.push({ sentAtMs, tookMs: performance.now() - sentAtMs });
      if (order?.blocked?.code === 'BW-3100') {
        halt.refusedAtMs ??= performance.now();
        halt.refusedId ??= order.orderId;
      } else if (order !== undefined && halt.answeredAtMs !== undefined && sentAtMs > halt.answeredAtMs) late += 1; // R1
    };
    const asker = setInterval(() => { const one = ask(); asked.add(one); void one.finally(() => asked.delete(one)); }, EVERY_MS);
    await pause(75);
    flushesMs!.push(await flushed(disk));
    await pause(75);
    halt.askedAtMs = performance.now();
    const halted = await post(system, '/api/v1/halt', { by: 'sam', reason: 'a drill' });
    halt.answeredAtMs = performance.now();
    assert.equal(halted?.inForce, true);
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => void setImmediate(resolve)); // what had come to this process by then is read
    const passed: number = tap.passedAtMs.length;
    await until('one is refused', () => halt.refusedAtMs !== undefined);
    clearInterval(asker);
    await Promise.all(asked);
    await pause(100);
    assert.equal(tap.passedAtMs.length, passed, 'nothing leaves any more'); // R2
    lastLeftMs!.push(Math.max(0, (tap.passedAtMs.at(-1) ?? 0) - halt.askedAtMs));
    refusedMs!.push((halt.refusedAtMs ?? Number.POSITIVE_INFINITY) - halt.askedAtMs);
    const { timeline }: Json = await sent({ socketPath: system.controlSocket, path: `/api/v1/orders/${halt.refusedId ?? ''}`, method: 'GET' });
    decidedMs!.push(timeline.find(({ type }: Json) => type === 'order.blocked').wallMs - performance.timeOrigin - halt.askedAtMs);
    ordersMs!.push(...taken.filter(({ sentAtMs }) => sentAtMs > (halt.askedAtMs ?? 0) - SAME_MOMENT_MS && sentAtMs <= (halt.askedAtMs ?? 0)).map(({ tookMs }) => tookMs));
    answeredMs!.push(halt.answeredAtMs - halt.askedAtMs);
    await until('it goes on', async () => (await post(system, '/api/v1/resume', { by: 'sam', reason: 'the drill is over' }))?.gate.state === 'ACTIVE');
  }
  assert.equal(late, 0);
  const told = { halts: ROUNDS, lastLeftMs: share(lastLeftMs!), decidedMs: share(decidedMs!), refusedMs: share(refusedMs!), answeredMs: share(answeredMs!), orderMs: share(ordersMs!), flushMs: share(flushesMs!) };
  context.diagnostic(JSON.stringify(told));
  const folder = process.env['BREAKWATER_DRILLS'];
  if (folder !== undefined) writeFileSync(join(folder, 'halts.json'), JSON.stringify({ drill: 'halts', ...told }));
  for (const { p50 } of [told.lastLeftMs, told.decidedMs, told.refusedMs]) assert.ok(p50 <= Math.max(GOAL_MS, ANSWERS * told.orderMs.p50), JSON.stringify(told));
});

type Share = { readonly p50: number; readonly p90: number; readonly longest: number };

function share(values: readonly number[]): Share {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1));
  return { p50: at(0.5), p90: at(0.9), longest: at(1) };
}

/** What the disk takes for four kilobytes right now, in a file that is there already: it makes no work for the flushes of others. */
async function flushed(file: FileHandle): Promise<number> {
  const fromMs = performance.now();
  await file.write(Buffer.alloc(4_096, 1), 0, 4_096, 0);
  await file.datasync();
  return performance.now() - fromMs;
}

function intent(system: System, agent: Agent, key: string): Promise<Json> {
  const body = JSON.stringify({ key, side: 'buy', instrument: 'BTC/USD', quantity: '0.001', type: 'limit', timeInForce: 'ioc', limitPrice: '45000' });
  return sent({ host: '127.0.0.1', port: new URL(system.doorUrl).port, method: 'POST', agent, headers: { authorization: `Bearer ${TOKEN}` }, path: '/api/v1/intents', timeout: 5_000 }, body);
}

const post = (system: System, path: string, body: Json): Promise<Json> => sent({ socketPath: system.controlSocket, path, method: 'POST', timeout: 30_000 }, JSON.stringify(body));

/** Undefined where nobody answered, or said no. */
function sent(to: RequestOptions, body?: string): Promise<Json> {
  return new Promise((resolve) => {
    const asking = request(to, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve((response.statusCode ?? 500) < 300 ? JSON.parse(text) : undefined)).on('error', () => resolve(undefined));
    });
    asking.on('error', () => resolve(undefined)).on('timeout', () => asking.destroy()).end(body);
  });
}
