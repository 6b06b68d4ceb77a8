/**
 * How long the loop stands still for what it does about the whole of its state: a digest after everything changed and after a little
 * did, a state written down (which the follower's thread does, beside the loop), and the turn that opens a segment. Against the
 * quickest thing that can be done with that state: JSON.parse of its text.
 */
import { digestOf, emptyWorld, freezeWorld, leftBehind } from '../src/core/index.ts';
import { EMPTY_HEAD } from '../src/journal/index.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';
import { Mill, nowhere } from './mill.ts';

const ROUNDS = 3;
const A_LITTLE = 50; // orders

const took = (run: () => unknown): number => {
  const fromMs = performance.now();
  run();
  return performance.now() - fromMs;
};

export async function standstillBench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, openOrders] of [['open', Number.POSITIVE_INFINITY], ['done', 0]] as const) {
    for (const orders of [1_000, 10_000, 100_000]) {
      const times: Record<string, number[]> = { digest: [], 'digest-after-a-little': [], freeze: [], 'opening-turn': [] };
      for (let round = 0; round < ROUNDS; round++) {
        const mill = new Mill({ store: nowhere, world: emptyWorld(), head: EMPTY_HEAD, msPerOrder: 100, openOrders });
        await mill.grind(orders);
        const { world } = mill;
        const digest = took(() => digestOf(world));
        await mill.grind(A_LITTLE);
        const little = took(() => digestOf(world));
        let text = '';
        const freeze = took(() => { text = new TextDecoder().decode(freezeWorld(world)); });
        const left = [...leftBehind(world, mill.nowMs, 86_400_000)].filter((row) => row !== undefined);
        const opening = took(() => mill.turns.take({ kind: 'rotate', previousHash: mill.turns.head.hash, left }, { actor: 'runtime', correlationId: 'segments' }));
        const floor = took(() => text.split('\n').map((line) => JSON.parse(line.startsWith('{') ? line : `{${line}}`) as unknown));
        for (const [name, ms] of Object.entries({ digest, 'digest-after-a-little': little, freeze, 'opening-turn': opening })) times[name]?.push(ms / floor);
        process.stderr.write(`${orders} ${what} orders: digest ${digest.toFixed(1)} ms, after ${A_LITTLE} more ${little.toFixed(1)} ms; written ${freeze.toFixed(1)} ms; opening turn ${opening.toFixed(1)} ms; JSON.parse ${floor.toFixed(1)} ms\n`);
      }
      for (const [name, ratios] of Object.entries(times)) figures.push({ name: `standstill.${name}-${orders}-${what}`, ratio: Math.round(median(ratios) * 1_000) / 1_000, against: 'JSON.parse of the text of the same state (lower is better)', samples: ROUNDS });
    }
  }
  return figures;
}
