import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileTemplate, malformedCodes, readTradingView } from './index.ts';
import type { Signal, SourceRules } from './index.ts';

const source: SourceRules = { name: 'demo', strategy: 'momentum', dialect: 'auto' };
const asText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
function signalOf(body: unknown, rules: SourceRules = source): Signal {
  const { outcome } = readTradingView(asText(body), rules);
  assert.equal(outcome.kind, 'signal', outcome.kind === 'malformed' ? outcome.reason : '');
  return (outcome as { signal: Signal }).signal;
}
function refusalOf(body: unknown, rules: SourceRules = source): { status: number; code: string; reason: string } {
  const { outcome } = readTradingView(asText(body), rules);
  assert.ok(outcome.kind === 'malformed', `accepted: ${asText(body)}`);
  return outcome;
}
function withTemplate(text: string): SourceRules {
  const outcome = compileTemplate(text);
  assert.ok(outcome.kind === 'template', outcome.kind === 'refused' ? outcome.reason : '');
  return { ...source, dialect: 'text', template: outcome.template };
}

/** The alert that most users copy, as TradersPost documents it, with its placeholders filled in. */
const flat = (change: Record<string, unknown> = {}) => ({
  ticker: 'BTCUSD', action: 'buy', sentiment: 'long', quantity: '0.25', price: '27123.5', time: '2026-01-02T03:04:05Z', interval: '5', ...change,
});
/** The alert of the tutorials: candle and strategy side by side, numbers without quotes. */
const ohlc = (action = 'buy', contracts = '0.1', after = 'long', before = 'flat') =>
  `{"passphrase":"hunter22","time":"2026-01-02T03:04:05Z","exchange":"BINANCE","ticker":"BTCUSDT","bar":{"time":"2026-01-02T03:00:00Z","open":1,"high":2,"low":0.5,"close":1.5,"volume":12.000},` +
  `"strategy":{"position_size":0.1,"order_action":"${action}","order_contracts":${contracts},"order_price":27123.5,"order_id":"Long","market_position":"${after}","market_position_size":0.1,"prev_market_position":"${before}","prev_market_position_size":0}}`;

test('a flat TradersPost alert becomes an order, with its digits as they were written', () => {
  const { key, content, ...rest } = signalOf(flat());
  assert.deepEqual(rest, {
    source: 'demo', strategy: 'momentum', owner: { trader: 'demo', desk: 'unassigned', client: 'unassigned' }, action: 'order', side: 'buy', ticker: 'BTCUSD', quantityText: '0.25', orderType: 'market', timeInForce: 'gtc',
    signalTimeMs: Date.UTC(2026, 0, 2, 3, 4, 5), keyFrom: 'body-with-time',
  });
  assert.match(key, /^tv\/demo\/body:[0-9a-f]{64}$/);
  assert.match(content, /"quantityText":"0\.25"/);
});

test('a TradersPost limit order is a limit order; one with a take-profit or a stop-loss is refused, since it cannot be honoured in full', () => {
  const limit = { ticker: 'AMD', action: 'buy', signalPrice: 143.12, quantity: 1, orderType: 'limit', limitPrice: 143 };
  const { orderType, limitPriceText, quantityText, keyFrom } = signalOf(limit);
  assert.deepEqual({ orderType, limitPriceText, quantityText, keyFrom }, { orderType: 'limit', limitPriceText: '143', quantityText: '1', keyFrom: 'body-in-window' });
  const refused = refusalOf({ ...limit, takeProfit: { percent: 10 }, stopLoss: { type: 'stop', percent: 5 } });
  assert.deepEqual([refused.status, refused.code], [422, 'unsupported']);
  assert.match(refused.reason, /takeProfit is not supported/);
});

test('the OHLC alert of the tutorials becomes an order; its passphrase is handed over apart', () => {
  const body = ohlc();
  const { dialect, presentedSecret, sensitive, outcome } = readTradingView(body, source);
  assert.equal(dialect, 'ohlc');
  assert.equal(presentedSecret, 'hunter22');
  assert.deepEqual(sensitive, ['hunter22']);
  assert.ok(outcome.kind === 'signal' && !JSON.stringify(outcome).includes('hunter22'));
  const { side, ticker, exchange, quantityText, action } = outcome.signal;
  assert.deepEqual({ side, ticker, exchange, quantityText, action }, { side: 'buy', ticker: 'BTCUSDT', exchange: 'BINANCE', quantityText: '0.1', action: 'order' });
});

test('the position expected afterwards says what a sell means: flat closes, long sells a part, short is refused', () => {
  const act = (body: unknown) => { const { action, side, quantityText } = signalOf(body); return [action, side, quantityText]; };
  assert.deepEqual(act(flat({ action: 'sell', sentiment: 'flat' })), ['close', 'sell', undefined]);
  assert.deepEqual(act(flat({ action: 'buy', sentiment: 'flat' })), ['close', 'buy', undefined]);
  assert.deepEqual(act(flat({ action: 'sell', sentiment: 'long' })), ['order', 'sell', '0.25']);
  assert.deepEqual(act(flat({ action: 'buy', sentiment: undefined })), ['order', 'buy', '0.25']);
  assert.deepEqual(act(ohlc('sell', '0.1', 'flat', 'long')), ['close', 'sell', undefined]);
  for (const sentiment of ['short', 'bearish']) assert.equal(refusalOf(flat({ action: 'sell', sentiment })).code, 'short');
  assert.equal(refusalOf(ohlc('sell', '0.2', 'short', 'long')).code, 'short');
  assert.equal(refusalOf(ohlc('buy', '0.2', 'long', 'short')).code, 'short'); // half of it covers a short that is not there
  assert.equal(refusalOf(flat({ action: 'short', sentiment: undefined })).code, 'short');
});

test('a sell that names no position means what its source is configured to mean, and is refused where nothing is', () => {
  const bare = flat({ action: 'sell', sentiment: undefined });
  const meant = (bareSell?: 'close' | 'sell' | 'refuse') => {
    const { outcome } = readTradingView(asText(bare), bareSell === undefined ? source : { ...source, bareSell });
    return outcome.kind === 'signal' ? [outcome.signal.action, outcome.signal.side, outcome.signal.quantityText] : outcome.kind === 'malformed' ? outcome.code : '';
  };
  assert.deepEqual([meant(), meant('refuse')], ['ambiguous', 'ambiguous']);
  assert.deepEqual(meant('close'), ['close', 'sell', '0.25']);
  assert.deepEqual(meant('sell'), ['order', 'sell', '0.25']);
  assert.deepEqual([signalOf(flat({ action: 'sell' }), { ...source, bareSell: 'close' }).action], ['order'], 'a message that names the position needs no configuration');
});

test('a size of the position after the order makes it the target: from the fields alone, or where the source follows positions', () => {
  const target = (body: unknown, rules: SourceRules = source) => { const { action, targetText, quantityText, side } = signalOf(body, rules); return [action, targetText, quantityText, side]; };
  const follow: SourceRules = { ...source, follow: 'position' };
  assert.deepEqual(target({ ticker: 'BTCUSD', market_position: 'long', market_position_size: '0.50' }), ['target', '0.5', undefined, undefined]);
  assert.deepEqual(target({ ticker: 'BTCUSD', action: 'sell', sentiment: 'bullish', market_position_size: 0.25 }), ['target', '0.25', undefined, undefined]);
  assert.deepEqual(target({ ticker: 'BTCUSD', action: 'sell', market_position: 'flat', market_position_size: '0' }), ['target', '0', undefined, undefined]);
  assert.deepEqual(target({ ticker: 'BTCUSD', position_size: '1e-05' }), ['target', '0.00001', undefined, undefined]);
  assert.deepEqual(target(ohlc()), ['order', undefined, '0.1', 'buy'], 'a quantity is there too: the order is carried out');
  assert.deepEqual(target(ohlc(), follow), ['target', '0.1', undefined, undefined]);
  assert.deepEqual(target(flat({ sentiment: 'flat', action: 'sell' }), follow), ['target', '0', undefined, undefined]);
  assert.deepEqual(target({ ticker: 'BTCUSD', action: 'exit' }, follow)[0], 'close');
  assert.deepEqual(target({ ticker: 'BTCUSD', action: 'cancel', market_position: 'long', market_position_size: '1' })[0], 'cancel');
  assert.equal(refusalOf(flat(), follow).code, 'no-value');
  assert.equal(refusalOf({ ticker: 'BTCUSD', market_position: 'short', market_position_size: '0.5' }).code, 'short');
  assert.equal(refusalOf({ ticker: 'BTCUSD', position_size: '-0.5' }).code, 'short');
  assert.equal(refusalOf({ ticker: 'BTCUSD', market_position_size: '0.5' }).code, 'no-value');
  assert.equal(refusalOf({ ticker: 'BTCUSD', market_position: 'long', market_position_size: '0' }).code, 'contradiction');
  assert.equal(refusalOf({ ticker: 'BTCUSD', market_position: 'long', market_position_size: '1', position_size: '2' }).code, 'contradiction');
  assert.equal(refusalOf({ ticker: 'BTCUSD', market_position: 'long', market_position_size: 'NaN' }).code, 'not-a-number');
});

test('exit closes, all of it or as much as it says; cancel cancels', () => {
  assert.equal(signalOf({ ticker: 'BTCUSD', action: 'exit' }).action, 'close');
  assert.equal(signalOf({ ticker: 'BTCUSD', action: 'exit' }).quantityText, undefined);
  assert.equal(signalOf({ ticker: 'BTCUSD', action: 'EXIT', quantity: '0.5' }).quantityText, '0.5');
  assert.equal(signalOf({ ticker: 'BTCUSD', action: 'cancel' }).action, 'cancel');
  assert.equal(refusalOf({ ticker: 'BTCUSD', action: 'exit', sentiment: 'long' }).code, 'contradiction');
});

test('an unknown word for the side is refused, and the nearest known one is named', () => {
  const { status, code, reason } = refusalOf(flat({ action: 'buuy' }));
  assert.deepEqual([status, code], [422, 'unknown-action']);
  assert.match(reason, /Did you mean "buy"\?/);
  assert.equal(refusalOf(flat({ action: 'add' })).code, 'unknown-action');
  assert.equal(refusalOf(flat({ sentiment: 'sideways' })).code, 'unknown-sentiment');
});

test('sizes: an exponent is a number; NaN, n/a, empty, zero, negative, thousands separators and percentages are not', () => {
  assert.equal(signalOf(flat({ quantity: '1e-05' })).quantityText, '0.00001');
  assert.equal(signalOf('{"ticker":"BTCUSD","action":"buy","quantity":1e-05}').quantityText, '0.00001');
  assert.equal(signalOf('{"ticker":"BTCUSD","action":"buy","quantity":0.123456789012345678901234567890}').quantityText, '0.12345678901234567890123456789');
  for (const quantity of ['NaN', 'n/a', '0', '-1', '1,000', 'Infinity', '0x10', '1e999']) assert.equal(refusalOf(flat({ quantity })).code, 'not-a-number', quantity);
  assert.equal(refusalOf(flat({ quantity: '' })).code, 'no-value');
  assert.equal(refusalOf(flat({ quantity: undefined })).code, 'no-value');
  assert.equal(refusalOf(flat({ quantity: null })).code, 'no-value');
  assert.equal(refusalOf(flat({ quantity: '50%' })).code, 'quantity-type');
  assert.equal(refusalOf(flat({ quantity: { of: 1 } })).code, 'wrong-type');
  assert.equal(refusalOf(flat({ quantity: '{{strategy.order.contracts}}' })).code, 'placeholder');
  for (const quantityType of ['dollar_amount', 'risk_dollar_amount', 'percent_of_equity', 'percent_of_position']) {
    const { status, code, reason } = refusalOf(flat({ quantityType }));
    assert.deepEqual([status, code], [422, 'quantity-type']);
    assert.match(reason, new RegExp(quantityType));
  }
  assert.equal(signalOf(flat({ quantityType: 'fixed_quantity' })).quantityText, '0.25');
});

test('a placeholder without quotes and without a value spoils the JSON: 422, and the place is named', () => {
  for (const contracts of ['NaN', 'n/a', '']) {
    const { status, code, reason } = refusalOf(ohlc('buy', contracts));
    assert.deepEqual([status, code], [422, 'not-a-number'], contracts);
    assert.match(reason, /at character \d+/);
  }
});

test('what is no JSON is 400, with a hint where curly quotes did it', () => {
  const { status, code } = refusalOf('buy BTCUSD');
  assert.deepEqual([status, code], [400, 'not-json']);
  assert.match(refusalOf('{“action”: “buy”}').reason, /curly quotes/);
  assert.equal(refusalOf('').code, 'not-json');
  assert.equal(refusalOf('{"action":"buy","action":"sell"}').code, 'not-json');
});

test('several orders in one body, and shapes of other receivers, are refused', () => {
  assert.equal(refusalOf([flat(), flat()]).code, 'unknown-shape');
  assert.equal(refusalOf([]).code, 'unknown-shape');
  assert.equal(refusalOf({ pointer: 'user-token', prev_position: 'flat' }).code, 'unknown-shape');
});

test('a body with keys of an exchange account is refused, and names what must not be kept', () => {
  const body = JSON.stringify({ is_test_net: true, api_key: 'AKAKAKAK', api_secret_key: 'SKSKSKSK', order: { symbol: 'BTCUSDT', type: 'Market', side: 'Buy', qty: '0.01' } });
  const { outcome, sensitive } = readTradingView(body, source);
  assert.ok(outcome.kind === 'malformed' && outcome.code === 'exchange-keys');
  assert.deepEqual(sensitive, ['AKAKAKAK', 'SKSKSKSK']);
});

test('contradictions and what cannot be done are refused, not trimmed to fit', () => {
  assert.equal(refusalOf(flat({ limitPrice: '100' })).code, 'contradiction');
  assert.equal(refusalOf(flat({ orderType: 'limit' })).code, 'no-value');
  assert.equal(refusalOf(flat({ orderType: 'stop', stopPrice: '1' })).code, 'unsupported');
  assert.equal(refusalOf(flat({ orderType: 'trailing_stop', trailPercent: 1 })).code, 'unsupported');
  assert.equal(refusalOf(flat({ cancel: true })).code, 'unsupported');
  assert.equal(refusalOf(flat({ timeInForce: 'opg' })).code, 'unsupported');
  assert.equal(refusalOf(flat({ test: true })).code, 'test');
  assert.equal(refusalOf(flat({ time: 'yesterday' })).code, 'bad-time');
  const { orderType, limitPriceText, stopPriceText, timeInForce } = signalOf(flat({ orderType: 'stop_limit', stopPrice: '101', limitPrice: '102.50', timeInForce: 'IOC', extras: { note: 1 }, test: false }));
  assert.deepEqual({ orderType, limitPriceText, stopPriceText, timeInForce }, { orderType: 'stop-limit', limitPriceText: '102.5', stopPriceText: '101', timeInForce: 'ioc' });
});

test('times: ISO with a zone, Unix seconds and milliseconds', () => {
  const ms = Date.UTC(2026, 0, 2, 3, 4, 5);
  for (const time of ['2026-01-02T03:04:05Z', '2026-01-02T04:04:05+01:00', ms, String(ms), ms / 1_000]) assert.equal(signalOf(flat({ time })).signalTimeMs, ms);
  assert.equal(refusalOf(flat({ time: '2026-01-02T03:04:05' })).code, 'bad-time');
});

test('the secret is found under every name in use, and is part of neither key nor content', () => {
  const { key } = signalOf(flat());
  for (const name of ['secret', 'passphrase', 'password', 'token', 'key', 'signalToken', 'bot_uuid', 'code', 'stub']) {
    const reading = readTradingView(JSON.stringify({ [name]: 'open sesame', ...flat() }), source);
    assert.equal(reading.presentedSecret, 'open sesame', name);
    assert.ok(reading.outcome.kind === 'signal' && reading.outcome.signal.key === key, name);
    assert.ok(!JSON.stringify(reading.outcome).includes('sesame'), name);
  }
  assert.equal(readTradingView(JSON.stringify(flat()), source).presentedSecret, undefined);
  assert.equal(readTradingView(JSON.stringify({ secret: 'open sesame', action: 'nonsense' }), source).presentedSecret, 'open sesame');
});

test('keys: an id is the key; else the body with any time in it; else the body within a window', () => {
  assert.deepEqual(pick(signalOf(flat({ id: 'BTCUSD-Long-1' }))), ['tv/demo/id:BTCUSD-Long-1', 'id']);
  assert.equal(pick(signalOf(flat()))[1], 'body-with-time');
  assert.equal(pick(signalOf({ ticker: 'BTCUSD', action: 'buy', quantity: 1 }))[1], 'body-in-window');
  assert.equal(pick(signalOf(ohlc().replace('"time":"2026-01-02T03:04:05Z",', '')))[1], 'body-with-time'); // the candle's time
  assert.equal(signalOf(ohlc().replace('"time":"2026-01-02T03:04:05Z",', '')).signalTimeMs, undefined); // which is not the time of the decision
  for (const id of ['ä', 'x'.repeat(129)]) assert.equal(refusalOf(flat({ id })).code, 'bad-key');
  assert.notEqual(signalOf(flat(), { ...source, name: 'other' }).key, signalOf(flat()).key);
});
const pick = ({ key, keyFrom }: Signal): [string, string] => [key, keyFrom];

test('with an id, another time is the same content and another size is not', () => {
  const first = signalOf(flat({ id: 'a' }));
  assert.equal(signalOf(flat({ id: 'a', time: '2026-01-02T03:04:10Z' })).content, first.content);
  const larger = signalOf(flat({ id: 'a', quantity: '0.26' }));
  assert.equal(larger.key, first.key);
  assert.notEqual(larger.content, first.content);
});

test('plain text is read by the template of its source', () => {
  const rules = withTemplate('{{strategy.order.action}} {{ticker}} q={{strategy.order.contracts}}');
  const { action, side, ticker, quantityText, keyFrom } = signalOf('buy  BTCUSD q=0.1\r\n', rules);
  assert.deepEqual({ action, side, ticker, quantityText, keyFrom }, { action: 'order', side: 'buy', ticker: 'BTCUSD', quantityText: '0.1', keyFrom: 'body-in-window' });
  assert.equal(refusalOf('buy BTCUSD 0.1', rules).code, 'no-template-match');
  assert.equal(refusalOf('buy BTCUSD now q=0.1', rules).code, 'no-template-match');
  assert.equal(refusalOf('buy BTCUSD q=NaN', rules).code, 'not-a-number');
  assert.equal(refusalOf('buy BTCUSD q=', rules).code, 'no-value');
  assert.equal(refusalOf('buy BTCUSD q=0.1', { ...source, dialect: 'text' }).code, 'no-template-match');
});

test('a template may hold secret, id, time, sentiment and texts of no use; the two-line and the pipe form of other receivers fit in', () => {
  const twoLines = withTemplate('{{secret}}\n{{strategy.order.action}} {{ticker}} q={{strategy.order.contracts}} at {{timenow}} ({{strategy.order.comment}})');
  const body = 'open-sesame\nbuy BTCUSD q=1.5 at 2026-01-02T03:04:05Z (Long exit (TP))';
  const { presentedSecret, sensitive, outcome } = readTradingView(body, twoLines);
  assert.deepEqual([presentedSecret, sensitive], ['open-sesame', ['open-sesame']]);
  assert.ok(outcome.kind === 'signal' && outcome.signal.keyFrom === 'body-with-time' && !JSON.stringify(outcome).includes('sesame'));
  const pipes = withTemplate('{{secret}}|{{id}}|{{strategy.order.action}}|{{ticker}}|{{strategy.order.contracts}}|{{strategy.market_position}}');
  assert.deepEqual(pick(signalOf('k|42|sell|BTCUSD|1|flat', pipes)), ['tv/demo/id:42', 'id']);
  assert.equal(signalOf('k|42|sell|BTCUSD|1|flat', pipes).action, 'close');
});

test('with the dialect left open, text goes by the template and JSON by its shape', () => {
  const rules: SourceRules = { ...withTemplate('{{action}} {{ticker}} {{quantity}}'), dialect: 'auto' };
  assert.equal(readTradingView('buy BTCUSD 1', rules).dialect, 'text');
  assert.equal(readTradingView(JSON.stringify(flat()), rules).dialect, 'traderspost');
  assert.equal(readTradingView(ohlc(), rules).dialect, 'ohlc');
});

test('a template that could be read in two ways, or not at all, is refused when it is written', () => {
  const reason = (text: string) => { const outcome = compileTemplate(text); assert.ok(outcome.kind === 'refused', text); return outcome.reason; };
  assert.match(reason('{{strategy.order.action}}{{ticker}}'), /nothing stands between/);
  assert.match(reason('{{ticker}} {{strategy.order.contracts}}'), /strategy\.order\.action\}\} is missing/);
  assert.match(reason('buy'), /is missing/);
  assert.match(reason('{{strategy.order.acton}} {{ticker}}'), /did you mean \{\{strategy\.order\.action\}\}/);
  assert.match(reason('{{action}} {{ticker}} {{strategy.order.action}}'), /a second time/);
  assert.equal(compileTemplate('{{action}} {{ticker}} {{plot_3}} {{plot("RSI, 14")}} {{close}}').kind, 'template');
});

// Words that lie where mistakes lie, mixed with any text at all.
const word = fc.oneof(fc.constantFrom('buy', 'sell', 'exit', 'cancel', 'flat', 'long', 'short', '', 'NaN', '{{ticker}}', '1', '0', '1e-05', '1e400', 'BTCUSD', '2026-01-02T03:04:05Z', '__proto__'), fc.string(), fc.double(), fc.integer());
const field = fc.constantFrom('ticker', 'action', 'sentiment', 'quantity', 'time', 'id', 'orderType', 'limitPrice', 'stopPrice', 'secret', 'strategy', 'bar', 'price', '__proto__', 'toString');
const loose = fc.dictionary(field, fc.oneof(word, fc.jsonValue()));
const sound = fc.record({
  ticker: fc.constantFrom('BTCUSD', 'ETHUSD'), action: fc.constantFrom('buy', 'sell', 'exit'), quantity: fc.constantFrom('1', '2', '0.1', '1.0'),
  time: fc.constantFrom('2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z'), sentiment: fc.constantFrom('long', 'flat'), orderType: fc.constantFrom('market', 'limit'),
  limitPrice: fc.constantFrom('1', '2'), secret: fc.string(),
}, { requiredKeys: ['ticker', 'action', 'quantity'] });

test('S1: no body throws, and every refusal has a code that is written down', () => {
  const rules = withTemplate('{{action}} {{ticker}} {{quantity}}{{secret}}'.replace('}}{{', '}} {{'));
  const bodies = fc.oneof(fc.string({ unit: 'binary' }), loose.map((value) => JSON.stringify(value)), fc.json(), fc.array(word).map((words) => words.join(' ')));
  fc.assert(fc.property(bodies, fc.constantFrom<SourceRules>(source, rules, { ...rules, dialect: 'auto' }, { ...source, dialect: 'ohlc' }), (body, which) => {
    const { outcome } = readTradingView(body, which);
    if (outcome.kind === 'malformed') assert.equal(malformedCodes[outcome.code].status, outcome.status);
  }), { numRuns: 2_000 });
});

test('S3: the same body gives the same key, another wish another key, and the secret and the order of the keys change nothing', () => {
  fc.assert(fc.property(sound, sound, fc.string(), (one, other, secret) => {
    const [a, b] = [one, other].map((body) => readTradingView(JSON.stringify(body), source).outcome);
    if (a?.kind !== 'signal') return;
    assert.deepEqual(readTradingView(JSON.stringify(one), source).outcome, a);
    const shuffled = Object.fromEntries(Object.entries({ ...one, secret }).toReversed());
    const again = readTradingView(JSON.stringify(shuffled, null, 1), source).outcome;
    assert.ok(again.kind === 'signal' && again.signal.key === a.signal.key);
    if (b?.kind === 'signal' && b.signal.content !== a.signal.content) assert.notEqual(b.signal.key, a.signal.key);
  }));
});

test('S5: a secret appears in nothing that is kept', () => {
  const marked = fc.string({ minLength: 8 }).map((text) => `§${text}`);
  fc.assert(fc.property(sound, marked, fc.constantFrom('secret', 'passphrase', 'token', 'code'), (body, secret, name) => {
    const { outcome, presentedSecret } = readTradingView(JSON.stringify({ ...body, secret: undefined, [name]: secret }), source);
    assert.equal(presentedSecret, secret);
    assert.ok(!JSON.stringify(outcome).includes('§'));
  }));
});
