import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench } from '../../../test/kit/core.ts';
import { LIMITS } from '../../../test/kit/life.ts';
import { agreedOf, heldOf } from './index.ts';
import type { LimitTexts } from './index.ts';

const HOUR_MS = 3_600_000;
const limited = (position: string, quantity: string): LimitTexts => ({ ...LIMITS, maxPosition: { default: position }, maxOrderQuantity: { default: quantity } });

for (const endsFirst of [false, true]) {
  test(`O6: what was let pass for a time does not stay by the approval of something else, unless who approved was shown it${endsFirst ? '; its time was over before' : ''}`, () => {
    const bench = Bench.ready();
    const offer = (texts: LimitTexts) => bench.take({ kind: 'offer-limits', texts, by: 'ann', named: true, reason: 'a test', holdForMs: HOUR_MS });
    const approve = (more: { readonly untilMs?: number } = {}) => bench.take({ kind: 'approve-limits', id: heldOf(bench.world.changes)?.id ?? 'none', by: 'bob', reason: 'looked at', people: ['ann', 'bob'], ...more });
    const position = (): string | undefined => agreedOf(bench.world.changes)?.texts.maxPosition['default'];
    offer(limited('1', '1'));
    offer(limited('10', '1'));
    approve({ untilMs: bench.nowMs + HOUR_MS / 6 }); // ten times the position, for ten minutes
    bench.later(HOUR_MS / 60);
    offer(limited('10', '1.1')); // the file as it is, and a little more of something else
    if (endsFirst) {
      bench.later(HOUR_MS / 6);
      bench.take({ kind: 'limits-passed' });
      assert.equal(position(), '1');
    }
    assert.deepEqual(heldOf(bench.world.changes)?.changes.map(({ limit }) => limit).toSorted(), ['maxOrderQuantity default', 'maxPosition default']);
    assert.equal(approve().outcome.kind, 'done');
    assert.equal(position(), '10', 'all of it was shown');
  });
}
