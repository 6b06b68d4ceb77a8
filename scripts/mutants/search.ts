/** Runs seeds until one finds something: `node scripts/mutants/search.ts FROM SEEDS`. Exit 1 and one line of JSON when it does. */
import { settle } from '../../src/edges/clock/index.ts';
import { runSeeds } from '../../src/sim/index.ts';
import type { Finding } from './hunt.ts';

const [from, seeds] = process.argv.slice(2).map(Number);
if (from === undefined || seeds === undefined) throw new Error('usage: search.ts FROM SEEDS');
const { failed: [first] } = await runSeeds({ from, seeds, settle, shrinks: false });
if (first !== undefined) {
  console.log(JSON.stringify({ seed: first.seed, invariant: first.invariant ?? first.verdict, detail: first.detail ?? '' } satisfies Finding));
  process.exitCode = 1;
}
