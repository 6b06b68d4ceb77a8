/** The library as a program uses it: in its own process, on a real disk, against a simulated exchange over real sockets. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { CircuitBreakerKind, ComponentState, createSafetySystem, LibraryError, Severity, SystemSafetyState } from '../../src/index.ts';
import type { SafetySystem, SafetySystemOptions } from '../../src/index.ts';
import { parseFaultPlan } from '../../src/dialects/faults/index.ts';
import { blocksOf } from '../docs/markdown.ts';
import { keys, serveExchange } from '../support/served-exchange.ts';
import { until } from './kit-program.ts';

const objectives = { availabilityTarget: 0.999, maxRecoveryTimeSeconds: 60, redundancyLevels: 3 };

async function trading(context: TestContext, balances: Readonly<Record<string, string>> = { USD: '1000000' }, more: Partial<SafetySystemOptions> = {}) {
  const exchange = await serveExchange({ accounts: [{ id: 'demo', ...keys, balances }] });
  const folder = mkdtempSync(join(tmpdir(), 'library-'));
  const start = (): Promise<SafetySystem> => createSafetySystem({
    ...objectives, ...more, dataDir: folder,
    config: {
      version: 1, instance: { name: 'library' }, server: { listen: '127.0.0.1:0' },
      venues: { alpaca: { adapter: 'alpaca', money: 'sim', baseUrl: exchange.url, ...keys, instruments: ['BTC/USD'] } },
      limits: { maxOrderValue: { 'BTC/USD': '25000 USD' }, maxPosition: { 'BTC/USD': '40' }, priceCollar: { default: '5%' }, priceMaxAge: '30s', signalMaxAge: '1m',
        maxOrderQuantity: { default: '40' }, maxShort: { default: '0' }, maxSpread: { default: '2%' }, rateMaxAge: '60s', priceDrift: { default: 'none' },
        messageRate: { strategy: '60 in 10s', venue: '100 in 10s', system: '200 in 10s' }, permissions: { default: { default: 'both' } }, restricted: ['none'],
        maxNetValue: 'none', maxGrossValue: 'none', buyingPower: 'reserved', selfMatch: 'none', repeats: 'none', duplicateWithin: 'none',
      },
      risk: { currency: 'USD', maxDailyLoss: '100000 USD' },
      signals: { intents: { tokens: { bot: { secret: 'bot-token-9', venue: 'alpaca' } } } },
    },
  });
  const systems: SafetySystem[] = [await start()];
  context.after(async () => {
    for (const system of systems) await system.shutdown();
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { exchange, folder, system: systems[0] as SafetySystem, again: async () => { const next = await start(); systems.push(next); return next; } };
}

const healthy = (system: SafetySystem): Promise<unknown> => until('the system is healthy', () => system.state === SystemSafetyState.HEALTHY);

test('a system without venues starts on a word, watches, guards, and leaves nothing behind', async () => {
  const system = await createSafetySystem(objectives);
  assert.equal(system.state, SystemSafetyState.RECOVERING, 'nothing is called well before it was heard');
  await healthy(system);
  const { objectives: promised, gate } = await system.status();
  assert.equal(gate, 'ACTIVE');
  assert.deepEqual(promised.map(({ name, target, verdict, samples }) => [name, target, verdict, samples]), [
    ['availability', 0.999, 'insufficient-data', 0], ['recovery-time', 60, 'insufficient-data', 0], ['redundancy', 3, 'insufficient-data', 0],
  ]);
  await system.shutdown();
  assert.equal(existsSync(system.dataDir), false);
});

test('components, circuit breakers, trades, halt and resume against an exchange', async (context) => {
  const { system, folder } = await trading(context);
  const seen: string[] = [];
  system.on('component', (fact) => { if (fact.type === 'component.changed') seen.push(`${fact.component} ${fact.to}`); });

  system.registerComponent({ name: 'trading_engine', state: ComponentState.OPERATIONAL });
  const adapter = system.registerComponent({ name: 'broker_adapter', state: ComponentState.OPERATIONAL });
  system.registerComponent({ name: 'portfolio_manager', check: () => ({ state: 'healthy' }) });
  await healthy(system);
  await until('all three were heard', () => seen.includes('portfolio_manager healthy') && seen.includes('trading_engine healthy') && seen.includes('broker_adapter healthy'));
  assert.equal(adapter.state, ComponentState.HEALTHY);
  assert.deepEqual([system.heartbeat('trading_engine'), system.heartbeat('nobody')], [true, false]);

  const trade = { venue: 'alpaca', symbol: 'BTC/USD', side: 'buy', quantity: '0.1' } as const;
  assert.deepEqual(system.validateTrade(trade), { kind: 'allowed' });
  const large = system.validateTrade({ ...trade, quantity: '1' });
  assert.deepEqual([large.kind, large.kind === 'refused' ? large.control : ''], ['refused', 'order-value']);
  assert.throws(() => system.validateTrade({ ...trade, symbol: 'ETH/USD' }), LibraryError);
  assert.throws(() => system.validateTrade({ ...trade, quantity: '-1' }), LibraryError);

  const loss = system.createCircuitBreaker({ name: 'trading_loss_protection', kind: CircuitBreakerKind.LOSS, config: { failureThreshold: 3, failureRateThreshold: 0.8, openTimeoutSeconds: 300 } });
  for (const result of ['bad', 'bad', 'good', 'bad', 'bad'] as const) await loss.record(result);
  assert.equal(loss.circuit.phase, 'open', '4 of 5 are 80 %');
  const stopped = system.validateTrade(trade);
  assert.deepEqual([stopped.kind, stopped.kind === 'waiting' || stopped.kind === 'refused'], [stopped.kind, true]);
  await loss.reset({ by: 'sam', reason: 'looked at it' });
  assert.deepEqual(system.validateTrade(trade), { kind: 'allowed' });
  for (const result of ['bad', 'bad', 'bad'] as const) await loss.record(result);
  assert.equal(loss.circuit.phase, 'open', 'and so are three in a row');
  await loss.reset({ by: 'sam', reason: 'looked at it' });

  const calls = system.createCircuitBreaker({ name: 'prices_feed', kind: CircuitBreakerKind.CONNECTION, config: { failureThreshold: 2, openTimeoutSeconds: 60 } });
  assert.equal(await calls.call(() => Promise.resolve(7)), 7);
  for (let failures = 0; failures < 2; failures += 1) await assert.rejects(calls.call(() => Promise.reject(new Error('gone'))), /gone/);
  await assert.rejects(calls.call(() => Promise.resolve(7)), /BW-3202|circuit/);
  assert.throws(() => system.createCircuitBreaker({ name: 'orders', kind: 'connection' }), LibraryError);

  await system.halt({ by: 'sam', reason: 'a drill' });
  const shut = system.validateTrade(trade);
  assert.deepEqual([shut.kind, shut.kind === 'refused' ? shut.control : ''], ['refused', 'gate']);
  assert.equal(await system.resume({ by: 'sam', reason: 'over' }), undefined);
  assert.equal((await system.status()).gate, 'ACTIVE');

  await assert.rejects(createSafetySystem({ dataDir: folder }), /held|holds|another process/i, 'one folder, one system');
});

test('a trade is judged without a trace, placed once under its key, and stopped by the bridge', async (context) => {
  const { system, exchange, again } = await trading(context);
  await healthy(system);
  const { bridge } = system;
  const trade = { venue: 'alpaca', symbol: 'BTC/USD', side: 'buy', quantity: '0.1', limitPrice: '48000', strategy: 'carry' } as const;
  const before = (await system.status()).durableSeq;
  assert.deepEqual(bridge.validateTrade(trade), { kind: 'allowed' });
  assert.deepEqual(bridge.validateTrade({ ...trade, quantity: '2' }), { kind: 'refused', code: 'BW-3020', control: 'order-value', limit: '25000 USD', observed: '96000 USD', wouldPass: 'an order of at most 25000 USD' });
  assert.deepEqual([bridge.validateTrade({ ...trade, side: 'sell' }), bridge.validateTrade({ ...trade, side: 'sell', reduceOnly: true })].map((verdict) => verdict.kind === 'refused' ? verdict.control : ''), ['position', 'reduce-only']);
  assert.equal((await system.status()).durableSeq, before, 'nothing was written');
  assert.equal(exchange.exchange.oracle.orders().length, 0, 'and nothing sent');

  const placed = await bridge.placeTrade({ ...trade, key: 'monday' });
  assert.deepEqual([placed.kind, placed.repeated], ['placed', false]);
  const orderId = placed.kind === 'placed' ? placed.orderId : '';
  await until('it rests at the exchange', () => bridge.order(orderId)?.phase === 'working');
  assert.deepEqual(bridge.order(orderId), { phase: 'working', filled: '0', because: undefined });
  const same = await bridge.placeTrade({ ...trade, key: 'monday' });
  assert.deepEqual([same.kind, same.repeated, same.kind === 'placed' ? same.orderId : ''], ['placed', true, orderId]);
  await assert.rejects(bridge.placeTrade({ ...trade, key: 'monday', quantity: '0.2' }), LibraryError);
  const large = await bridge.placeTrade({ ...trade, key: 'tuesday', quantity: '2' });
  assert.deepEqual([large.kind, large.kind === 'refused' ? large.code : ''], ['refused', 'BW-3020']);
  await assert.rejects(bridge.placeTrade({ ...trade, key: 'x', symbol: 'ETH/USD' }), LibraryError);
  assert.equal(exchange.exchange.oracle.orders().length, 1, 'one order for one key, none for what was refused');
  assert.deepEqual(bridge.riskLevel, { level: 'normal', causes: [] });

  const refused = await bridge.amendTrade({ key: 'monday-b', orderId, quantity: '2' });
  assert.deepEqual([refused.kind, refused.kind === 'refused' ? refused.code : '', bridge.order(orderId)?.phase], ['refused', 'BW-3020', 'working']);
  const amended = await bridge.amendTrade({ key: 'monday-c', orderId, quantity: '0.2', limitPrice: '47900' });
  const successorId = amended.kind === 'refused' ? '' : amended.orderId;
  await until('what follows it rests at the exchange', () => bridge.order(successorId)?.phase === 'working');
  assert.deepEqual(await bridge.amendTrade({ key: 'monday-c', orderId, quantity: '0.2', limitPrice: '47900' }), { kind: 'placed', orderId: successorId, repeated: true });
  assert.deepEqual(exchange.exchange.oracle.orders().map(({ state, quantity }) => [state, Number(quantity)]), [['cancelled', 0.1], ['new', 0.2]]);

  await bridge.emergencyStop({ by: 'sam', reason: 'strange' });
  const stopped = await bridge.placeTrade({ ...trade, key: 'wednesday' });
  assert.deepEqual([stopped.kind, stopped.kind === 'refused' ? stopped.control : ''], ['refused', 'gate']);
  await until('it is cancelled at the exchange', () => exchange.exchange.oracle.orders().every(({ state }) => state === 'cancelled'));
  await system.shutdown();
  const next = await again();
  await healthy(next);
  const repeated = await next.bridge.placeTrade({ ...trade, key: 'monday' });
  assert.deepEqual([repeated.kind, repeated.repeated], ['placed', true], 'another life knows the key');
});

test('an emergency shutdown cancels and closes everything, proves it at the venue, calls whoever wants to know, and stays: the next start is locked still', { timeout: 200_000 }, async (context) => {
  const { system, exchange, again } = await trading(context, { USD: '1000000', BTC: '0.2' });
  await healthy(system);
  const orders = (): string[] => exchange.exchange.oracle.orders().filter(({ accountId, type }) => accountId === 'demo' && type === 'limit').map(({ state }) => state);
  const held = (): string | undefined => exchange.exchange.oracle.accounts().find(({ id }) => id === 'demo')?.balances['BTC']?.total;
  for (const key of ['a', 'b', 'c']) {
    const answered = await fetch(`${system.listening}/api/v1/intents`, { method: 'POST', headers: { authorization: 'Bearer bot-token-9', 'content-type': 'application/json' }, body: JSON.stringify({ key, action: 'order', instrument: 'BTC/USD', side: 'buy', quantity: '0.01', type: 'limit', limitPrice: '48000' }) });
    assert.equal(answered.status, 200, await answered.text());
  }
  await until('three orders rest', () => orders().filter((state) => state === 'new').length === 3);
  const called: unknown[] = [];
  system.onKill((ended) => void called.push(ended.confirmed), { name: 'pager' });
  system.onKill(() => { throw new Error('no route to the pager'); }, { name: 'broken' });
  system.onKill(() => new Promise(() => undefined), { name: 'hanging', withinMs: 200 });
  assert.throws(() => system.onKill(() => undefined, { name: 'pager' }), LibraryError);
  assert.throws(() => system.onKill(() => undefined, { withinMs: 0 }), LibraryError);
  const leave = system.onKill(() => void called.push('left'), { name: 'left' });
  leave();
  const report = await system.shutdown({ emergency: true, by: 'sam', reason: 'fire' });
  assert.deepEqual([report.emergency, report.confirmed, report.venues.map(({ venue, confirmed, openOrders, why }) => [venue, confirmed, openOrders, why])], [true, true, [['alpaca', true, 0, []]]], JSON.stringify(report));
  assert.deepEqual(report.venues[0]?.steps.map(({ step, outcome }) => `${step} ${outcome}`).toSorted(), ['cancel done', 'close done', 'confirm done', 'disconnect done', 'verify done']);
  assert.deepEqual(report.callbacks.map(({ outcome, detail }) => `${outcome} ${detail}`).toSorted(), ['done pager: called', 'failed broken: no route to the pager', 'late hanging: no end within 200 ms']);
  assert.deepEqual(called, [true]);
  assert.deepEqual(orders().slice(0, 3), ['cancelled', 'cancelled', 'cancelled'], 'by the exchange, not by our word');
  assert.equal(Number(held()), 0, 'and so is what was held');

  const next = await again();
  const { state, restriction, gate } = await next.status();
  assert.deepEqual([state, restriction, gate], [SystemSafetyState.EMERGENCY_SHUTDOWN, 'stop', 'LOCKED']);
  assert.match(await next.resume({ by: 'sam', reason: 'the fire is out' }) ?? '', /killed/, 'no plain word opens it');
  assert.equal(await next.resume({ by: 'sam', reason: 'the fire is out', afterKill: true }), undefined);
  assert.equal(next.state, SystemSafetyState.RECOVERING);
});

test('a venue that is away is not confirmed, and the next life goes on with it until it is', { timeout: 200_000 }, async (context) => {
  const { system, exchange, again } = await trading(context, { USD: '1000000', BTC: '0.2' });
  await healthy(system);
  exchange.app.setPlan(parseFaultPlan({ rules: [{ on: 'any', fault: 'error-5xx' }] }));
  const report = await system.shutdown({ emergency: true, withinMs: 1_000 });
  assert.deepEqual([report.confirmed, report.venues[0]?.confirmed, report.callbacks], [false, false, []]);
  assert.match(report.venues[0]?.why.join() ?? '', /0.2 BTC is held.*the next start on this folder goes on with it/);
  exchange.app.setPlan(parseFaultPlan({}));
  const next = await again();
  const ended = new Promise<boolean>((resolve) => void next.onKill(({ confirmed }) => resolve(confirmed)));
  assert.equal(await ended, true);
  assert.equal((await next.status()).gate, 'LOCKED');
});

test('what is promised is a number in its bounds, and a configuration that cannot be used starts nothing', async () => {
  await assert.rejects(createSafetySystem({ availabilityTarget: 1.5 }), LibraryError);
  await assert.rejects(createSafetySystem({ config: { version: 1 } }), /instance/);
  assert.deepEqual(Object.values(Severity), ['info', 'warning', 'critical', 'emergency']);
  assert.equal(ComponentState.OPERATIONAL, ComponentState.HEALTHY);
});

test('the examples of the page run', { timeout: 120_000 }, async (context) => {
  const exchange = await serveExchange();
  const folder = mkdtempSync(join(tmpdir(), 'library-page-'));
  context.after(async () => {
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  });
  Object.assign(process.env, { EXCHANGE_URL: exchange.url, DATA_DIR: folder });
  const log = context.mock.method(console, 'log', () => undefined);
  for (const { language, text } of blocksOf({ path: '', text: readFileSync('docs/reference/library.md', 'utf8') })) {
    if (language !== 'ts') continue;
    const script = stripTypeScriptTypes(text).replaceAll("'breakwater'", JSON.stringify(new URL('../../src/index.ts', import.meta.url).href));
    await import(`data:text/javascript,${encodeURIComponent(script)}`);
  }
  assert.deepEqual(log.mock.calls.map(({ arguments: said }) => String(said[0])), ['closed', String(log.mock.calls[1]?.arguments[0]), 'order-value: 105000 USD', 'placed, and the risk is normal', 'alpaca']);
});
