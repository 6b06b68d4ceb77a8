/**
 * Simulated seconds per second of a core, in one process, on the very seeds that the checks run: every fault of the swarm, everything
 * that must hold looked at after every step. Against a day that passes by itself: a second per second.
 *
 * The time of the core, not of the wall: on a shared machine the wall measures the neighbours. `--seeds N` (100 unless told).
 */
import { simulate } from '../src/sim/index.ts';
import { settle } from '../src/edges/clock/index.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 4;
const GOAL = 1_000;

export async function simBench(words: readonly string[]): Promise<Figure[]> {
  const seeds = Number(words[words.indexOf('--seeds') + 1] ?? '') || 100;
  const speeds: number[] = [];
  const elapsed: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [cpuFrom, from] = [process.cpuUsage(), performance.now()];
    let simulatedMs = 0;
    for (let seed = 1 + round * seeds; seed <= (round + 1) * seeds; seed++) {
      const result = await simulate({ seed, settle });
      if (result.verdict !== 'ok') throw new Error(`Seed ${seed}: ${result.verdict}, ${result.invariant ?? ''} ${result.detail ?? ''}`);
      simulatedMs += result.simulatedMs;
    }
    const { user, system } = process.cpuUsage(cpuFrom);
    speeds.push(simulatedMs / ((user + system) / 1_000));
    elapsed.push(simulatedMs / (performance.now() - from));
    process.stderr.write(`seeds ${1 + round * seeds} to ${(round + 1) * seeds}: ${Math.round(simulatedMs / 1_000)} simulated s, ${Math.round(speeds.at(-1) ?? 0)} per second of a core, ${Math.round(elapsed.at(-1) ?? 0)} per elapsed second\n`);
  }
  const figure = (name: string, values: readonly number[], against: string): Figure => ({ name: `sim.${name}`, ratio: Math.round(median(values)) / GOAL, against, samples: ROUNDS });
  return [
    figure('speed-core', speeds, `${GOAL} simulated seconds per second of one core, ${seeds} seeds a round (higher is better; goal 1)`),
    figure('speed-elapsed', elapsed, `${GOAL} simulated seconds per elapsed second, with whatever else the machine does (higher is better; goal 1)`),
  ];
}
