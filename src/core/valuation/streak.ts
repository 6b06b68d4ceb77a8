/** When so many round trips were lost that trading pauses. */
import type { RiskPolicy } from './facts.ts';
import type { Round } from './view.ts';

export type Streak = { readonly losses: number; readonly of: number; readonly reason: string };

export function streakIn(rounds: readonly Round[], streak: NonNullable<RiskPolicy['streak']>): Streak | undefined {
  const lost = rounds.map(({ resultUnits }) => resultUnits < 0n);
  const inARow = lost.length - 1 - lost.lastIndexOf(false);
  if (inARow >= streak.losses) return { losses: inARow, of: inARow, reason: `${inARow} round trips in a row were lost` };
  const losses = lost.filter(Boolean).length;
  if (lost.length >= streak.least && losses * 100 >= streak.percent * lost.length) return { losses, of: lost.length, reason: `${losses} of the last ${lost.length} round trips were lost` };
  return undefined;
}
