/**
 * What the last word costs: every control asked about an order, with 10,000 orders open and 1,000 positions held, all limits in force.
 *
 * Between two judgements the world moves as it does in life, and that is not measured: a price is told, the order that was judged
 * leaves, an older one ends. What the judgement has to catch up with is measured.
 *
 * The yardstick is what nobody can do without before an order can be judged at all: its text read (JSON.parse) and hashed (sha256).
 *
 * `--judgements N` (20,000 unless told), `--orders N` open, `--positions N` held.
 */
import { createHash } from 'node:crypto';
import { canonicalText, seededRandom } from '../src/base/index.ts';
import { admit } from '../src/core/index.ts';
import type { Figure } from './figure.ts';
import { Crowd } from './limits-crowd.ts';

const GOAL_US = 20;
const [ORDERS, POSITIONS] = [10_000, 1_000];
const FEW = 100; // times fewer of both, to see whether the cost grows
const WARM = 3_000;

type Times = { readonly judging: readonly number[]; readonly yardstick: readonly number[] };

export function limitsBench(words: readonly string[]): Promise<Figure[]> {
  const option = (name: string, otherwise: number): number => Number(words[words.indexOf(`--${name}`) + 1] ?? '') || otherwise;
  const [orders, positions, judgements] = [option('orders', ORDERS), option('positions', POSITIONS), option('judgements', 20_000)];
  const few = measured(Math.ceil(orders / FEW), Math.ceil(positions / FEW), judgements);
  const many = measured(orders, positions, judgements);
  const size = `${orders} open orders and ${positions} positions`;
  const figure = (name: string, ratio: number, against: string): Figure => ({ name: `limits.${name}`, ratio: Math.round(ratio * 1_000) / 1_000, against, samples: judgements });
  const shares = [['p50', 0.5], ['p99', 0.99], ['p99.9', 0.999]] as const;
  return Promise.resolve([
    ...shares.map(([name, share]) => figure(name, at(many.judging, share) / GOAL_US, `${GOAL_US} µs: ${at(many.judging, share).toFixed(1)} µs for the last word with ${size} (lower is better; goal 1 at p99)`)),
    ...shares.map(([name, share]) => figure(`${name}-against-the-text`, at(many.judging, share) / at(many.yardstick, share), `the text of the same order read and hashed, ${at(many.yardstick, share).toFixed(1)} µs at the same share`)),
    figure('growth', at(many.judging, 0.5) / at(few.judging, 0.5), `the same with a ${FEW}th of the orders and positions, at p50: 1 where the cost does not grow`),
  ]);
}

function measured(orders: number, positions: number, judgements: number): Times {
  const crowd = new Crowd(orders, positions, seededRandom('limits'));
  const times = { judging: [] as number[], yardstick: [] as number[] };
  let left = 0;
  let read: unknown;
  for (let count = -WARM; count < judgements; count += 1) {
    crowd.move();
    const order = crowd.wish();
    const { world, prices, nowMs } = crowd;
    const text = canonicalText(order);
    const fromUs = nowUs();
    const facts = admit(world, prices, order, nowMs);
    const judgedUs = nowUs();
    read = JSON.parse(text);
    createHash('sha256').update(text).digest('hex');
    const endUs = nowUs();
    const leaves = facts.some(({ type }) => type === 'order.sending');
    left += leaves ? 1 : 0;
    if (count >= 0) {
      times.judging.push(judgedUs - fromUs);
      times.yardstick.push(endUs - judgedUs);
    }
    crowd.take(order, facts);
  }
  process.stderr.write(`${orders} orders, ${positions} positions: ${left} of ${judgements + WARM} left; ${crowd.world.orders.live.size} open at the end${read === undefined ? ' and nothing read' : ''}; ${(['judging', 'yardstick'] as const).map((name) => `${name} p50 ${at(times[name], 0.5).toFixed(1)} p99 ${at(times[name], 0.99).toFixed(1)} p99.9 ${at(times[name], 0.999).toFixed(1)} µs`).join('; ')}\n`);
  return times;
}

const nowUs = (): number => performance.now() * 1_000;

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
