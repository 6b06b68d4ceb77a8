/**
 * Sends bad input in batches to one entrance after the other and tells how the heap grew: one line of JSON for each, in bytes for each input.
 * Started by growth.test.ts with `--expose-gc`; a process of its own, so that nothing else is measured.
 */
import fc from 'fast-check';
import { seededRandom } from '../../src/base/index.ts';
import { factsCodec, readIntent, readTradingView } from '../../src/core/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { loadConfig } from '../../src/edges/config/index.ts';
import { openHeader } from '../../src/journal/index.ts';
import { VirtualClock } from '../../src/sim/index.ts';
import { alpacaVenue } from '../../src/venues/alpaca/index.ts';
import { keys, limitOrder, served } from '../dialects/alpaca.ts';
import { anOrder, assets } from '../support/alpaca-answers.ts';
import { asked, running } from '../support/running.ts';
import { answered, ScriptedNet, ScriptedSocket } from '../support/scripted-net.ts';
import { bytesOf, changed, insteadOf, noise, word } from './cases.ts';

/** A runtime whose test does not keep what it notes. */
const door = async () => {
  const world = await running();
  world.notes.push = () => 0;
  world.lines.push = () => 0;
  return world;
};

type Entrance = { readonly batch: number; open(): Promise<(bytes: Uint8Array, text: string, number: number) => unknown> };

const alert = { secret: 'guess', ticker: 'BTCUSD', action: 'buy', quantity: '0.01' };
const decoder = new TextDecoder();
const quietly = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};
const named = (text: string): string => encodeURIComponent(text.toWellFormed()).slice(0, 200);

const entrances: Readonly<Record<string, Entrance>> = {
  'hooks, by a stranger': {
    batch: 400,
    async open() {
      const { clock, outside } = await door();
      return (bytes, text, number) => clock.until(asked(outside, 'POST', number % 3 === 0 ? `/hooks/tradingview/${named(text)}-${number}` : '/hooks/tradingview/demo', number % 5 === 0 ? new Uint8Array(5_000) : bytesOf(JSON.stringify({ ...alert, id: number, text })).fill(0, 0, bytes.length % 2)));
    },
  },
  'paths of the public door': {
    batch: 400,
    async open() {
      const { clock, outside } = await door();
      return (bytes, text, number) => clock.until(asked(outside, number % 2 === 0 ? 'GET' : 'POST', `/${named(text)}/${number}`, bytes));
    },
  },
  'intents without a token': {
    batch: 400,
    async open() {
      const { clock, outside } = await door();
      return (bytes, text, number) => clock.until(asked(outside, 'POST', '/api/v1/intents', bytes, { headers: { authorization: `Bearer ${named(text)}${number}` } }));
    },
  },
  'the control socket': {
    batch: 400,
    async open() {
      const { clock, control } = await door();
      return (bytes, text, number) => clock.until(asked(control, number % 2 === 0 ? 'GET' : 'POST', `/api/v1/${['orders', 'journal', 'nothing', 'orders/x/cancel', 'orders/x/resolve'][number % 5] ?? ''}/${named(text)}${number}`, bytes));
    },
  },
  'the exchange': {
    batch: 300,
    async open() {
      const { app } = await served();
      return (bytes, text, number) => app.request({ method: number % 2 === 0 ? 'POST' : 'GET', path: number % 3 === 0 ? `/v2/${named(text)}${number}` : '/v2/orders', query: new URLSearchParams({ status: text, client_order_id: `${number}` }), headers: number % 7 === 0 ? {} : keys, body: number % 4 === 0 ? bytesOf(JSON.stringify({ ...limitOrder(`${number}`), qty: text, side: number })) : bytes, peer: '127.0.0.1' });
    },
  },
  'streams of the exchange': {
    batch: 300,
    async open() {
      const { open } = await served();
      return (bytes, text, number) => {
        const client = open(number % 2 === 0 ? '/stream' : '/v1beta3/crypto/us', {});
        client?.say(bytes);
        client?.say(text);
        client?.end();
      };
    },
  },
  'frames of a venue': {
    batch: 300,
    async open() {
      const clock = new VirtualClock({ settle });
      const socket = new ScriptedSocket();
      const net = new ScriptedNet(({ url }) => answered(200, url.includes('assets') ? assets : [])).whenOpened(() => ({ kind: 'open', socket }));
      const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' });
      venue.stream(() => undefined);
      await clock.runFor(10);
      return (bytes, text, number) => {
        socket.receive(bytes);
        socket.receive(JSON.stringify({ stream: 'trade_updates', data: { event: text, order: { ...anOrder, id: number, side: text } } }));
      };
    },
  },
  'alerts and intents, read': { batch: 600, open: async () => (_bytes, text) => [readTradingView(text, { name: 'demo', strategy: 'demo', dialect: 'auto', heartbeat: { word: 'heartbeat', field: 'action' } }), readIntent(text, { name: 'bot' })] },
  'configurations': { batch: 200, open: async () => (_bytes, text, number) => loadConfig({ file: 'b.json', env: { [`BREAKWATER__${text}${number}`]: text }, readFile: (path) => (path === 'b.json' ? text : undefined) }) },
  'rows of a journal': { batch: 600, open: async () => (bytes, text, number) => [quietly(() => openHeader({ seq: number, header: bytes })), quietly(() => factsCodec.decode(`${text}${number}`, 1, bytes)), quietly(() => factsCodec.decode('gate.halted', 1, bytes))] },
};

const BATCHES = 9;
const SETTLED = 3; // the first batches fill what is filled once
const heap = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** The median of the growth between any two batches: one batch in which the engine made room for itself does not move it. */
function slopeOf(heaps: readonly number[], perBatch: number): number {
  const slopes = heaps.flatMap((later, index) => heaps.slice(0, index).map((earlier, before) => (later - earlier) / ((index - before) * perBatch))).sort((a, b) => a - b);
  return Math.round(slopes[slopes.length >> 1] ?? 0);
}

const input = fc.tuple(fc.oneof(noise, insteadOf([alert]), changed(alert).map((object) => bytesOf(JSON.stringify(object) ?? ''))), word);
const asksFor = process.argv[2];
for (const [name, entrance] of Object.entries(entrances)) {
  if (asksFor !== undefined && asksFor !== name) continue;
  const { batch } = entrance;
  const send = await entrance.open();
  const heaps: number[] = [];
  let number = 0;
  for (let round = 0; round < BATCHES; round += 1) {
    for (const [bytes, text] of fc.sample(input, { numRuns: batch, seed: round })) await send(bytes, number % 2 === 0 ? text : decoder.decode(bytes), number += 1);
    if (round >= SETTLED) heaps.push(heap());
  }
  process.stdout.write(`${JSON.stringify({ name, inputs: number, bytesEach: slopeOf(heaps, batch) })}\n`);
}
process.exit(0);
