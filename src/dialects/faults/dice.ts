/** Which rules strike, by the plan's seed (F1, F2). */
import { seededRandom } from '../../base/index.ts';
import type { Random } from '../../base/index.ts';
import type { FaultPlan, FaultRule } from './plan.ts';
import { strikes } from './words.ts';
import type { Fault, Happening } from './words.ts';

/** A rule that strikes now. `missed` gives the turn back where it could take no effect. */
export type Strike = { readonly fault: Fault; readonly delayMs: number; readonly random: Random; readonly missed: () => void };

export class Dice {
  readonly #rules: readonly { readonly rule: FaultRule; readonly random: Random; left: number }[];

  constructor(plan: FaultPlan) {
    const random = seededRandom(plan.seed);
    this.#rules = plan.rules.map((rule, index) => ({ rule, random: random.fork(`rule ${index}`), left: rule.times ?? Infinity }));
  }

  /** The first rule that strikes, in the plan's order, among those of the faults that `fits` takes. @param about the instrument, where it is about one */
  throw(happening: Happening, fits: (fault: Fault) => boolean, about?: string): Strike | undefined {
    for (const entry of this.#rules) {
      const { rule: { on, fault, probability, delayMs, symbol }, random } = entry;
      if (entry.left <= 0 || (on !== happening && on !== 'any') || !strikes(fault, happening) || !fits(fault)) continue;
      if (symbol !== undefined && symbol !== about) continue;
      if (!random.chance(probability)) continue;
      entry.left -= 1;
      return { fault, delayMs, random, missed: () => void (entry.left += 1) };
    }
    return undefined;
  }
}
