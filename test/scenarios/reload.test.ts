/** Limits change while the runtime lives, dies and lives again: tighter at once, looser only by a person. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldOf } from '../../src/core/index.ts';
import { reload } from '../../src/door/index.ts';
import type { Reread } from '../../src/door/index.ts';
import type { LimitTexts } from '../../src/runtime/index.ts';
import { life as lifeOf, LIMITS } from '../kit/life.ts';
import type { Life, LifeOptions } from '../kit/life.ts';
import { BenchVenue } from '../kit/venue.ts';

/** An account without a position. */
const life = (options: LifeOptions = {}): Promise<Life> => lifeOf({ venues: [new BenchVenue({ held: { BTC: 0n } })], ...options });
const cause = { actor: 'operator:sam', correlationId: 'test' };
const HOUR_MS = 3_600_000;
const with_ = (maxPosition: string, more: Partial<LimitTexts> = {}): LimitTexts => ({ ...LIMITS, maxPosition: { default: maxPosition }, ...more });
const file = (limits: LimitTexts): Reread => ({ kind: 'read', limits, warnings: [] });
const people = { people: ['sam', 'kim'], withinMs: 24 * HOUR_MS };
const asks = (one: Life, limits: LimitTexts, by = 'sam') => reload(one.runtime, file(limits), { by, named: true, reason: 'a test' }, cause);
const approves = (one: Life, by = 'kim', forMs?: number) => one.runtime.limits.approve(heldOf(one.runtime.world.changes)?.id ?? 'none', { by, reason: 'looked at', forMs }, cause).outcome;

async function phaseOf(one: Life, key: string, quantityText: string): Promise<string> {
  await one.clock.until(one.ask(key, { quantityText }));
  const { phase, blocked } = one.order(key);
  return phase === 'blocked' ? `blocked by ${blocked?.control ?? ''}` : 'passed';
}

const settledOf = async (one: Life): Promise<void> => { await one.clock.runUntil(() => one.runtime.turns.durableSeq === one.runtime.turns.headSeq, 5_000); };

test('a tighter limit is in force before the answer: the next order is judged by it', async () => {
  const one = await life();
  const done = asks(one, with_('0.2'));
  assert.deepEqual(done.kind === 'taken' && done.inForce, [{ limit: 'maxPosition default', from: '10', to: '0.2', direction: 'tighter' }]);
  assert.equal(await phaseOf(one, 'a', '0.3'), 'blocked by position');
  assert.equal(await phaseOf(one, 'b', '0.2'), 'passed');
  assert.deepEqual(one.types().filter((type) => type.startsWith('limits.')).slice(-2), ['limits.agreed', 'limits.set']);
});

test('a looser limit is held until somebody else approves it, and the old one holds meanwhile', async () => {
  const one = await life({ settings: { limits: with_('0.2'), approvals: people } });
  const done = asks(one, with_('0.5'));
  assert.ok(done.kind === 'taken' && done.held !== undefined && done.inForce.length === 0);
  assert.equal(await phaseOf(one, 'a', '0.3'), 'blocked by position');
  assert.equal(approves(one, 'sam').kind, 'not-allowed', 'the one who asked');
  assert.equal(approves(one, 'pat').kind, 'not-allowed', 'somebody who is not named');
  assert.equal(await phaseOf(one, 'b', '0.3'), 'blocked by position');
  assert.equal(approves(one, 'kim').kind, 'done');
  assert.equal(await phaseOf(one, 'c', '0.3'), 'passed');
});

test('of a file that does both, the tighter part is in force and the looser part waits', async () => {
  const one = await life({ settings: { limits: with_('0.2') } });
  const done = asks(one, with_('0.5', { maxOrderQuantity: { default: '0.1' } }));
  assert.ok(done.kind === 'taken');
  assert.deepEqual([done.inForce.map(({ limit }) => limit), done.held?.changes.map(({ limit }) => limit)], [['maxOrderQuantity default'], ['maxPosition default']]);
  assert.equal(await phaseOf(one, 'a', '0.15'), 'blocked by order-quantity');
});

test('what is refused changes nothing, and the refusal is an entry', async () => {
  const one = await life();
  const before = one.runtime.world.limitsHash;
  const done = reload(one.runtime, { kind: 'refused', problems: ['breakwater.json:3:5 limits.maxPosition is not a plain decimal number'] }, { by: 'sam', named: true, reason: 'x' }, cause);
  await settledOf(one);
  assert.deepEqual([done.kind, one.runtime.world.limitsHash, one.types().at(-1)], ['refused', before, 'limits.reload-refused']);
});

test('what is held is void after its end, also without a restart, and cannot be approved then', async () => {
  const one = await life({ settings: { limits: with_('0.2'), approvals: { people: [], withinMs: HOUR_MS } } });
  asks(one, with_('0.5'));
  const id = heldOf(one.runtime.world.changes)?.id ?? '';
  await one.clock.runFor(HOUR_MS + 1_000);
  assert.equal(heldOf(one.runtime.world.changes), undefined);
  assert.equal(one.runtime.limits.approve(id, { by: 'kim', reason: 'late', forMs: undefined }, cause).outcome.kind, 'nothing-to-do');
  assert.equal(await phaseOf(one, 'a', '0.3'), 'blocked by position');
});

test('what was approved for a time ends by itself, in this life or in the next', async () => {
  for (const dies of [false, true]) {
    let one = await life({ settings: { limits: with_('0.2') } });
    asks(one, with_('0.5'));
    approves(one, 'kim', HOUR_MS);
    assert.equal(await phaseOf(one, 'a', '0.3'), 'passed');
    await one.clock.until(one.runtime.submit({ kind: 'cancel', orderId: one.order('a').id, by: 'sam', reason: 'test' }, cause));
    await settledOf(one);
    if (dies) {
      one.crash();
      one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.5') } });
      assert.equal(one.runtime.world.limits?.maxPositionUnits['BTC/USD'], 50_000_000n, 'its time is not over');
    }
    await one.clock.runFor(HOUR_MS + 1_000);
    assert.equal(one.runtime.world.limits?.maxPositionUnits['BTC/USD'], 20_000_000n);
    assert.equal(one.types().includes('limits.approved'), true);
  }
});

test('a restart with a looser file is no way around approval; one with a tighter file is in force', async () => {
  let one = await life({ settings: { limits: with_('0.2') } });
  one.crash();
  one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.5') } });
  assert.equal(await phaseOf(one, 'a', '0.3'), 'blocked by position');
  const held = heldOf(one.runtime.world.changes);
  assert.deepEqual([held?.named, held?.changes.map(({ limit }) => limit)], [false, ['maxPosition default']]);
  one.crash();
  one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.5') } });
  assert.equal(heldOf(one.runtime.world.changes)?.id, held?.id, 'another start asks for the same once');
  one.crash();
  one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.1') } });
  assert.equal(await phaseOf(one, 'b', '0.15'), 'blocked by position');
  assert.equal(heldOf(one.runtime.world.changes), undefined, 'nothing looser is asked for any more');
});

test('with two people named, what a start asked for is approved by nobody until one of them has asked by name', async () => {
  let one = await life({ settings: { limits: with_('0.2'), approvals: people } });
  one.crash();
  one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.5'), approvals: people } });
  assert.equal(approves(one, 'kim').kind, 'not-allowed');
  asks(one, with_('0.5'), 'sam');
  assert.equal(approves(one, 'sam').kind, 'not-allowed');
  assert.equal(approves(one, 'kim').kind, 'done');
});

test('a runtime that dies between proposal and approval finds the proposal again, whatever of it was on the disk', async () => {
  for (const kept of [0, 1, 2, 3]) {
    let one = await life({ settings: { limits: with_('0.2') } });
    asks(one, with_('0.5', { maxOrderQuantity: { default: '0.1' } }));
    one.crash(kept);
    one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.5', { maxOrderQuantity: { default: '0.1' } }) } });
    assert.deepEqual(heldOf(one.runtime.world.changes)?.changes.map(({ limit }) => limit), ['maxPosition default'], `${kept} entries kept`);
    assert.equal(await phaseOf(one, 'a', '0.3'), 'blocked by order-quantity');
    approves(one);
    one.crash(kept);
    one = await life({ clock: one.clock, disk: one.disk, settings: { limits: with_('0.5', { maxOrderQuantity: { default: '0.1' } }) } });
    assert.equal(one.runtime.world.limits?.maxPositionUnits['BTC/USD'], kept === 0 ? 20_000_000n : 50_000_000n, `${kept} entries of the approval kept`);
  }
});

test('a limit that is taken out blocks at once, and comes back as it was; no looser', async () => {
  const one = await life();
  const { maxPosition: _, ...rest } = LIMITS;
  asks(one, { ...rest, maxPosition: {} });
  assert.equal(await phaseOf(one, 'a', '0.3'), 'blocked by position');
  asks(one, with_('11'));
  assert.equal(await phaseOf(one, 'b', '0.3'), 'passed');
  assert.deepEqual([one.runtime.world.limits?.maxPositionUnits['BTC/USD'], heldOf(one.runtime.world.changes)?.changes.map(({ from, to }) => [from, to])], [1_000_000_000n, [['10', '11']]]);
});
