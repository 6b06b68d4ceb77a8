import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instrument } from '../base/index.ts';
import { available, gold, openFloor, placed, refusal, stateOf, words } from './fixture.ts';

const house = { price: { 'GOLD/USD': { kind: 'manual', startPrice: '100' } } } as const;
const prices = (trades: readonly { price: string; quantity: string }[]) => trades.map(({ price, quantity }) => `${quantity} @ ${price}`);

test('a better price goes first, and at one price the earlier order', async () => {
  const { exchange } = await openFloor();
  const late = await placed(exchange, 'ann', 'sell 1 @ 101');
  const first = await placed(exchange, 'ann', 'sell 1 @ 100');
  const second = await placed(exchange, 'ann', 'sell 1 @ 100');
  await placed(exchange, 'bob', 'buy 1.5 @ 101');
  assert.deepEqual([first, second, late].map((order) => stateOf(exchange, order)), ['filled 1', 'partially-filled 0.5', 'new 0']);
  assert.deepEqual(prices(exchange.trades('bob')), ['1 @ 100', '0.5 @ 100']);
});

test('a trade happens at the price of the order that was there first, and the rest of the hold comes free', async () => {
  const { exchange } = await openFloor();
  await placed(exchange, 'ann', 'sell 2 @ 100');
  const buy = await placed(exchange, 'bob', 'buy 3 @ 110');
  assert.equal(stateOf(exchange, buy), 'partially-filled 2');
  assert.equal(exchange.order('bob', buy.id)?.filledValue, '200');
  assert.deepEqual(exchange.account('bob').balances.USD, { total: '999800', held: '110' });
  assert.deepEqual(exchange.account('ann').balances.USD, { total: '1000200', held: '0' });
});

test('an order is told of as accepted, new, partly filled, filled, in this sequence and with its figures', async () => {
  const { exchange, heard } = await openFloor();
  await placed(exchange, 'ann', 'sell 1 @ 100');
  await placed(exchange, 'ann', 'sell 1 @ 101');
  heard.length = 0;
  const answer = await placed(exchange, 'bob', 'buy 2 @ 101', 'b1');
  assert.equal(answer.state, 'accepted');
  const mine = heard.filter(({ order }) => order.clientOrderId === 'b1');
  assert.deepEqual(mine.map(({ kind, order }) => [kind, order.state, order.filledQuantity]), [
    ['accepted', 'accepted', '0'], ['new', 'new', '0'], ['partial-fill', 'partially-filled', '1'], ['fill', 'filled', '2'],
  ]);
  assert.deepEqual(mine.map(({ trade }) => trade && [trade.quantity, trade.leavesQuantity, trade.cumulativeQuantity]), [undefined, undefined, ['1', '1', '1'], ['1', '0', '2']]);
  assert.equal(mine[3]?.positionQuantity, '1002');
});

test('immediate-or-cancel never rests; fill-or-kill is filled whole or not at all', async () => {
  const { exchange } = await openFloor();
  await placed(exchange, 'ann', 'sell 1 @ 100');
  const kill = await placed(exchange, 'bob', 'buy 2 @ 100 fok');
  const ioc = await placed(exchange, 'bob', 'buy 2 @ 100 ioc');
  assert.deepEqual([stateOf(exchange, kill), stateOf(exchange, ioc)], ['cancelled 0', 'cancelled 1']);
  await placed(exchange, 'ann', 'sell 2 @ 100');
  assert.equal(stateOf(exchange, await placed(exchange, 'bob', 'buy 2 @ 100 fok')), 'filled 2');
  assert.equal(available(exchange, 'bob', 'USD'), '999700');
});

test('a market order goes through the levels of the house and pays worse prices as it goes', async () => {
  const { exchange } = await openFloor(house);
  const order = await placed(exchange, 'bob', 'buy 300 market');
  assert.match(stateOf(exchange, order), /^filled 300$/);
  const paid = exchange.trades('bob').map(({ price }) => Number(price));
  assert.ok(paid.length > 1 && paid.every((price, index) => price > (paid[index - 1] ?? 100)));
});

test('what the house does not have is not invented: a market order beyond all levels ends partly filled', async () => {
  const { exchange } = await openFloor(house);
  const order = await placed(exchange, 'bob', 'buy 5000 market');
  const { state, filledQuantity, reason } = exchange.order('bob', order.id) ?? {};
  assert.equal(state, 'cancelled');
  assert.equal(reason, 'nothing more to trade with');
  assert.ok(Number(filledQuantity) > 0);
});

test('a resting limit is filled at its own price when the market comes to it, over several moves if it is large', async () => {
  const { exchange } = await openFloor(house);
  const small = await placed(exchange, 'bob', 'buy 1 @ 98');
  const large = await placed(exchange, 'bob', 'buy 2000 @ 97');
  assert.equal(stateOf(exchange, small), 'new 0');
  await exchange.move('GOLD/USD', '97.9');
  assert.equal(stateOf(exchange, small), 'filled 1');
  assert.equal(exchange.trades('bob')[0]?.price, '98');
  for (let move = 0; move < 9; move++) await exchange.move('GOLD/USD', '96');
  assert.equal(stateOf(exchange, large), 'filled 2000');
  assert.ok(exchange.trades('bob').length > 3);
});

test('a stop-limit waits for its stop, then trades like a limit', async () => {
  const { exchange } = await openFloor(house);
  const buy = await placed(exchange, 'bob', 'buy 1 @ 106 stop 105');
  const sell = await placed(exchange, 'bob', 'sell 1 @ 94 stop 95');
  await exchange.move('GOLD/USD', '104.99');
  assert.deepEqual([stateOf(exchange, buy), stateOf(exchange, sell)], ['new 0', 'new 0']);
  await exchange.move('GOLD/USD', '105');
  assert.equal(stateOf(exchange, buy), 'filled 1');
  await exchange.move('GOLD/USD', '95');
  assert.equal(stateOf(exchange, sell), 'filled 1');
});

test('fees come out of what is received, rounded up, and are shown once the period is over', async () => {
  const { exchange, clock } = await openFloor({ fees: { makerPpm: 1_000n, takerPpm: 2_000n, periodMs: 60_000 } });
  exchange.start();
  await placed(exchange, 'ann', 'sell 1 @ 100');
  await placed(exchange, 'bob', 'buy 1 @ 100');
  assert.equal(exchange.account('ann').balances.USD?.total, '1000099.9');
  assert.equal(exchange.account('bob').balances.GOLD?.total, '1000.998');
  assert.deepEqual(exchange.fees('bob'), []);
  await placed(exchange, 'ann', 'sell 0.1 @ 200');
  await placed(exchange, 'bob', 'buy 0.1 @ 200'); // 0.0002 GOLD, rounded up to 0.001
  clock.pass(60_000);
  await exchange.stop();
  assert.deepEqual(exchange.fees('bob').map(({ asset, amount, throughMs }) => [asset, amount, throughMs]), [['GOLD', '0.003', 1_020_000]]);
  assert.deepEqual(exchange.fees('ann').map(({ asset, amount }) => [asset, amount]), [['USD', '0.12']]);
});

test('what is held for one order cannot pay for another, and comes back with the cancel', async () => {
  const { exchange } = await openFloor();
  const order = await placed(exchange, 'bob', 'buy 9000 @ 100');
  assert.deepEqual(await exchange.place('bob', words('buy 2000 @ 100')), {
    kind: 'refused', refusal: { reason: 'insufficient-balance', asset: 'USD', requested: '200000', available: '100000', balance: '1000000' },
  });
  assert.equal(await refusal(exchange, 'bob', 'sell 1000.001 @ 100'), 'insufficient-balance');
  assert.deepEqual(await exchange.cancel('bob', order.id), { kind: 'requested' });
  assert.equal(stateOf(exchange, order), 'cancelled 0');
  assert.equal(available(exchange, 'bob', 'USD'), '1000000');
});

test('a final order cannot be cancelled, and nobody cancels or sees the orders of another', async () => {
  const { exchange } = await openFloor();
  const order = await placed(exchange, 'bob', 'buy 1 @ 100');
  assert.deepEqual(await exchange.cancel('ann', order.id), { kind: 'not-found' });
  assert.equal(exchange.order('ann', order.id), undefined);
  await exchange.cancel('bob', order.id);
  assert.deepEqual(await exchange.cancel('bob', order.id), { kind: 'not-cancelable', state: 'cancelled' });
});

test('with a delayed cancel the order can still be filled in between: whichever comes first, counts', async () => {
  const { exchange, clock } = await openFloor({ cancelDelayMs: 50 });
  exchange.start();
  const [hit, missed] = [await placed(exchange, 'bob', 'buy 1 @ 100'), await placed(exchange, 'bob', 'buy 1 @ 99')];
  for (const { id } of [hit, missed]) assert.equal((await exchange.cancel('bob', id)).kind, 'requested');
  await placed(exchange, 'ann', 'sell 1 @ 100');
  clock.pass(50);
  await exchange.stop();
  assert.deepEqual([stateOf(exchange, hit), stateOf(exchange, missed)], ['filled 1', 'cancelled 0']);
});

test('acceptance may take its time: an order is accepted first and enters the book later', async () => {
  const { exchange, clock, heard } = await openFloor({ acceptDelayMs: 20 });
  exchange.start();
  const order = await placed(exchange, 'bob', 'buy 1 @ 100');
  assert.equal(stateOf(exchange, order), 'accepted 0');
  assert.deepEqual(await exchange.replace('bob', order.id, { quantity: '2' }), { kind: 'not-replaceable', state: 'accepted' });
  clock.pass(20);
  await exchange.stop();
  assert.deepEqual(heard.map(({ kind }) => kind), ['accepted', 'new']);
});

test('an order of an account that is blocked meanwhile is rejected after its acceptance', async () => {
  const { exchange, clock } = await openFloor({ acceptDelayMs: 20 });
  exchange.start();
  const order = await placed(exchange, 'bob', 'buy 1 @ 100');
  await exchange.blockAccount('bob', 'under review');
  clock.pass(20);
  await exchange.stop();
  assert.equal(stateOf(exchange, order), 'rejected 0');
  assert.equal(await refusal(exchange, 'bob', 'buy 1 @ 100'), 'account-blocked');
  await exchange.blockAccount('bob', undefined);
  assert.equal(await refusal(exchange, 'bob', 'buy 1 @ 100'), 'placed');
});

test('a replaced order ends, and its successor has a new id, the new terms and a new place in the queue', async () => {
  const { exchange, heard } = await openFloor();
  const old = await placed(exchange, 'bob', 'buy 2 @ 100', 'one');
  const rival = await placed(exchange, 'bob', 'buy 1 @ 100');
  await placed(exchange, 'ann', 'sell 0.5 @ 100');
  heard.length = 0;
  const result = await exchange.replace('bob', old.id, { quantity: '1', clientOrderId: 'two' });
  assert.equal(result.kind, 'replaced');
  const next = exchange.orderByClientId('bob', 'two');
  assert.deepEqual([next?.replaces, exchange.order('bob', old.id)?.replacedBy, exchange.order('bob', old.id)?.state], [old.id, next?.id, 'replaced']);
  assert.deepEqual(heard.map(({ kind }) => kind), ['replaced', 'accepted', 'new']);
  await placed(exchange, 'ann', 'sell 1 @ 100');
  assert.deepEqual([stateOf(exchange, rival), next && stateOf(exchange, next)], ['filled 1', 'new 0']);
});

test('a replacement that is refused leaves the old order as it was', async () => {
  const { exchange } = await openFloor();
  const old = await placed(exchange, 'bob', 'buy 9000 @ 100');
  assert.equal((await exchange.replace('bob', old.id, { quantity: '10001' })).kind, 'refused');
  assert.equal((await exchange.replace('bob', old.id, { quantity: '10000' })).kind, 'replaced'); // the old hold counts as free
});

test('the newer of two orders of one account that would trade together is refused, unless that is allowed', async () => {
  const { exchange } = await openFloor();
  const resting = await placed(exchange, 'bob', 'sell 1 @ 100');
  assert.deepEqual(await exchange.place('bob', words('buy 1 @ 100')), { kind: 'refused', refusal: { reason: 'self-match', existingOrderId: resting.id } });
  assert.equal(await refusal(exchange, 'bob', 'buy 1 @ 99.99'), 'placed');
  const { exchange: lenient } = await openFloor({ selfMatch: 'allow' });
  await placed(lenient, 'bob', 'sell 1 @ 100');
  await placed(lenient, 'bob', 'buy 1 @ 100');
  assert.deepEqual(lenient.account('bob').balances, { USD: { total: '1000000', held: '0' }, GOLD: { total: '1000', held: '0' } });
});

test('quantities, prices and values off the grid or below the minimum are refused with a reason', async () => {
  const { exchange } = await openFloor();
  const cases = {
    'buy 0.0001 @ 100': 'bad-quantity', 'buy -1 @ 100': 'bad-quantity', 'buy x @ 100': 'bad-quantity', 'buy 0.009 @ 9999': 'bad-quantity',
    'buy 1 @ 100.001': 'bad-price', 'buy 1 @ 0': 'bad-price', 'buy 0.099 @ 100': 'below-minimum', 'buy 1 market': 'untradable-symbol',
  };
  for (const [text, reason] of Object.entries(cases)) assert.equal(await refusal(exchange, 'bob', text), reason, text);
  assert.deepEqual(await exchange.place('bob', { ...words('buy 1 @ 100'), symbol: 'TIN/USD' }), { kind: 'refused', refusal: { reason: 'unknown-symbol', message: 'TIN/USD is not traded here' } });
  assert.equal(exchange.orders('bob').length, 0);
});

test('a day order expires at the end of its session', async () => {
  const { exchange, clock } = await openFloor({ sessionMs: 100_000 });
  exchange.start();
  const [day, good] = [await placed(exchange, 'bob', 'buy 1 @ 100 day'), await placed(exchange, 'bob', 'buy 1 @ 100')];
  clock.pass(100_000);
  await exchange.stop();
  assert.deepEqual([stateOf(exchange, day), stateOf(exchange, good)], ['expired 0', 'new 0']);
});

test('each class of client order id keeps its promise', async () => {
  const meaning = async (idClass: 'returns-original' | 'unique-forever' | 'unique-while-live' | 'not-enforced' | 'none') => {
    const { exchange } = await openFloor({ idClass });
    const first = await placed(exchange, 'bob', 'buy 1 @ 100', 'x');
    const live = await exchange.place('bob', words('buy 1 @ 100', 'x'));
    for (const { id } of exchange.orders('bob')) await exchange.cancel('bob', id);
    const ended = await exchange.place('bob', words('buy 1 @ 100', 'x'));
    const found = exchange.orderByClientId('bob', 'x');
    const say = (result: typeof live) => (result.kind === 'refused' ? result.refusal.reason : result.order.id === first.id ? `${result.kind} first` : result.kind);
    return [say(live), say(ended), found === undefined ? 'not found' : found.id === first.id ? 'first found' : 'newest found'];
  };
  assert.deepEqual(await meaning('returns-original'), ['existing first', 'existing first', 'first found']);
  assert.deepEqual(await meaning('unique-forever'), ['duplicate-client-order-id', 'duplicate-client-order-id', 'first found']);
  assert.deepEqual(await meaning('unique-while-live'), ['duplicate-client-order-id', 'placed', 'newest found']);
  assert.deepEqual(await meaning('not-enforced'), ['placed', 'placed', 'newest found']);
  assert.deepEqual(await meaning('none'), ['placed', 'placed', 'not found']);
});

test('keys open their own account and no other', async () => {
  const { exchange } = await openFloor();
  assert.deepEqual([exchange.authenticate('ann-key', 'a'), exchange.authenticate('ann-key', 'b'), exchange.authenticate('nobody', 'a')], ['ann', undefined, undefined]);
});

test('nothing is answered, shown or told before the log has it, and nothing at all once the log has failed', async () => {
  const { exchange, log, heard } = await openFloor();
  let release: (how: 'done' | 'lost') => void = () => {};
  log.append = () => new Promise((resolve, reject) => (release = (how) => (how === 'done' ? resolve() : reject(new Error('disk full')))));
  const first = exchange.place('bob', words('buy 1 @ 100'));
  await Promise.resolve();
  assert.deepEqual([exchange.orders('bob').length, heard.length], [0, 0]);
  release('done');
  assert.equal((await first).kind, 'placed');
  assert.deepEqual([exchange.orders('bob').length, heard.length], [1, 2]);
  const second = exchange.place('bob', words('buy 1 @ 100'));
  release('lost');
  await assert.rejects(second, /BW|has stopped: its log could not be written \(disk full\)/);
  await assert.rejects(exchange.place('bob', words('buy 1 @ 100')), { code: 'BW-4801' });
  assert.deepEqual([exchange.orders('bob').length, heard.length], [1, 2]);
});

test('no timer runs while no order rests, so an idle exchange costs nothing', async () => {
  const { exchange, clock } = await openFloor({ price: { 'GOLD/USD': { kind: 'walk', startPrice: '100', tickMs: 1_000, stepPpm: 100 } } });
  exchange.start();
  assert.equal(clock.pending, 0);
  const order = await placed(exchange, 'bob', 'buy 1 @ 10');
  assert.equal(clock.pending, 1);
  clock.pass(10_000);
  await exchange.cancel('bob', order.id);
  clock.pass(10_000);
  assert.equal(clock.pending, 0);
  await exchange.stop();
});

test('an asset that is paid with in more decimals than it is bought in has one balance and loses nothing', async () => {
  const pair = (base: string, quote: string): Instrument => ({ ...gold, symbol: `${base}/${quote}`, base, quote, minNotionalUnits: 0n });
  const { exchange } = await openFloor({
    instruments: [pair('GOLD', 'NOTE'), pair('NOTE', 'USD')], // NOTE: bought in 3 decimals, paid with in 9
    accounts: ['ann', 'bob'].map((id) => ({ id, keyId: id, secret: id, balances: { USD: '100', NOTE: '100', GOLD: '100' } })),
    fees: { makerPpm: 0n, takerPpm: 1n },
  });
  const place = (who: string, symbol: string, text: string) => exchange.place(who, { ...words(text), symbol });
  await place('ann', 'GOLD/NOTE', 'sell 0.111 @ 1.11');
  await place('bob', 'GOLD/NOTE', 'buy 0.111 @ 1.11');
  assert.equal(exchange.account('bob').balances.NOTE?.total, '99.87679');
  await place('bob', 'NOTE/USD', 'sell 99.876 @ 1');
  assert.deepEqual(exchange.account('bob').balances.NOTE, { total: '99.87679', held: '99.876' });
  await place('ann', 'NOTE/USD', 'buy 99.876 @ 1');
  assert.deepEqual(exchange.account('bob').balances.NOTE, { total: '0.00079', held: '0' });
  assert.equal(exchange.oracle.trades().at(-2)?.fee, '0.000099876'); // of 99.876 NOTE, in the decimals of the asset
  assert.equal(exchange.oracle.totals().NOTE?.sum, '200');
});

test('an exchange whose instruments count the money they are priced in differently does not open', async () => {
  await assert.rejects(openFloor({ instruments: [gold, { ...gold, symbol: 'TIN/USD', base: 'TIN', quoteScale: 12 }] }), { code: 'BW-4803', message: /USD with 9 decimals, another instrument with 12/ });
  await assert.rejects(openFloor({ instruments: [{ ...gold, quoteScale: 4 }] }), /does not hold quantity times price/);
});
