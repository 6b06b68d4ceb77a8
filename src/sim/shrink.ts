/**
 * Which of all that went wrong in a failed run is needed for the failure: parts are switched off one by one, and stay off
 * while the same invariant still breaks. What is left is seldom more than two or three things.
 */
import type { RunOptions, RunResult } from './run.ts';
import type { Part } from './swarm/index.ts';

export type Shrunk = {
  readonly needed: readonly Part[];
  readonly without: readonly Part[]; // repeat it with these switched off
  readonly runs: number;
  readonly detail: string;
  readonly tail: readonly string[]; // of the run with nothing else going wrong
};

/** @param simulate one run; handed in, because a run must not know of its own shrinking */
export async function shrink(failed: RunResult, options: RunOptions, simulate: (options: RunOptions) => Promise<RunResult>): Promise<Shrunk> {
  let [spared, needed, last, runs] = [options.without ?? [], failed.parts, failed, 0];
  const holdsWithout = async (parts: readonly Part[]): Promise<boolean> => {
    runs += 1;
    const result = await simulate({ ...options, without: [...spared, ...parts] });
    if (result.verdict !== failed.verdict || result.invariant !== failed.invariant) return false;
    [spared, needed, last] = [[...spared, ...parts], needed.filter((part) => !parts.includes(part)), result];
    return true;
  };
  // Halves first: most parts have nothing to do with it.
  const spareAll = async (parts: readonly Part[]): Promise<void> => {
    if (parts.length === 0 || (await holdsWithout(parts)) || parts.length === 1) return;
    const middle = parts.length >> 1;
    await spareAll(parts.slice(0, middle));
    await spareAll(parts.slice(middle));
  };
  await spareAll(needed);
  return { needed, without: spared, runs, detail: last.detail ?? '', tail: last.tail };
}
