/**
 * A run of the real engine on real files, stopped at each of its writes and flushes in every way a machine may stop; what is left is
 * opened by the engine that would open it. BREAKWATER_CRASHES=all judges every variant, a number that many; BREAKWATER_SEED another run.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { judge } from './consistency/judge.ts';
import { variantsOf } from './consistency/variants.ts';
import { record } from './consistency/workload.ts';

const asked = process.env['BREAKWATER_CRASHES'] ?? '';
const [SAMPLE, BUDGET_MS] = [500, 45_000];
const seed = process.env['BREAKWATER_SEED'] ?? '1';

test('cut at every write and flush of a recorded run, the journal opens with every acknowledged entry, or names the loss where a disk has lied', async (context) => {
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir(); // flushes are what is modelled here, not what is waited for
  const base = mkdtempSync(join(memory, 'breakwater-consistency-'));
  try {
    const run = record(join(base, 'recorded'), seededRandom(`run ${seed}`), 60);
    const random = seededRandom(`variants ${seed}`);
    const all = run.points.flatMap((point) => variantsOf(point, random).map((variant) => ({ variant, promised: point.promised })));
    const chosen = asked === 'all' ? all : all.map((one) => ({ one, order: random.below(1_000_000) })).toSorted((a, b) => a.order - b.order).slice(0, asked === '' ? SAMPLE : Number(asked)).map(({ one }) => one);
    const counts = new Map<string, number>();
    const broken: string[] = [];
    let judged = 0;
    const startedMs = performance.now();
    for (const { variant, promised } of chosen) {
      if (asked === '' && performance.now() - startedMs > BUDGET_MS) break; // a slow machine judges fewer, in the same order
      judged += 1;
      const judgement = await judge(join(base, 'image'), variant, promised, run);
      const outcome = `${variant.mode} ${judgement.kind}${judgement.kind === 'named' ? ` (${judgement.code})` : ''}`;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (judgement.kind === 'broken') broken.push(`${variant.mode}, ${variant.how}, acknowledged ${promised.seq}: ${judgement.what}`);
    }
    context.diagnostic(`${judged} of ${all.length} variants at ${run.points.length} points, ${run.entries.length} entries: ${[...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
    assert.deepEqual(broken.slice(0, 10), [], `${broken.length} of ${judged} variants break a promise`);
    for (const mode of ['killed', 'power', 'liar']) assert.ok([...counts.keys()].some((outcome) => outcome.startsWith(mode)), mode);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
});
