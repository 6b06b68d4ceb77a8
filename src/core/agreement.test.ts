import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bench, SYMBOL } from '../../test/kit/core.ts';
import { agreedOf, changesBetween, heldOf, limitsFor, nextEndOf } from './limits/index.ts';
import type { LimitTexts } from './limits/index.ts';

const texts = (maxPosition: string): LimitTexts => ({
  maxOrderValue: { default: { text: '1000000', asset: 'USD' } }, maxPosition: { default: maxPosition }, priceCollarPpm: { default: 50_000 }, priceMaxAgeMs: 10_000, maxShort: { default: '10' }, rateMaxAgeMs: 60_000,
  maxOrderQuantity: { default: '100' }, maxSpreadPpm: { default: 50_000 }, messageRate: { strategy: { most: 99, withinMs: 1_000 }, venue: { most: 99, withinMs: 1_000 }, system: { most: 99, withinMs: 1_000 } },
  none: ['priceDrift', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'risk.maxDailyLoss'],
});
const HOUR_MS = 3_600_000;

const bench = (): Bench => Bench.ready({ held: { BTC: '0', USD: '1000000' } });
const offers = (one: Bench, maxPosition: string, by = 'sam') => one.take({ kind: 'offer-limits', texts: texts(maxPosition), by, named: true, reason: 'a test', holdForMs: 24 * HOUR_MS });
const approves = (one: Bench, untilMs?: number) => one.take({ kind: 'approve-limits', id: heldOf(one.world.changes)?.id ?? 'none', by: 'kim', reason: 'looked at', people: [], ...(untilMs === undefined ? {} : { untilMs }) });
const inForce = (one: Bench): bigint | undefined => one.world.limits?.maxPositionUnits[SYMBOL];

test('E2: the first order after the end of what was approved for a time is judged by what it fell back to', () => {
  const one = bench();
  offers(one, '0.2');
  offers(one, '0.5');
  approves(one, one.nowMs + HOUR_MS);
  assert.equal(inForce(one), 50_000_000n);
  one.later(HOUR_MS);
  one.reconcile({ balances: one.balances() });
  const { facts } = one.signal({ key: 'a', quantityText: '0.3' });
  assert.deepEqual(facts.map(({ type }) => type), ['limits.agreed', 'limits.set', 'order.intended', 'order.blocked']);
  assert.equal(nextEndOf(one.world.changes), undefined);
});

test('A1: whatever is offered, approved and let run out, what is in force was let pass by a person or is tighter', () => {
  const steps = fc.array(fc.oneof(
    fc.record({ does: fc.constant('offer' as const), maxPosition: fc.constantFrom('0.1', '0.2', '0.3', '0.4', '0.5') }),
    fc.record({ does: fc.constant('approve' as const), forMs: fc.constantFrom(undefined, HOUR_MS) }),
    fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(HOUR_MS - 1, HOUR_MS, 25 * HOUR_MS) }),
    fc.record({ does: fc.constant('crash' as const), lost: fc.constantFrom(0, 1, 2) }),
  ), { maxLength: 25, size: 'max' });
  fc.assert(fc.property(steps, (history) => {
    const one = bench();
    offers(one, '0.3');
    for (const step of history) {
      const before = inForce(one) ?? 0n;
      if (step.does === 'offer') {
        offers(one, step.maxPosition);
        assert.ok((inForce(one) ?? 0n) <= before, 'an offer loosens nothing');
        assert.ok((inForce(one) ?? 0n) <= BigInt(Number(step.maxPosition) * 10) * 10_000_000n, 'and what is tighter is in force at once');
      } else if (step.does === 'approve') {
        const held = heldOf(one.world.changes);
        const voided = held !== undefined && one.nowMs >= held.endsAtMs;
        const { outcome } = approves(one, step.forMs === undefined ? undefined : one.nowMs + step.forMs);
        assert.equal(outcome.kind, held === undefined || voided ? 'nothing-to-do' : 'done');
      } else if (step.does === 'wait') {
        one.later(step.ms);
        one.take({ kind: 'limits-passed' });
        assert.ok((inForce(one) ?? 0n) <= before, 'time loosens nothing');
        assert.ok((nextEndOf(one.world.changes) ?? Infinity) > one.nowMs);
      } else if (one.journal.length - step.lost > 12) {
        one.crash(one.journal.length - step.lost);
        one.take({ kind: 'limits-passed' });
      }
      const agreed = agreedOf(one.world.changes);
      const held = heldOf(one.world.changes);
      if (agreed !== undefined && held !== undefined) assert.ok(changesBetween(agreed.texts, held.texts).every(({ direction }) => direction !== 'tighter'), 'nothing tighter waits');
    }
  }), { numRuns: 200 });
});

test('E1: limits are agreed before an instrument is listed, and counted in its units once it is', () => {
  const one = new Bench();
  one.boot();
  offers(one, '0.3');
  one.take({ kind: 'configure', limits: limitsFor(texts('0.3'), one.world.market), venues: [one.profile], by: 'test' });
  one.list();
  assert.equal(inForce(one), undefined);
  one.take({ kind: 'offer-limits', texts: texts('0.3'), by: 'a start', named: false, reason: 'x', holdForMs: HOUR_MS });
  assert.equal(inForce(one), 30_000_000n);
});
