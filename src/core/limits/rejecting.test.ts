import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, SYMBOL, VENUE } from '../../../test/kit/core.ts';
import { heldOf } from './changing.ts';
import type { LimitTexts } from './texts.ts';

const HOUR_MS = 3_600_000;
const texts = (maxPosition: string): LimitTexts => ({ maxOrderValue: {}, maxPosition: { default: maxPosition }, priceCollarPpm: {} });

/** A bench on which looser limits wait, asked for by sam. */
function waiting(): { readonly one: Bench; readonly id: string } {
  const one = Bench.ready({ held: { BTC: '0', USD: '1000000' } });
  for (const most of ['0.2', '0.5']) one.take({ kind: 'offer-limits', texts: texts(most), by: 'sam', named: true, reason: 'a test', holdForMs: HOUR_MS });
  return { one, id: heldOf(one.world.changes)?.id ?? 'none' };
}
function overriding(): { readonly one: Bench; readonly id: string } {
  const { one } = waiting();
  one.take({ kind: 'ask-override', control: 'position', venue: VENUE, symbol: SYMBOL, strategy: 'trend', side: 'buy', mostUnits: 1n, by: 'sam', reason: 'a hedge', endsAtMs: one.nowMs + HOUR_MS / 2 });
  return { one, id: [...one.world.changes.overrides.keys()][0] ?? 'none' };
}
const rejects = (one: Bench, id: string, by: string, people: readonly string[] = []) => one.take({ kind: 'reject-limits', id, by, reason: 'no', people });
const approves = (one: Bench, id: string) => one.take({ kind: 'approve-limits', id, by: 'kim', reason: 'yes', people: [] }).outcome.kind;

test('J1: what is rejected is gone, nobody approves it any more, and what is in force has not changed', () => {
  const { one, id } = waiting();
  const before = one.world.limitsHash;
  const { outcome, facts } = rejects(one, id, 'kim');
  assert.deepEqual([outcome.kind, facts], ['done', [{ type: 'limits.rejected', id, by: 'kim', reason: 'no', withdrawn: false }]]);
  assert.equal(approves(one, id), 'nothing-to-do');
  assert.equal(rejects(one, id, 'kim').outcome.kind, 'nothing-to-do');
  assert.equal(one.world.limitsHash, before);
  one.take({ kind: 'offer-limits', texts: texts('0.5'), by: 'sam', named: true, reason: 'again', holdForMs: HOUR_MS });
  assert.notEqual(heldOf(one.world.changes)?.id, undefined, 'the same may be asked for again');
});

test('J2: whoever asked withdraws it, whoever may approve rejects it, and nobody else does where people are named', () => {
  for (const begin of [waiting, overriding]) {
    for (const [by, kind] of [['max', 'not-allowed'], ['kim', 'done'], ['Sam ', 'done']] as const) {
      const { one, id } = begin();
      const { outcome, facts } = rejects(one, id, by, ['kim', 'ann']);
      assert.equal(outcome.kind, kind, `${by} of ${id}`);
      if (kind === 'done') assert.equal(facts[0]?.type === 'limits.rejected' && facts[0].withdrawn, by === 'Sam ');
      else assert.deepEqual(facts, []);
    }
  }
});

test('J3: an override that was granted is taken back by anybody with a name', () => {
  const { one, id } = overriding();
  assert.equal(one.take({ kind: 'grant-override', id, by: 'kim', reason: 'yes', people: ['kim', 'ann'] }).outcome.kind, 'done');
  assert.equal(rejects(one, id, 'max', ['kim', 'ann']).outcome.kind, 'done');
  assert.equal(one.world.changes.overrides.size, 0);
});

test('what has ended is not rejected, and rejecting one thing leaves the other', () => {
  const { one, id } = overriding();
  assert.equal(rejects(one, id, 'sam').outcome.kind, 'done');
  assert.equal(heldOf(one.world.changes)?.by, 'sam');
  one.later(HOUR_MS);
  assert.equal(rejects(one, heldOf(one.world.changes)?.id ?? '', 'sam').outcome.kind, 'nothing-to-do');
});
