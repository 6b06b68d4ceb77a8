/** Heap that an order takes: the world before and after so many, each time with all garbage gone. The disk is imagined. */
import { digestOf, emptyWorld, freezeWorld } from '../src/core/index.ts';
import { EMPTY_HEAD } from '../src/journal/index.ts';
import { Mill, nowhere } from './mill.ts';

const ORDERS = 20_000;
const WARM = 1_000;

async function measured(openOrders: number): Promise<{ bytes: number; textBytes: number }> {
  const mill = new Mill({ store: nowhere, world: emptyWorld(), head: EMPTY_HEAD, msPerOrder: 1_000, openOrders });
  await mill.grind(WARM);
  const before = weighed(mill);
  await mill.grind(ORDERS);
  const after = weighed(mill);
  return { bytes: (after.heap - before.heap) / ORDERS, textBytes: (after.text - before.text) / ORDERS };
}

function weighed({ world }: Mill): { heap: number; text: number } {
  digestOf(world);
  const text = freezeWorld(world).length;
  for (let time = 0; time < 4; time++) globalThis.gc?.();
  return { heap: process.memoryUsage().heapUsed, text };
}

const open = await measured(Number.POSITIVE_INFINITY);
const closed = await measured(0);
process.stdout.write(JSON.stringify({ closedBytes: closed.bytes, closedTextBytes: closed.textBytes, openBytes: open.bytes, openTextBytes: open.textBytes, samples: ORDERS }));
