import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../edges/clock/index.ts';
import type { RunOptions, RunResult } from './run.ts';
import { shrink } from './shrink.ts';
import { Tally } from './tally.ts';

const parts = ['crashes', 'link faults', 'partitions', 'venue: order.create answer-lost', 'venue: order.find reset', 'halts', 'freezes'];

/** A run that breaks K1 while all of `needed` go on. */
const runThatNeeds = (...needed: string[]) => async ({ seed, without = [] }: RunOptions): Promise<RunResult> => {
  const broken = needed.every((part) => !without.includes(part));
  const left = parts.filter((part) => !without.includes(part));
  return {
    seed, verdict: broken ? 'broken' : 'ok', ...(broken ? { invariant: 'K1', detail: `two orders, ${left.length} parts` } : {}), journalHash: '', simulatedMs: 0, intents: 0, entries: 0,
    tail: left, tally: new Tally(), parts: left,
  };
};

test('what is not needed for a failure is left out, and the failure is told as it then is', async () => {
  for (const needed of [[], ['halts'], ['crashes', 'freezes'], ['link faults', 'venue: order.find reset', 'halts'], parts]) {
    const run = runThatNeeds(...needed);
    const shrunk = await shrink(await run({ seed: 7, settle }), { seed: 7, settle }, run);
    assert.deepEqual(shrunk.needed, needed);
    assert.deepEqual([...shrunk.without].sort(), parts.filter((part) => !needed.includes(part)).sort());
    assert.equal(shrunk.detail, `two orders, ${needed.length} parts`);
    assert.ok(shrunk.runs <= 2 * parts.length);
  }
});

test('another failure than the one found is not what was looked for', async () => {
  const first = await runThatNeeds()({ seed: 7, settle });
  const other = async (options: RunOptions): Promise<RunResult> => ({ ...(await runThatNeeds()(options)), invariant: 'K3' });
  assert.deepEqual((await shrink(first, { seed: 7, settle }, other)).needed, parts);
});
