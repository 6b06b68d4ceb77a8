/** `breakwater sim`: the whole system on a virtual clock, seed by seed, with everything that can go wrong. */
import { settle } from '../edges/clock/index.ts';
import { exitCodeOf, runSeeds } from '../sim/index.ts';
import type { RunResult } from '../sim/index.ts';
import type { Answer } from './answer.ts';
import { wholeNumber } from './cli.ts';
import type { Cli, Common } from './cli.ts';
import { EXIT } from './exit.ts';
import { aligned } from './table.ts';

type Options = Common & { readonly seed?: string; readonly seeds: string; readonly from: string; readonly keepGoing?: true };

export async function sim(cli: Cli, options: Options): Promise<Answer> {
  const one = options.seed === undefined ? undefined : wholeNumber('--seed', options.seed);
  const runs: RunResult[] = [];
  const result = await runSeeds({
    from: one ?? wholeNumber('--from', options.from), seeds: one === undefined ? wholeNumber('--seeds', options.seeds, 1) : 1, settle, keepGoing: options.keepGoing === true,
    onRun: (run) => {
      runs.push(run);
      if (cli.terminal.isTty && options.json !== true && runs.length % 10 === 0) cli.terminal.note(`${runs.length} runs`);
    },
  });
  const failed = result.failed.map(({ seed, verdict, invariant, detail, journalHash, tail, shrunk }) => ({ seed, verdict, invariant, detail, journalHash, needs: shrunk?.needed, tail: shrunk?.tail ?? tail }));
  const faults = byName(result.tally.faults);
  const states = byName(result.tally.states);
  const journalHash = one === undefined ? undefined : runs[0]?.journalHash;
  const [first] = result.failed;
  return {
    data: { runs: result.runs, intents: result.intents, simulatedMs: result.simulatedMs, faults, states, failed, ...(one === undefined ? {} : { seed: one, journalHash }) },
    text: [
      ...aligned([...Object.entries(faults), ...Object.entries(states)].map(([name, times]) => [name, String(times)])),
      `${result.runs} runs, ${result.intents} intents, ${Math.round(result.simulatedMs / 1_000)} simulated seconds, ${failed.length} failed${journalHash === undefined ? '' : `; journal ${journalHash}`}`,
      ...failed.flatMap(({ seed, verdict, invariant, detail, needs, tail }) => [`seed ${seed}: ${verdict} ${invariant ?? ''} ${detail ?? ''}`.trimEnd(), ...(needs === undefined ? [] : [`  it needs: ${needs.join(', ') || 'nothing to go wrong'}`]), ...tail.map((line) => `  ${line}`)]),
    ],
    exit: first === undefined ? EXIT.ok : exitCodeOf(first.verdict),
  };
}

const byName = (counts: ReadonlyMap<string, number>): Record<string, number> => Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
