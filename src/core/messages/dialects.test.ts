import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects, readTradingView } from './index.ts';
import type { Reading, Signal, SourceRules } from './index.ts';

const source: SourceRules = { name: 'demo', strategy: 'demo', dialect: 'auto' };
const inBase: SourceRules = { ...source, units: 'base' };
const asText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
const read = (body: unknown, rules: SourceRules = source): Reading => readTradingView(asText(body), rules);
function asked(body: unknown, rules: SourceRules = source): Partial<Signal> {
  const { outcome } = read(body, rules);
  assert.ok(outcome.kind === 'signal', outcome.kind === 'malformed' ? outcome.reason : outcome.kind);
  const { source: _source, strategy: _strategy, owner: _owner, key: _key, content: _content, keyFrom: _from, timeInForce: _tif, ...wish } = outcome.signal;
  return wish;
}
const keyOf = (body: unknown, rules: SourceRules = source): string => {
  const { outcome } = read(body, rules);
  assert.ok(outcome.kind === 'signal', outcome.kind === 'malformed' ? outcome.reason : outcome.kind);
  return outcome.signal.key;
};
function refused(body: unknown, rules: SourceRules = source): string {
  const { outcome } = read(body, rules);
  assert.ok(outcome.kind === 'malformed', `accepted: ${asText(body)}`);
  return outcome.code;
}
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

const strategy3c = (change: object = {}, info: object = {}) => ({
  secret: 'eyJhbGciOi', max_lag: '300', timestamp: '2026-01-02T03:04:05Z', trigger_price: '27123.5', tv_exchange: 'BINANCE', tv_instrument: 'BTCUSDT', action: 'buy', bot_uuid: 'a1b2c3d4',
  strategy_info: { market_position: 'long', market_position_size: '0.3', prev_market_position: 'long', prev_market_position_size: '0.2', ...info }, order: { amount: '0.1', currency_type: 'base' }, ...change,
});
const custom3c = (change: object = {}) => ({ ...strategy3c(), strategy_info: undefined, action: 'enter_long', ...change });

test('3Commas from a strategy: the position it tells is the target, its lag the age allowed, its secret the one named so', () => {
  assert.deepEqual(asked(strategy3c()), { action: 'target', targetText: '0.3', ticker: 'BTCUSDT', exchange: 'BINANCE', orderType: 'market', signalTimeMs: at, maxAgeMs: 300_000 });
  assert.deepEqual(asked(strategy3c({ action: 'sell' }, { market_position: 'flat', market_position_size: '0' })).targetText, '0');
  const { dialect, presentedSecret } = read(strategy3c());
  assert.deepEqual([dialect, presentedSecret], ['3commas', 'eyJhbGciOi']);
  assert.deepEqual([asked(strategy3c(), { ...source, follow: 'order' }).action, asked(strategy3c(), { ...source, follow: 'order' }).quantityText], ['order', '0.1']);
});

test('3Commas refuses what it cannot mean here: a short, money, a strategy without its position, a custom action that is bare', () => {
  assert.equal(refused(strategy3c({ action: 'sell' }, { market_position: 'short', market_position_size: '0.3' })), 'short');
  for (const currency_type of ['quote', 'margin_percent', 'position_percent', undefined]) assert.equal(refused(strategy3c({ order: { amount: '10', currency_type } })), 'quantity-type');
  assert.equal(refused(strategy3c({ strategy_info: { market_position: 'long' } })), 'no-value');
  assert.equal(refused(strategy3c({ timestamp: undefined })), 'no-value');
  assert.equal(refused(strategy3c({ max_lag: 'soon' })), 'bad-time');
  assert.equal(refused(strategy3c({ strategy_info: 'x' })), 'wrong-type');
  for (const action of ['buy', 'sell', 'exit']) assert.equal(refused(custom3c({ action })), 'unknown-action');
});

test('3Commas with a custom signal: the action says what is meant', () => {
  assert.deepEqual(asked(custom3c()), { action: 'order', side: 'buy', quantityText: '0.1', ticker: 'BTCUSDT', exchange: 'BINANCE', orderType: 'market', signalTimeMs: at, maxAgeMs: 300_000 });
  assert.deepEqual([asked(custom3c({ action: 'exit_long', order: undefined })).action, asked(custom3c({ action: 'exit_long' })).side], ['close', 'sell']);
  assert.equal(asked(custom3c({ action: 'exit_short' })).side, 'buy', 'which closes nothing where a long position is held');
  assert.equal(refused(custom3c({ action: 'enter_short' })), 'short');
  assert.equal(refused(custom3c({ order: undefined })), 'no-value');
});

const strategyOkx = (change: object = {}) => ({
  id: 'Long', action: 'buy', marketPosition: 'long', prevMarketPosition: 'flat', instrument: 'BTCUSDT.P', signalToken: 'tok-1', timestamp: '2026-01-02T03:04:05Z', maxLag: '60', investmentType: 'base', amount: '0.2', ...change,
});
const customOkx = (change: object = {}) => ({ action: 'ENTER_LONG', instrument: 'BTCUSDT.P', signalToken: 'tok-1', timestamp: '2026-01-02T03:04:05Z', maxLag: '60', investmentType: 'base', amount: '0.2', ...change });

test('OKX from a strategy: an order, a close where the position after it is flat; its id names no wish', () => {
  assert.deepEqual(asked(strategyOkx()), { action: 'order', side: 'buy', quantityText: '0.2', ticker: 'BTCUSDT.P', orderType: 'market', signalTimeMs: at, maxAgeMs: 60_000 });
  assert.deepEqual([asked(strategyOkx({ action: 'sell', marketPosition: 'flat' })).action, asked(strategyOkx({ action: 'sell', marketPosition: 'long' })).quantityText], ['close', '0.2']);
  assert.equal(refused(strategyOkx({ action: 'sell', marketPosition: undefined })), 'ambiguous');
  assert.equal(refused(strategyOkx({ action: 'sell', marketPosition: 'short' })), 'short');
  const { dialect, presentedSecret } = read({ secret: 'another', ...strategyOkx() });
  assert.deepEqual([dialect, presentedSecret], ['okx', 'tok-1']);
  assert.notEqual(keyOf(strategyOkx()), keyOf(strategyOkx({ timestamp: '2026-01-02T03:05:05Z' })), 'the same id at another time is another wish');
});

test('OKX with a custom signal: entries, exits; offsets and shares of a balance are refused', () => {
  assert.deepEqual([asked(customOkx()).side, asked(customOkx({ action: 'EXIT_LONG', amount: undefined })).action], ['buy', 'close']);
  assert.equal(refused(customOkx({ action: 'ENTER_SHORT' })), 'short');
  assert.equal(refused(customOkx({ orderType: 'limit', orderPriceOffset: '0.1', investmentType: 'percentage_balance', amount: '10' })), 'unsupported');
  assert.equal(refused(customOkx({ investmentType: 'percentage_balance', amount: '10' })), 'quantity-type');
  assert.equal(refused(customOkx({ investmentType: undefined })), 'quantity-type');
  assert.equal(refused(customOkx({ timestamp: undefined })), 'no-value');
});

const code = (action = 'ENTER-LONG', secret = '0123456789abcdef') => `${action}_BINANCE_BTCUSDT_MyBot_5M_${secret}`;

test('WunderTrading as a code: it closes; its last part is the secret and in no key', () => {
  assert.deepEqual(asked(code('EXIT-LONG')), { action: 'close', side: 'sell', ticker: 'BTCUSDT', exchange: 'BINANCE', orderType: 'market' });
  assert.deepEqual(asked(` ${code('EXIT-ALL')}\n`).action, 'close');
  const { dialect, presentedSecret, outcome } = read(code('EXIT-ALL'));
  assert.deepEqual([dialect, presentedSecret], ['wundertrading', '0123456789abcdef']);
  assert.ok(!JSON.stringify(outcome).includes('0123456789abcdef'));
  assert.equal(keyOf(code('EXIT-ALL')), keyOf(code('EXIT-ALL', 'changed')));
  assert.notEqual(keyOf(code('EXIT-ALL')), keyOf(code('EXIT-LONG')));
  assert.equal(refused(code()), 'no-value', 'how much to buy stands in no code');
  assert.equal(refused(code('ENTER-SHORT')), 'short');
  assert.equal(refused('EXIT-ALL_BINANCE'), 'unknown-shape');
});

test('WunderTrading as JSON: units of the base asset alone, and nothing that would have to stand beside the order', () => {
  const body = (change: object = {}) => ({ code: code(), orderType: 'market', amountPerTradeType: 'base', amountPerTrade: 0.5, ...change });
  assert.deepEqual(asked(body()), { action: 'order', side: 'buy', quantityText: '0.5', ticker: 'BTCUSDT', exchange: 'BINANCE', orderType: 'market' });
  assert.equal(read(body()).presentedSecret, '0123456789abcdef');
  assert.notEqual(keyOf(body({ code: code('EXIT-LONG') })), keyOf(body()));
  for (const amountPerTradeType of ['quote', 'percents', 'contracts', undefined]) assert.equal(refused(body({ amountPerTradeType })), 'quantity-type');
  assert.equal(refused(body({ stopLoss: { priceDeviation: 0.02 } })), 'unsupported');
  assert.equal(refused(body({ placeConditionalOrdersOnExchange: true })), 'unsupported');
});

test('Alertatron: one block, one command; a script of more is refused whole', () => {
  const script = (command: string, tail = '\n#bot') => `MyKeys(XBTUSD) { ${command} }${tail}`;
  assert.deepEqual(asked(script('market(side=buy, amount=100);'), inBase), { action: 'order', side: 'buy', quantityText: '100', ticker: 'XBTUSD', orderType: 'market' });
  assert.deepEqual(asked(script('limit(side=buy, amount=1, price=20000.5);'), inBase).limitPriceText, '20000.5');
  assert.deepEqual([asked(script('exit();')).action, asked(script('close()')).action, asked(script('cancel(which=all);')).action], ['close', 'close', 'cancel']);
  const { dialect, presentedSecret } = read(script('exit();'));
  assert.deepEqual([dialect, presentedSecret], ['alertatron', 'MyKeys']);
  assert.equal(keyOf(script('exit();')), keyOf(script('exit();').replace('MyKeys', 'OtherKeys')));
  assert.equal(refused(script('market(side=buy, amount=100);')), 'quantity-type');
  assert.equal(refused(script('market(side=buy, amount=10%);'), inBase), 'quantity-type');
  assert.equal(refused(script('market(side=sell, amount=1);'), inBase), 'ambiguous');
  assert.equal(refused(script('market(side=buy, amount=100); stopOrder(offset=1%, amount=100);'), inBase), 'unsupported');
  assert.equal(refused(`${script('exit();', '')} ${script('exit();')}`), 'unsupported');
  assert.equal(refused(script('stopOrder(offset=1%, amount=100);'), inBase), 'unsupported');
  assert.equal(refused(script('market(side=buy, amount=1, reduceOnly=true);'), inBase), 'unsupported');
  assert.equal(refused(script('exit();', '')), 'unknown-shape');
});

test('PineConnector: lines of text; what a risk is its source must say, and stops beside an order are refused', () => {
  assert.deepEqual(asked('60123456789,closelong,GBPUSD'), { action: 'close', side: 'sell', ticker: 'GBPUSD', orderType: 'market' });
  assert.deepEqual(asked('60123456789,buylimit,XAUUSD,price=1900.5,risk=0.5', inBase), { action: 'order', side: 'buy', quantityText: '0.5', ticker: 'XAUUSD', orderType: 'limit', limitPriceText: '1900.5' });
  assert.deepEqual([asked('60123456789,bull,EURUSD,risk=1', inBase).side, asked('60123456789,closelongshort,EURUSD').action], ['buy', 'close']);
  const { dialect, presentedSecret } = read('60123456789,closelong,GBPUSD');
  assert.deepEqual([dialect, presentedSecret], ['pineconnector', '60123456789']);
  assert.equal(keyOf('60123456789,closelong,GBPUSD'), keyOf('60123456780,closelong,GBPUSD'));
  assert.equal(refused('60123456789,buy,EURUSD,risk=1,sl=20,tp=40', inBase), 'unsupported');
  assert.equal(refused('60123456789,buy,EURUSD,risk=1'), 'quantity-type');
  assert.equal(refused('60123456789,sell,EURUSD,risk=1', inBase), 'ambiguous');
  assert.equal(refused('60123456789,short,EURUSD,risk=1', inBase), 'short');
  for (const command of ['buystop', 'newsltplong', 'closeall']) assert.equal(refused(`60123456789,${command},EURUSD`), 'unsupported');
});

test('tradingview-alerts-processor: the whole of a position is closed; money and shares are refused', () => {
  const order = (change: object = {}) => ({ stub: 'dev', direction: 'long', symbol: 'ETH-PERP', size: '50', ...change });
  for (const size of [undefined, '100%']) assert.deepEqual(asked(order({ direction: 'close', size })), { action: 'close', ticker: 'ETH-PERP', orderType: 'market' });
  assert.deepEqual(asked(order({ size: '0.5' }), inBase).quantityText, '0.5');
  assert.deepEqual([read(order()).dialect, read(order()).presentedSecret], ['alerts-processor', 'dev']);
  assert.equal(refused(order()), 'quantity-type');
  for (const size of ['5%', '150%']) assert.equal(refused(order({ direction: 'close', size })), 'quantity-type');
  assert.equal(refused(order({ max: '500' }), inBase), 'unsupported');
  assert.equal(refused(order({ direction: 'short' }), inBase), 'short');
  assert.equal(refused(order({ direction: 'buy' }), inBase), 'unknown-action');
});

test('a list of orders is taken whole: each has its own key, the same in whatever order they stand; one that is not understood refuses all', () => {
  const one = { stub: 'dev', direction: 'close', symbol: 'ETH-PERP' };
  const two = { stub: 'dev', direction: 'long', symbol: 'BTC-PERP', size: '0.1' };
  const keysOf = (body: unknown): string[] => {
    const { outcome, presentedSecret } = read(body, inBase);
    assert.ok(outcome.kind === 'signals', outcome.kind === 'malformed' ? outcome.reason : '');
    assert.equal(presentedSecret, 'dev');
    return outcome.signals.map(({ key }) => key);
  };
  assert.deepEqual(keysOf([one, two]), keysOf([two, one]).toReversed());
  assert.deepEqual(keysOf([one])[0], keyOf(one, inBase));
  assert.equal(new Set(keysOf([two, two, two])).size, 3, 'twins are two wishes');
  assert.deepEqual(keysOf([two, two]), keysOf([two, two]));
  assert.equal(refused([one, { ...two, size: '5%' }], inBase), 'quantity-type');
  assert.match(JSON.stringify(read([one, { ...two, size: '5%' }], inBase).outcome), /order 2 of 2/);
  assert.equal(refused([one, { ...two, stub: 'other' }], inBase), 'contradiction');
  assert.equal(refused([{ ...one, id: 'a' }, { ...two, id: 'a' }], inBase), 'bad-key');
  assert.equal(refused([one, 5], inBase), 'unknown-shape');
  assert.equal(refused(Array.from({ length: 51 }, () => one), inBase), 'unsupported');
});

test('freqtrade as JSON and as a form asks for the same; what only tells of something is no wish', () => {
  const entry: Record<string, string | number> = {
    type: 'entry', trade_id: 12, exchange: 'binance', pair: 'BTC/USDT', direction: 'Long', leverage: 1, open_rate: 50_000, amount: 0.002, stake_amount: 100, stake_currency: 'USDT', order_type: 'limit', current_rate: 50_010, enter_tag: 'ema', secret: 'hunter22',
  };
  const form = (body: object): string => new URLSearchParams(Object.entries(body).map(([key, value]) => [key, String(value)])).toString();
  const wish = { action: 'order', side: 'buy', quantityText: '0.002', ticker: 'BTC/USDT', exchange: 'binance', orderType: 'limit', limitPriceText: '50000' };
  for (const body of [entry, form(entry)]) {
    assert.deepEqual(asked(body), wish);
    assert.deepEqual([read(body).dialect, read(body).presentedSecret], ['freqtrade', 'hunter22']);
    assert.ok(!JSON.stringify(read(body).outcome).includes('hunter22'));
  }
  assert.deepEqual(asked({ ...entry, type: 'exit', order_type: 'market' }), { action: 'close', side: 'sell', quantityText: '0.002', ticker: 'BTC/USDT', exchange: 'binance', orderType: 'market' });
  assert.equal(asked(form({ type: 'entry_cancel', pair: 'BTC/USDT' })).action, 'cancel');
  for (const type of ['entry_fill', 'exit_fill', 'status', 'strategy_msg']) assert.equal(refused({ ...entry, type }), 'no-wish');
  assert.equal(refused({ ...entry, direction: 'Short' }), 'short');
  assert.equal(refused({ ...entry, leverage: 3 }), 'unsupported');
  assert.equal(refused({ ...entry, amount: undefined }), 'no-value');
  assert.equal(refused('type=entry&type=exit&pair=BTC'), 'contradiction');
  assert.equal(refused('type=entry&pair=%E0%A4%A'), 'not-json');
});

test('a source with a fixed dialect understands that one alone', () => {
  assert.equal(asked(customOkx(), { ...source, dialect: 'okx' }).side, 'buy');
  for (const dialect of dialects.filter((name) => name !== 'okx')) assert.equal(read(customOkx(), { ...source, dialect }).outcome.kind, 'malformed', dialect);
  assert.equal(refused('60123456789,closelong,GBPUSD', { ...source, dialect: 'alertatron' }), 'not-json');
});

test('a sign of life is known by its word, as text or in its field, and only where the source has one', () => {
  const alive: SourceRules = { ...source, heartbeat: { word: 'alive', field: 'type' } };
  const beat = (body: unknown, rules = alive) => { const { outcome, presentedSecret } = read(body, rules); return [outcome.kind, presentedSecret]; };
  assert.deepEqual(beat('alive'), ['heartbeat', undefined]);
  assert.deepEqual(beat('alive open-sesame\n'), ['heartbeat', 'open-sesame']);
  assert.deepEqual(beat({ type: 'alive', secret: 'open-sesame', time: '2026-01-02T03:04:05Z' }), ['heartbeat', 'open-sesame']);
  assert.deepEqual(beat({ type: 'alive', secret: 'x' }, { ...alive, dialect: 'okx' })[0], 'heartbeat');
  for (const body of ['alive and well today', 'Alive?', { type: 'dead' }, { action: 'alive' }]) assert.equal(beat(body)[0], 'malformed');
  assert.equal(beat('alive', source)[0], 'malformed');
});
