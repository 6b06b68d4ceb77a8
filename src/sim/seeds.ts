/** Many runs, one after another, and what they saw together. */
import type { Settle } from './clock.ts';
import { simulate } from './run.ts';
import type { RunResult } from './run.ts';
import { shrink } from './shrink.ts';
import { Tally } from './tally.ts';

export type SeedsOptions = {
  readonly from: number;
  readonly seeds: number;
  readonly settle: Settle;
  readonly onRun?: (result: RunResult) => void;
  readonly keepGoing?: boolean; // after a run that failed
  readonly shrinks?: boolean; // whether the first failure is looked into; true unless told
};

export type SeedsResult = {
  readonly runs: number;
  readonly intents: number;
  readonly simulatedMs: number;
  readonly failed: readonly RunResult[];
  readonly tally: Tally;
};

export async function runSeeds({ from, seeds, settle, onRun, keepGoing = false, shrinks = true }: SeedsOptions): Promise<SeedsResult> {
  const tally = new Tally();
  const failed: RunResult[] = [];
  let [runs, intents, simulatedMs] = [0, 0, 0];
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await simulate({ seed, settle });
    const result = run.verdict === 'ok' || !shrinks || failed.length > 0 ? run : { ...run, shrunk: await shrink(run, { seed, settle }, simulate) };
    runs += 1;
    intents += result.intents;
    simulatedMs += result.simulatedMs;
    tally.add(result.tally);
    onRun?.(result);
    if (result.verdict === 'ok') continue;
    failed.push(result);
    if (!keepGoing) break;
  }
  return { runs, intents, simulatedMs, failed, tally };
}

/** The exit code of a verdict, as simulators have them: 127 a crash, 128 something never came back, 129 an invariant broke. */
export const exitCodeOf = (verdict: RunResult['verdict']): number => ({ ok: 0, crash: 127, 'no-liveness': 128, broken: 129 })[verdict];
