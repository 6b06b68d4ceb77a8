/** Seeds run for a test: what they saw together, and a failure as somebody wants to read it. */
import assert from 'node:assert/strict';
import { settle } from '../../src/edges/clock/index.ts';
import { runSeeds } from '../../src/sim/index.ts';
import type { RunResult, SeedsResult } from '../../src/sim/index.ts';

const SHOWN_FACTS = 60;

/** How many seeds a plain `npm test` runs; BREAKWATER_SEEDS asks for more. */
export const seedsAsked = Number(process.env['BREAKWATER_SEEDS'] ?? 300);

export async function sound(from: number, seeds: number): Promise<SeedsResult> {
  const result = await runSeeds({ from, seeds, settle });
  const [first] = result.failed;
  assert.equal(first === undefined ? '' : told(first), '');
  return result;
}

/** A failure with all that is needed to see it again. */
function told({ seed, verdict, invariant, detail, journalHash, shrunk, tail }: RunResult): string {
  return [
    `seed ${seed} is ${verdict}: ${invariant ?? ''} ${detail ?? ''}`,
    `repeat it: bin/breakwater sim --seed ${seed}   (journal ${journalHash})`,
    ...(shrunk === undefined ? [] : [`it needs: ${shrunk.needed.join(', ') || 'nothing to go wrong'}`]),
    ...(shrunk?.tail ?? tail).slice(-SHOWN_FACTS),
  ].join('\n');
}
