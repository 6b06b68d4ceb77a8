/** The venue's official SDK, unmodified, trading on the exchange over real sockets. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Alpaca, streaming } from '@alpacahq/alpaca-trade-api';
import { alpacaClassifier, alpacaDialect } from '../src/dialects/alpaca/index.ts';
import { parseFaultPlan, withFaults } from '../src/dialects/faults/index.ts';
import type { FaultyApp } from '../src/dialects/faults/index.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import { realNet } from '../src/edges/net/index.ts';
import { createExchange } from '../src/exchange/index.ts';
import type { Exchange } from '../src/exchange/index.ts';
import type { Served } from '../src/ports/index.ts';
import { alwaysOpen, Heard, roads } from './support/served-exchange.ts';
import type { Loose } from './support/served-exchange.ts';

for (const [way, road] of roads) describe(way, () => {
  const clock = realClock();
  const keys = { keyId: 'demo-key', secret: 'demo-secret' };
  let exchange: Exchange;
  let app: FaultyApp;
  let served: Served;
  let alpaca: Alpaca;

  before(async () => {
    exchange = await createExchange({
      clock, seed: 7, price: { 'BTC/USD': { kind: 'manual', startPrice: '50000' }, AAPL: { kind: 'manual', startPrice: '200' } }, calendar: alwaysOpen, house: { halfSpreadPpm: 1_000 }, fees: { periodMs: 200 },
    });
    exchange.start();
    app = withFaults(alpacaDialect({ desk: exchange, clock, ids: realIds() }), { clock, classify: alpacaClassifier });
    served = await road(realNet({ clock })).serve({ host: '127.0.0.1', port: 0 }, app);
    alpaca = client(keys);
  });

  after(async () => {
    await exchange.stop();
    await served.close();
  });

  function client(credentials: { keyId: string; secret: string }): Alpaca {
    const fetchApi: typeof fetch = (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      return fetch(`${served.url}${pathname}${search}`, init);
    };
    // Without a deadline of its own: the SDK forgets to take the timer of an answer without a body back, and the test would wait for it.
    return new Alpaca({ ...credentials, paper: true, fetchApi, rateLimit: false, retry: false, timeoutMs: 0 });
  }

  let count = 0;
  const limit = (limitPrice: string, more = {}) => ({
    symbol: 'BTC/USD', qty: '0.01', side: 'buy', type: 'limit', limitPrice, timeInForce: 'gtc', clientOrderId: `sdk-${++count}`, ...more,
  }) as const;
  const orders = () => alpaca.trading.orders;
  const place = (order: ReturnType<typeof limit>) => orders().postOrder({ postOrderRequest: order });
  const idOf = (order: { id?: string }): string => order.id ?? assert.fail('an order has an id');
  const refusal = (status: number, code: number) => (thrown: unknown): boolean => {
    const { status: given, code: word } = thrown as { status?: number; code?: number };
    assert.deepEqual([given, word], [status, code]);
    return true;
  };

  test('the account, the assets and the clock are read', async () => {
    const check = await alpaca.trading.validateConnection();
    assert.equal(check.ok, true);
    const account = await alpaca.trading.account.getAccount();
    assert.deepEqual([account.status, account.currency, account.cash, account.tradingBlocked], ['ACTIVE', 'USD', '1000000', false]);
    const assets = await alpaca.trading.assets.getV2Assets({ assetClass: 'crypto' });
    assert.ok(assets.some(({ symbol }) => symbol === 'BTC/USD'));
    const asset = await alpaca.trading.assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: 'BTC/USD' });
    assert.deepEqual([asset.symbol, asset._class, asset.tradable, asset.minTradeIncrement], ['BTC/USD', 'crypto', true, '0.000000001']);
    const { timestamp } = await alpaca.trading.clock.legacyClock();
    assert.ok(Math.abs(timestamp.getTime() - clock.wallMs()) < 60_000);
  });

  test('wrong keys are an authentication error', async () => {
    await assert.rejects(client({ keyId: 'demo-key', secret: 'guess' }).trading.account.getAccount(), refusal(401, 40110000));
  });

  test('a limit order rests, is found by both its ids and in the list, and is cancelled', async () => {
    const order = limit('40000');
    const created = await place(order);
    const id = idOf(created);
    assert.deepEqual([created.status, created.clientOrderId, created.filledQty], ['pending_new', order.clientOrderId, '0']);
    const found = await orders().getOrderByClientOrderId({ clientOrderId: order.clientOrderId });
    assert.deepEqual([found.id, found.status, found.limitPrice], [id, 'new', '40000']);
    assert.equal((await orders().getOrderByOrderID({ orderId: id })).clientOrderId, order.clientOrderId);
    assert.ok((await orders().getAllOrders({ status: 'open' })).some((open) => open.id === id));
    await orders().deleteOrderByOrderID({ orderId: id });
    const cancelled = await orders().getOrderByOrderID({ orderId: id });
    assert.deepEqual([cancelled.status, cancelled.canceledAt instanceof Date], ['canceled', true]);
    await assert.rejects(orders().deleteOrderByOrderID({ orderId: id }), refusal(422, 42210000));
  });

  test('a marketable order fills; its fill, its fee and the position are on record', async () => {
    const held = await alpaca.trading.positions.getOpenPosition({ symbolOrAssetId: 'BTCUSD' });
    const id = idOf(await place(limit('51000')));
    const filled = await orders().getOrderByOrderID({ orderId: id });
    assert.deepEqual([filled.status, filled.filledQty], ['filled', '0.01']);
    assert.ok(Number(filled.filledAvgPrice) > 50_000 && Number(filled.filledAvgPrice) <= 51_000);

    const activities = alpaca.trading.accountActivities;
    const { raw } = await activities.getAccountActivitiesByActivityTypeRaw({ activityType: 'FILL' });
    const rows = (await raw.json()) as readonly Record<string, string>[]; // the SDK's own models lose what is peculiar to fills
    const last = rows.find((row) => row['order_id'] === id);
    assert.deepEqual([last?.['cum_qty'], last?.['leaves_qty'], last?.['order_status'], last?.['symbol']], ['0.01', '0', 'filled', 'BTC/USD']);
    const pages = await alpaca.trading.collectActivities({ activityTypes: ['FILL'], pageSize: 1 });
    assert.deepEqual(pages.map((row) => row.id), rows.map((row) => row['id']));

    const position = await alpaca.trading.positions.getOpenPosition({ symbolOrAssetId: 'BTCUSD' });
    assert.deepEqual([held.qty, position.qty], ['20', '20.009975']); // the fee came out of what was bought
    while (exchange.fees('demo').length === 0) await exchange.move('BTC/USD', '50000');
    const [fee] = await activities.getAccountActivitiesByActivityType({ activityType: 'CFEE' });
    assert.ok(fee !== undefined && 'netAmount' in fee);
    assert.deepEqual([fee.activityType, fee.qty, fee.symbol], ['CFEE', '-0.000025', 'BTCUSD']);
  });

  test('a client order id is refused for ever: while its order rests, after it was cancelled and after it filled', async () => {
    const order = limit('40000');
    const id = idOf(await place(order));
    await assert.rejects(place(order), refusal(422, 40010001));
    await orders().deleteOrderByOrderID({ orderId: id });
    await assert.rejects(place(order), refusal(422, 40010001));
    const other = limit('51000');
    await place(other);
    await assert.rejects(place(other), refusal(422, 40010001));
  });

  test('orders the venue does not take are errors of the SDK with the venue\'s codes', async () => {
    await assert.rejects(place(limit('40000', { qty: '1000' })), refusal(403, 40310000));
    await assert.rejects(place(limit('40000', { qty: '0.0001' })), refusal(403, 40310000));
    await assert.rejects(place(limit('40000', { timeInForce: 'day' })), refusal(422, 42210000));
    await assert.rejects(orders().getOrderByClientOrderId({ clientOrderId: 'never sent' }), refusal(404, 40410000));
  });

  test('an order is replaced, and everything open is cancelled at once', async () => {
    const old = idOf(await place(limit('40000')));
    const fresh = await orders().patchOrderByOrderId({ orderId: old, patchOrderRequest: { limitPrice: '41000' } });
    assert.deepEqual([fresh.replaces, fresh.limitPrice], [old, '41000']);
    assert.equal((await orders().getOrderByOrderID({ orderId: old })).status, 'replaced');
    const lines = await orders().deleteAllOrders();
    assert.deepEqual(lines.map(({ id, status }) => [id, status]), [[fresh.id, 200]]);
    assert.deepEqual(await orders().getAllOrders(), []);
  });

  test('the latest quotes, trades and books are read', async () => {
    const { crypto } = alpaca.marketData;
    const asked = { loc: 'us', symbols: 'BTC/USD' } as const;
    const quote = (await crypto.cryptoLatestQuotes(asked)).quotes['BTC/USD'];
    assert.ok(quote !== undefined && quote.bp < 50_000 && quote.ap > 50_000);
    const price = (await crypto.cryptoLatestTrades(asked)).trades['BTC/USD']?.p;
    assert.ok(price !== undefined && price >= 49_000 && price <= 51_000);
    assert.equal((await crypto.cryptoLatestOrderbooks(asked)).orderbooks['BTC/USD']?.a.length, 8);
  });

  test('a stock is bought for the day, shown as a position, and closed; the clock and the calendar say when', async () => {
    const { clock: hours, calendar } = alpaca.trading;
    assert.equal((await hours.legacyClock()).isOpen, true);
    assert.equal((await calendar.legacyCalendar({ start: new Date('2026-01-05T12:00:00Z'), end: new Date('2026-01-06T12:00:00Z') })).length, 2);
    const bought = await orders().postOrder({ postOrderRequest: { symbol: 'AAPL', notional: '1001', side: 'buy', type: 'market', timeInForce: 'day' } });
    assert.deepEqual([bought.notional, bought.assetClass], ['1001', 'us_equity']);
    const position = await alpaca.trading.positions.getOpenPosition({ symbolOrAssetId: 'AAPL' });
    assert.deepEqual([position.qty, position.assetClass, position.exchange], ['5', 'us_equity', 'NASDAQ']);
    const closing = await alpaca.trading.positions.deleteOpenPosition({ symbolOrAssetId: 'AAPL' });
    assert.equal(closing.side, 'sell');
  });

  test('the past of the market is read, page by page, and in snapshots', async () => {
    for (const price of ['50100', '50200', '50000']) await exchange.move('BTC/USD', price);
    const { crypto } = alpaca.marketData;
    const asked = { loc: 'us', symbols: 'BTC/USD', start: new Date(clock.wallMs() - 3_600_000) } as const;
    const first = await crypto.cryptoTrades({ ...asked, limit: 2 });
    assert.deepEqual([first.trades['BTC/USD']?.length, typeof first.nextPageToken], [2, 'string']);
    const rest = await crypto.cryptoTrades({ ...asked, pageToken: first.nextPageToken ?? '' });
    assert.equal(rest.trades['BTC/USD']?.at(-1)?.p, 50_000);
    const bars = await crypto.cryptoBars({ ...asked, timeframe: '1Hour' });
    assert.equal(bars.bars['BTC/USD']?.at(-1)?.c, 50_000);
    assert.equal((await crypto.cryptoSnapshots({ loc: 'us', symbols: 'BTC/USD' })).snapshots['BTC/USD']?.latestTrade?.p, 50_000);
  });

  test('the market data stream, which this SDK speaks in MessagePack', { timeout: 20_000 }, async () => {
    const stream = alpaca.marketData.cryptoStream({ url: `${served.url.replace('http', 'ws')}/v1beta3/crypto/us` });
    const heard = new Heard<Loose>();
    const subscribed = new Promise((resolve) => void stream.once(streaming.EVENT.SUBSCRIPTION, resolve));
    stream.onTrade((trade: unknown) => heard.add(trade));
    stream.subscribeForTrades(['BTC/USD']);
    stream.connect();
    try {
      await subscribed;
      await exchange.move('BTC/USD', '50300');
      assert.equal((await heard.first(() => true)).price, 50_300);
      await exchange.move('BTC/USD', '50000');
    } finally {
      stream.disconnect();
    }
  });

  type Update = { readonly event: string; readonly order: { readonly id?: string } };

  /** A stream of the SDK, and a way to wait for what it brings. */
  function updates() {
    const stream = alpaca.trading.stream({ url: `${served.url.replace('http', 'ws')}/stream`, initialReconnectMs: 10, reconnectJitter: 0, pingIntervalMs: 50, pongWaitMs: 50 });
    const seen: Update[] = [];
    const waiting = new Set<() => void>();
    const look = (): void => { for (const check of [...waiting]) check(); };
    stream.onTradeUpdate((update) => {
      seen.push(update as Update);
      look();
    });
    const subscribed = (): Promise<unknown> => new Promise((resolve) => void stream.once(streaming.EVENT.SUBSCRIPTION, resolve));
    const heard = (orderId: string, event: string): Promise<void> => new Promise((resolve) => {
      const check = (): void => {
        if (!seen.some((update) => update.event === event && update.order.id === orderId)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
    return { stream, seen, subscribed, heard };
  }

  test('the stream tells of new orders, fills and cancels, and connects again after it was cut', { timeout: 20_000 }, async () => {
    const { stream, seen, subscribed, heard } = updates();
    try {
      stream.subscribeTradeUpdates();
      const first = subscribed();
      stream.connect();
      await first;
      const resting = idOf(await place(limit('40000')));
      await heard(resting, 'new');
      await orders().deleteOrderByOrderID({ orderId: resting });
      await heard(resting, 'canceled');
      const filled = idOf(await place(limit('51000')));
      await heard(filled, 'fill');

      app.setPlan(parseFaultPlan({ rules: [{ on: 'stream.event', fault: 'reset', times: 1 }] }));
      const again = subscribed();
      const unheard = idOf(await place(limit('40000')));
      await again;
      const later = idOf(await place(limit('40000')));
      await heard(later, 'new');
      assert.ok(!seen.some(({ order }) => order.id === unheard), 'what happened in between is not replayed');
      await orders().deleteAllOrders();
    } finally {
      stream.disconnect();
      app.setPlan(parseFaultPlan({}));
    }
  });

  test('the SDK notices a half-open stream by its pings and connects again', { timeout: 20_000 }, async () => {
    app.setPlan(parseFaultPlan({ rules: [{ on: 'stream.event', fault: 'half-open', times: 1 }] }));
    const { stream, subscribed, heard } = updates();
    try {
      stream.subscribeTradeUpdates();
      const first = subscribed();
      stream.connect();
      await first;
      const again = subscribed();
      await place(limit('40000'));
      await again;
      const later = idOf(await place(limit('40000')));
      await heard(later, 'new');
      await orders().deleteAllOrders();
    } finally {
      stream.disconnect();
      app.setPlan(parseFaultPlan({}));
    }
  });

  test('the SDK places an order and waits on the stream until it is filled', { timeout: 20_000 }, async () => {
    const { stream, subscribed } = updates();
    try {
      stream.subscribeTradeUpdates();
      const first = subscribed();
      stream.connect();
      await first;
      const filled = await alpaca.trading.submitAndWait(limit('51000'), { stream, timeoutMs: 10_000 });
      assert.equal(filled.status, 'filled');
    } finally {
      stream.disconnect();
    }
  });
});
