/**
 * How much of a limit is used, in four words.
 *
 *   E1. A level is entered at 50, 80 and 100 percent, and left five points below: whoever stands at a threshold is told once.
 *   E2. Every level that is crossed is told by a step of its own, so each has exactly one in each direction.
 */
import type { World } from '../world.ts';
import { riskLevels } from './facts.ts';
import type { RiskLevel } from './view.ts';

const ENTERED_PPM = [0, 500_000, 800_000, 1_000_000] as const; // by the level's place
const LEFT_BELOW_PPM = 50_000;

export type Use = { readonly cause: string; readonly usedPpm: number; readonly observed: string; readonly limit: string };
export type Step = Use & { readonly from: RiskLevel; readonly to: RiskLevel };

const placeOf = (level: RiskLevel): number => riskLevels.indexOf(level);
const levelAt = (place: number): RiskLevel => riskLevels[place] ?? 'normal';

/** The steps from a level to the one that a use stands for; none where it stays. */
export function stepsTo(level: RiskLevel, use: Use): Step[] {
  const steps: Step[] = [];
  let place = placeOf(level);
  const step = (to: number): void => {
    steps.push({ ...use, from: levelAt(place), to: levelAt(to) });
    place = to;
  };
  while (place < riskLevels.length - 1 && use.usedPpm >= (ENTERED_PPM[place + 1] ?? Infinity)) step(place + 1);
  while (place > 0 && use.usedPpm < (ENTERED_PPM[place] ?? 0) - LEFT_BELOW_PPM) step(place - 1); // E1
  return steps;
}

/** The highest level of all causes, and which of them has it. */
export function overallLevel({ valuation }: Pick<World, 'valuation'>): { readonly level: RiskLevel; readonly causes: readonly string[]; readonly sinceMs: number | undefined } {
  let place = 0;
  let causes: string[] = [];
  let sinceMs: number | undefined;
  for (const [cause, of] of valuation.levels.entries()) {
    if (placeOf(of.level) < place) continue;
    if (placeOf(of.level) > place) [place, causes, sinceMs] = [placeOf(of.level), [], undefined];
    causes.push(cause);
    sinceMs = Math.min(sinceMs ?? of.sinceMs, of.sinceMs);
  }
  return { level: levelAt(place), causes, sinceMs };
}

/** What part of a limit holds in a state of the system: a system that is not whole takes half the risk. */
export const limitScalePpm = (state: 'whole' | 'degraded'): number => (state === 'degraded' ? 500_000 : 1_000_000);

export const usedPpm = (used: bigint, limit: bigint): number => (used <= 0n ? 0 : limit <= 0n ? 10_000_000 : Math.min(10_000_000, Number((used * 1_000_000n + limit - 1n) / limit)));
