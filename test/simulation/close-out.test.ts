import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../src/edges/clock/index.ts';
import { simulate } from '../../src/sim/index.ts';

const SEEDS = 30;
const LITTLE = '8'; // USD: half of the runs lose as much

test(`C27, K19: over ${SEEDS} seeds a loss closes everything by itself, once, through whatever dies and lies meanwhile, by the exchange's own log`, async () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { verdict, invariant, detail, tally, tail } = await simulate({ seed, settle, closesAtLoss: LITTLE });
    assert.equal(verdict, 'ok', `seed ${seed}: ${invariant ?? ''} ${detail ?? ''}\n${tail.slice(-40).join('\n')}`);
    for (const [state, times] of tally.states) seen.set(state, (seen.get(state) ?? 0) + times);
  }
  const often = (state: string): number => seen.get(state) ?? 0;
  assert.ok(often('the loss limit: flatten begun') >= 10, `${often('the loss limit: flatten begun')} times it closed by itself`);
  assert.ok(often('a stop was interrupted by a crash') >= 10 && often('stopped with a position') >= 10);
});
