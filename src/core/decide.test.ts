import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, SYMBOL, VENUE, assertSameWorlds, btcUsd, fillOf, limits, routed } from '../../test/kit/core.ts';
import { imbalances, isFinal, orderById } from './index.ts';
import type { Input } from './index.ts';

const typesOf = (facts: readonly { readonly type: string }[]): readonly string[] => facts.map((fact) => fact.type);

const signalOf = (key: string): Input => ({ kind: 'signal', routed: routed({ key }) });

/** One turn cut short after every number of its entries, each time on a fresh copy of the same story. */
function cutShort(story: () => Bench, input: (bench: Bench) => Input, then: (bench: Bench, kept: number, facts: readonly string[]) => void): void {
  const whole = story();
  const before = whole.journal.length;
  const facts = typesOf(whole.take(input(whole)).facts);
  for (let kept = 0; kept <= facts.length; kept++) {
    const bench = story();
    bench.take(input(bench));
    bench.crash(before + kept);
    bench.configure();
    bench.list();
    bench.quote();
    then(bench, kept, facts);
    assert.deepEqual([...imbalances(bench.world.ledger)], []);
    assertSameWorlds(bench);
  }
}

test('a signal cut short leaves no order, a waiting one, or one that is asked for; the same signal again gives the same order', () => {
  cutShort(() => Bench.ready(), () => signalOf('a'), (bench, kept) => {
    const { outcome } = bench.take(signalOf('a'));
    assert.equal(outcome.kind === 'order' && outcome.repeated, kept > 0);
    assert.equal(bench.world.orders.live.size, 1);
    assert.deepEqual(bench.dueKinds(), kept === 3 ? ['find'] : ['release'], `${kept} entries kept`);
    bench.reconcile();
    bench.take({ kind: 'release', orderId: bench.order('a').id });
    assert.equal(bench.phase('a'), kept === 3 ? 'unknown' : 'sending');
    assert.equal(bench.order('a').attempt, 1);
  });
});

test('a proof of absence cut short is proven again, and the order is sent once', () => {
  const story = (): Bench => {
    const bench = Bench.ready();
    bench.doubted('a');
    bench.later(30_000);
    bench.absent('a');
    bench.later(1_000);
    return bench;
  };
  cutShort(story, (bench) => ({ kind: 'find-answered', orderId: bench.order('a').id, result: { kind: 'absent', source: 'GET' }, askedAtMs: bench.nowMs }), (bench, kept, facts) => {
    assert.deepEqual(facts, ['order.unseen', 'order.absent', 'order.prepared', 'order.sending']);
    bench.reconcile();
    bench.take({ kind: 'release', orderId: bench.order('a').id });
    assert.equal(bench.phase('a'), kept < 2 || kept === 4 ? 'unknown' : 'sending');
    if (kept >= 2) assert.equal(bench.order('a').attempt, 2);
  });
});

test('a person\'s word that an order is not there ends it, and cut short it is never sent again', () => {
  const story = (): Bench => {
    const bench = Bench.ready();
    bench.doubted('a');
    return bench;
  };
  const resolve = (bench: Bench): Input => ({ kind: 'resolve', orderId: bench.order('a').id, outcome: 'absent', by: 'sam', reason: 'they said so on the phone' });
  cutShort(story, resolve, (bench, kept, facts) => {
    assert.deepEqual(facts.at(-1), 'order.abandoned');
    bench.reconcile();
    for (const duty of bench.due()) if (duty.kind === 'release') bench.take({ kind: 'release', orderId: duty.orderId });
    assert.ok(bench.phase('a') === 'unknown' || bench.phase('a') === 'abandoned', `${kept} entries kept: ${bench.phase('a')}`);
    bench.take(resolve(bench));
    assert.equal(bench.phase('a'), 'abandoned');
    assert.equal(bench.world.ledger.reservations.size, 0);
  });
});

test('a person\'s word is needed only where nothing else tells', () => {
  const bench = Bench.ready();
  const resolve = (key: string): string => bench.take({ kind: 'resolve', orderId: bench.order(key).id, outcome: 'absent', by: 'sam', reason: 'x' }).outcome.kind;
  bench.sent('sending');
  bench.working('working');
  assert.deepEqual([resolve('sending'), resolve('working')], ['nothing-to-do', 'nothing-to-do']);
  assert.equal(bench.take({ kind: 'resolve', orderId: 'nobody', outcome: 'absent', by: 'sam', reason: 'x' }).outcome.kind, 'no-such-order');
  const never = Bench.ready({ orderIds: 'none' });
  never.doubted('a');
  for (let i = 0; i < 10; i++) {
    never.later(60_000);
    never.absent('a');
  }
  assert.equal(never.phase('a'), 'unknown', 'no count of reads ends it where a name is not kept');
  never.take({ kind: 'resolve', orderId: never.order('a').id, outcome: 'absent', by: 'sam', reason: 'x' });
  assert.equal(never.phase('a'), 'abandoned');
});

test('an answer cut short is found again by asking', () => {
  const story = (): Bench => {
    const bench = Bench.ready();
    bench.sent('a', { quantityText: '1' });
    return bench;
  };
  cutShort(story, (bench) => ({ kind: 'submit-answered', orderId: bench.order('a').id, attempt: 1, result: { kind: 'accepted', report: bench.report('a', { state: 'filled', filledUnits: BTC }) } }), (bench) => {
    for (const duty of bench.due()) if (duty.kind === 'find') bench.found('a', { state: 'filled', filledUnits: BTC });
    bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
    assert.equal(bench.phase('a'), 'booked');
  });
});

test('a reading of executions cut short is read again from where it began, and books each of them once', () => {
  const story = (): Bench => {
    const bench = Bench.ready();
    bench.working('a', { quantityText: '1' });
    bench.reports('a', { state: 'filled', filledUnits: BTC });
    return bench;
  };
  const read = (bench: Bench): Input => ({
    kind: 'activity', venue: VENUE,
    activity: { fills: [1n, 2n, 3n, BTC - 6n].map((units, index) => fillOf(bench.order('a'), `f${index}`, units, { atMs: index })), fees: [{ feeId: 'r', asset: 'BTC', amountText: '0.001', throughMs: 50 }], cursor: '9' },
  });
  const whole = story();
  whole.take(read(whole));
  cutShort(story, read, (bench) => {
    bench.take(read(bench));
    for (const duty of bench.due()) if (duty.kind === 'release') bench.take({ kind: 'release', orderId: duty.orderId });
    for (const table of ['balances', 'fills', 'fees', 'pendingFees', 'reservations'] as const) assert.equal(bench.world.ledger[table].digest(), whole.world.ledger[table].digest(), table);
    assert.deepEqual([bench.phase('a'), bench.world.ledger.cursors.get(VENUE)], ['booked', '9']);
  });
});

test('a whole look cut short has reconciled nothing, and the next one ends where it would have', () => {
  const story = (): Bench => {
    const bench = new Bench();
    bench.boot();
    bench.configure();
    bench.list();
    return bench;
  };
  const look: Input = { kind: 'reconciled', venue: VENUE, reading: { openOrders: [], looked: [], balances: { assets: { BTC: '1', USD: '5' }, blocked: undefined }, activity: { fills: [], fees: [], cursor: '1' }, quiet: true } };
  cutShort(story, () => look, (bench) => {
    assert.equal(bench.world.ledger.reconciled.size, 0, 'a new life reconciles for itself');
    bench.take(look);
    assert.deepEqual([bench.world.ledger.reconciled.get(VENUE)?.agreed, bench.balances()], [true, { BTC: '1', USD: '5' }]);
  });
});

test('a halt cut short is finished by saying it again', () => {
  const story = (): Bench => {
    const bench = Bench.ready();
    for (const key of ['a', 'b', 'c']) bench.working(key);
    return bench;
  };
  const halt: Input = { kind: 'halt', by: 'sam', reason: 'enough', cancelOrders: true };
  cutShort(story, () => halt, (bench) => {
    bench.take(halt);
    assert.equal(bench.world.gate.state, 'HALTED');
    for (const key of ['a', 'b', 'c']) assert.ok(bench.order(key).cancelSeq > 0);
  });
});

test('a configuration is written down when it changes, and not otherwise', () => {
  const bench = Bench.ready();
  const configure = (changes: object): readonly string[] => bench.types({ kind: 'configure', venues: [bench.profile], limits: { ...limits, ...changes }, by: 'test' });
  assert.deepEqual(configure({}), []);
  assert.deepEqual(configure({ priceMaxAgeMs: 5 }), ['limits.set']);
  assert.deepEqual(configure({ priceMaxAgeMs: 5 }), []);
  assert.deepEqual(bench.types({ kind: 'configure', venues: [{ ...bench.profile, submitTimeoutMs: 7 }], limits: { ...limits, priceMaxAgeMs: 5 }, by: 'test' }), ['venue.listed']);
  assert.deepEqual(bench.types({ kind: 'instruments', venue: VENUE, instruments: [btcUsd] }), []);
});

test('words to nobody change nothing and say so', () => {
  const bench = Bench.ready();
  const before = bench.journal.length;
  const strangers: readonly Input[] = [
    { kind: 'release', orderId: 'x' }, { kind: 'submit-answered', orderId: 'x', attempt: 1, result: { kind: 'unknown', why: '' } }, { kind: 'cancel', orderId: 'x', by: 'sam', reason: '' },
    { kind: 'find-answered', orderId: 'x', result: { kind: 'absent', source: '' }, askedAtMs: 0 }, { kind: 'cancel-answered', orderId: 'x', result: { kind: 'requested' } },
    { kind: 'release-instrument', venue: VENUE, symbol: SYMBOL, by: 'sam', reason: '' }, { kind: 'adopt-balance', venue: VENUE, asset: 'BTC', by: 'sam', reason: '' }, { kind: 'resume', by: 'sam', reason: '' },
    { kind: 'reconciled', venue: 'elsewhere', reading: { openOrders: [], looked: [], balances: { assets: {}, blocked: undefined }, activity: { fills: [], fees: [], cursor: '' }, quiet: true } },
  ];
  for (const input of strangers) assert.match(bench.take(input).outcome.kind, /no-such-order|nothing-to-do/, input.kind);
  assert.equal(bench.journal.length, before);
});

test('every input is answered by the same facts wherever it is taken: deciding has no memory of its own', () => {
  const [one, other] = [Bench.ready(), Bench.ready()];
  for (const bench of [one, other]) {
    bench.working('a', { quantityText: '1' });
    bench.doubted('b');
    bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
    bench.reports('a', { state: 'filled', filledUnits: BTC });
    bench.reconcile({ balances: { BTC: '1', USD: '1' } });
  }
  const written = (bench: Bench): readonly string[] => bench.journal.map(({ type, payload, header }) => `${header.seq} ${type} ${new TextDecoder().decode(payload)}`);
  assert.deepEqual(written(one), written(other));
  assert.ok(isFinal(orderById(one.world.orders, one.order('a').id)?.phase ?? 'sending'));
});
