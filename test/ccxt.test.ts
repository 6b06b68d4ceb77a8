/** ccxt, unmodified, trading on the exchange over real sockets: by requests, and by the streams of its pro half. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import ccxt from 'ccxt';
import { keys, roads, serveExchange } from './support/served-exchange.ts';
import type { Loose } from './support/served-exchange.ts';

for (const [way, road] of roads) describe(way, () => {
  let venue: Awaited<ReturnType<typeof serveExchange>>;
  let exchange: InstanceType<typeof ccxt.pro.alpaca>;
  const clients: InstanceType<typeof ccxt.pro.alpaca>[] = [];
  const symbol = 'BTC/USD';

  async function client(secret = keys.secret): Promise<InstanceType<typeof ccxt.pro.alpaca>> {
    const made = new ccxt.pro.alpaca({ apiKey: keys.keyId, secret, enableRateLimit: false });
    const { url, wsUrl } = venue;
    made.urls['api'] = { broker: url, trader: url, market: url, ws: { crypto: `${wsUrl}/v1beta3/crypto/us`, trading: `${wsUrl}/stream` } };
    await made.loadHttpProxyAgent(); // without it, it refuses plain ws:// addresses
    clients.push(made);
    return made;
  }

  before(async () => {
    venue = await serveExchange({}, {}, road);
    exchange = await client();
  });

  after(async () => {
    for (const one of clients) await one.close();
    await venue.close();
  });

  let count = 0;
  const name = (): string => `ccxt-${++count}`;
  async function buy(price: number, amount = 0.01, clientOrderId = name()) {
    const order = await exchange.createOrder(symbol, 'limit', 'buy', amount, price, { clientOrderId });
    return { ...order, id: order.id ?? assert.fail('an order has an id') };
  }

  test('the markets, the time and the balance are read', async () => {
    const markets = await exchange.loadMarkets();
    const market = markets[symbol];
    assert.deepEqual([market?.base, market?.quote, market?.precision.price, market?.limits.amount?.min], ['BTC', 'USD', 0.01, 0.000012]);
    assert.ok(Object.values(markets).every((one) => one?.symbol.includes('/')), 'stocks are not among them');
    const time = await exchange.fetchTime();
    assert.ok(Math.abs((time ?? 0) - venue.clock.wallMs()) < 60_000);
    const balance = await exchange.fetchBalance();
    assert.deepEqual([balance['USD']?.total, balance['BTC']?.total], [1_000_000, 20]);
  });

  test('wrong keys are an error of permission', async () => {
    await assert.rejects((await client('guess')).fetchBalance(), ccxt.PermissionDenied);
  });

  test('an order rests, is found by both its ids and in the lists, and is cancelled', async () => {
    const clientOrderId = name();
    const { id, status } = await buy(40_000, 0.01, clientOrderId);
    assert.equal(status, 'open');
    const found = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([found.clientOrderId, found.amount, found.price, found.remaining, found.status], [clientOrderId, 0.01, 40_000, 0.01, 'open']);
    const byName = await exchange.request('v2/orders:by_client_order_id', ['trader', 'private'] as unknown as string, 'GET', { client_order_id: clientOrderId });
    assert.equal(byName.id, id);
    assert.deepEqual((await exchange.fetchOpenOrders(symbol)).map((open) => open.id), [id]);
    await exchange.cancelOrder(id, symbol);
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
    assert.ok((await exchange.fetchClosedOrders(symbol)).some((closed) => closed.id === id));
  });

  test('a client order id is refused for ever; ccxt calls that a bad request', async () => {
    const clientOrderId = name();
    const { id } = await buy(40_000, 0.01, clientOrderId);
    const duplicate = (thrown: unknown): boolean => thrown instanceof ccxt.BadRequest && /client_order_id must be unique/.test(thrown.message);
    await assert.rejects(buy(40_000, 0.01, clientOrderId), duplicate);
    await exchange.cancelOrder(id, symbol);
    await assert.rejects(buy(40_000, 0.01, clientOrderId), duplicate);
  });

  test('what cannot be paid for, is too small, or is not there is an error of its own', async () => {
    await assert.rejects(buy(40_000, 1_000), ccxt.InsufficientFunds);
    await assert.rejects(buy(40_000, 0.0001), /cost basis must be >= minimal amount of order 10/);
    await assert.rejects(exchange.fetchOrder('00000000-0000-4000-a000-000000000000', symbol), ccxt.InvalidOrder);
  });

  test('an order is edited, and everything open is cancelled at once', async () => {
    const old = await buy(40_000);
    const fresh = await exchange.editOrder(old.id, symbol, 'limit', 'buy', 0.02, 41_000);
    assert.deepEqual([fresh.price, fresh.amount, fresh.id === old.id], [41_000, 0.02, false]);
    assert.equal((await exchange.fetchOrder(old.id, symbol)).status, 'canceled');
    const cancelled = await exchange.cancelAllOrders();
    assert.deepEqual(cancelled.map(({ id }) => id), [fresh.id]);
    assert.deepEqual(await exchange.fetchOpenOrders(symbol), []);
  });

  test('a fill is among my trades and in the balance, a market order is placed by its cost', async () => {
    const { id } = await buy(51_000);
    const filled = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([filled.status, filled.filled, filled.average], ['closed', 0.01, 50_050]);
    const mine = (await exchange.fetchMyTrades(symbol)).find((trade) => trade.order === id);
    assert.deepEqual([mine?.amount, mine?.price, mine?.side], [0.01, 50_050, 'buy']);
    assert.equal((await exchange.fetchBalance())['BTC']?.total, 20.009975);
    const { id: byCost } = await exchange.createMarketOrderWithCost(symbol, 'buy', 1_001);
    const { filled: quantity, cost } = await exchange.fetchOrder(byCost ?? '', symbol);
    assert.deepEqual([quantity, cost], [0.02, 1_001]);
  });

  test('positions are read, and one is closed, through the paths that ccxt knows', async () => {
    const held = await exchange['traderPrivateGetV2Positions']();
    assert.ok(held.some(({ symbol: name, side }: Loose) => name === 'BTCUSD' && side === 'long'));
    const order = await exchange['traderPrivateDeleteV2PositionsSymbolOrAssetId']({ symbol_or_asset_id: 'BTCUSD', qty: '0.01' });
    assert.deepEqual([order.side, order.type, order.qty], ['sell', 'market', '0.01']);
    assert.equal((await exchange.fetchOrder(order.id, symbol)).status, 'closed');
  });

  test('tickers, books, trades and candles are read', async () => {
    await venue.exchange.move(symbol, '50500');
    await venue.exchange.move(symbol, '50000');
    const ticker = await exchange.fetchTicker(symbol);
    assert.deepEqual([ticker.last, (ticker.bid ?? 0) < 50_000, (ticker.ask ?? 0) > 50_000, (ticker.high ?? 0) >= 50_000], [50_000, true, true, true]);
    const book = await exchange.fetchOrderBook(symbol);
    assert.deepEqual([book.bids.length, book.asks.length], [8, 8]);
    const since = venue.clock.wallMs() - 3_600_000;
    const trades = await exchange.fetchTrades(symbol, since);
    assert.equal(trades.at(-1)?.price, 50_000);
    const candles = await exchange.fetchOHLCV(symbol, '1m', since);
    assert.equal(candles.at(-1)?.[4], 50_000);
    assert.deepEqual(await exchange.fetchOHLCV(symbol, '1m', since, undefined, { paginate: true, limit: 1 }), candles, 'page by page they are the same');
  });

  test('the stream of one\'s own orders and trades', { timeout: 20_000 }, async () => {
    const watching = exchange.watchOrders(symbol);
    const trading = exchange.watchMyTrades(symbol);
    await exchange.authenticate(exchange.urls['api'].ws.trading);
    // It says nothing when its request to listen has been answered; an order is placed until one is heard of.
    let heard: Awaited<typeof watching> | undefined;
    void watching.then((orders) => (heard = orders));
    while (heard === undefined) {
      await venue.exchange.move(symbol, '50000'); // the house quotes anew, however long this takes
      await buy(51_000);
    }
    assert.equal(heard[0]?.symbol, symbol);
    const [trade] = await trading;
    assert.deepEqual([trade?.symbol, trade?.amount], [symbol, 0.01]);
  });

  test('the streams of the market: quotes, trades, and a book that follows its changes', { timeout: 20_000 }, async () => {
    const book = exchange.watchOrderBook(symbol);
    assert.deepEqual([(await book).bids.length, (await book).asks.length], [8, 8]);
    const next = exchange.watchOrderBook(symbol);
    const [ticker, trades] = [exchange.watchTicker(symbol), exchange.watchTrades(symbol)];
    let done = false;
    const all = Promise.all([next, ticker, trades]).finally(() => (done = true));
    for (let step = 0; !done; step = (step + 1) % 100) {
      await venue.exchange.move(symbol, String(49_000 + step));
      await exchange.fetchTime();
    }
    const [changed, quote, dealt] = await all;
    assert.equal(changed.bids.length, 8, 'levels that are gone have left the book');
    assert.ok((changed.bids[0]?.[0] ?? 0) < 49_100 && (changed.asks[0]?.[0] ?? 0) < 49_200);
    assert.ok((quote.bid ?? 0) < 49_100 && (dealt.at(-1)?.price ?? 0) < 49_100);
  });
});
