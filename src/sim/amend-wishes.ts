/** A bot that changes its mind: orders that rest a while, what they are asked to become, and when. */
import { formatUnits, parseUnits } from '../base/index.ts';
import type { Random } from '../base/index.ts';

const SCALE = 9;

/** What is posted as an intent, and how long after the order it is asked. */
export type AmendWish = { readonly id: string; readonly afterMs: number; readonly body: object };
export type RestingWish = { readonly id: string; readonly side: string; readonly quantity: string; readonly type: 'limit'; readonly limitPrice: string };

/** Beside the market, so that it rests until the market comes to it or it is changed. */
export function restingOf(random: Random, n: number, middle: number): RestingWish {
  const buys = random.chance(0.6);
  const away = 0.001 + random.next() * 0.015;
  return { id: `rest-${n}`, side: buys ? 'buy' : 'sell', quantity: formatUnits(BigInt(5_000_000 + random.below(60_000_000)), SCALE), type: 'limit', limitPrice: (middle * (buys ? 1 - away : 1 + away)).toFixed(2) };
}

/** Up to three, the second and third perhaps while the first is under way; towards the market too, where it may be filled while it is cancelled. */
export function amendsOf(random: Random, { id: of, quantity, side, limitPrice }: RestingWish): readonly AmendWish[] {
  return Array.from({ length: 1 + random.below(3) }, (_, n): AmendWish => {
    const whole = formatUnits((parseUnits(quantity, SCALE) * BigInt(300 + random.below(1_500))) / 1_000n, SCALE);
    const price = (Number(limitPrice) * (1 + (side === 'buy' ? 1 : -1) * (random.next() * 0.02 - 0.004))).toFixed(2);
    const changes = random.pick<object>([{ quantity: whole }, { limitPrice: price }, { quantity: whole, limitPrice: price }, { quantity: whole, limitPrice: price }, { limitPrice: (Number(limitPrice) * 1.2).toFixed(2) }]);
    return { id: `${of}-amend-${n}`, afterMs: 100 + random.below(random.chance(0.5) ? 5_000 : 60_000), body: { action: 'amend', amends: of, ...changes } };
  });
}
