/** The venue's older official SDK (v3), unmodified, trading on the exchange over real sockets. It differs from its successor on the wire. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import AlpacaV3 from 'alpaca-trade-api-v3';
import { alwaysOpen, Heard, keys, roads, serveExchange } from './support/served-exchange.ts';
import type { Loose } from './support/served-exchange.ts';

for (const [way, road] of roads) describe(way, () => {
  const Alpaca = AlpacaV3 as unknown as new (configuration: Readonly<Record<string, unknown>>) => Loose;
  let venue: Awaited<ReturnType<typeof serveExchange>>;
  let alpaca: Loose;

  const client = (secretKey = keys.secret): Loose => new Alpaca({ keyId: keys.keyId, secretKey, baseUrl: venue.url, dataBaseUrl: venue.url, dataStreamUrl: venue.wsUrl });

  before(async () => {
    venue = await serveExchange({ calendar: alwaysOpen, price: { 'BTC/USD': { kind: 'manual', startPrice: '50000' }, AAPL: { kind: 'manual', startPrice: '200' } } }, {}, road);
    alpaca = client();
  });

  after(() => venue.close());

  let count = 0;
  // Numbers, as users of this SDK write them: it sends them as they are.
  const limit = (price: number, more = {}) => ({ symbol: 'BTC/USD', qty: 0.01, side: 'buy', type: 'limit', limit_price: price, time_in_force: 'gtc', client_order_id: `v3-${++count}`, ...more });
  const refusal = (status: number, code: number) => ({ response }: Loose): boolean => {
    assert.deepEqual([response?.status, response?.data.code], [status, code]);
    return true;
  };
  const moved = (price: string): Promise<void> => venue.exchange.move('BTC/USD', price);

  test('the account, the assets, the clock and the calendar are read', async () => {
    const account = await alpaca.getAccount();
    assert.deepEqual([account.status, account.currency, account.trading_blocked], ['ACTIVE', 'USD', false]);
    assert.ok((await alpaca.getAssets({ status: 'active', asset_class: 'crypto' })).some(({ symbol }: Loose) => symbol === 'BTC/USD'));
    assert.equal((await alpaca.getAsset('BTCUSD')).class, 'crypto');
    assert.equal((await alpaca.getClock()).is_open, true);
    const days = await alpaca.getCalendar({ start: new Date('2026-01-05T12:00:00Z'), end: new Date('2026-01-06T12:00:00Z') });
    assert.deepEqual(days.map(({ date }: Loose) => date), ['2026-01-05', '2026-01-06']);
  });

  test('wrong keys are refused with 401', async () => {
    await assert.rejects(client('guess').getAccount(), refusal(401, 40110000));
  });

  test('a limit order rests, is found by both its ids and in the list, and is cancelled', async () => {
    const order = limit(40_000);
    const { id, status } = await alpaca.createOrder(order);
    assert.equal(status, 'pending_new');
    const found = await alpaca.getOrderByClientId(order.client_order_id);
    assert.deepEqual([found.id, found.status, found.qty, found.limit_price], [id, 'new', '0.01', '40000']);
    assert.equal((await alpaca.getOrder(id)).client_order_id, order.client_order_id);
    assert.ok((await alpaca.getOrders({ status: 'open' })).some((open: Loose) => open.id === id));
    await alpaca.cancelOrder(id);
    assert.equal((await alpaca.getOrder(id)).status, 'canceled');
    await assert.rejects(alpaca.cancelOrder(id), refusal(422, 42210000));
  });

  test('a client order id is refused for ever', async () => {
    const order = limit(40_000);
    const { id } = await alpaca.createOrder(order);
    await assert.rejects(alpaca.createOrder(order), refusal(422, 40010001));
    await alpaca.cancelOrder(id);
    await assert.rejects(alpaca.createOrder(order), refusal(422, 40010001));
  });

  test('orders the venue does not take carry its codes to the user', async () => {
    await assert.rejects(alpaca.createOrder(limit(40_000, { qty: 1_000 })), refusal(403, 40310000));
    await assert.rejects(alpaca.createOrder(limit(40_000, { qty: 0.0001 })), refusal(403, 40310000));
    await assert.rejects(alpaca.getOrderByClientId('never sent'), refusal(404, 40410000));
  });

  test('an order is replaced, and everything open is cancelled at once', async () => {
    const old = await alpaca.createOrder(limit(40_000));
    const fresh = await alpaca.replaceOrder(old.id, { limit_price: 41_000, client_order_id: `v3-${++count}` });
    assert.deepEqual([fresh.replaces, fresh.limit_price], [old.id, '41000']);
    const { status, replaced_by } = await alpaca.getOrder(old.id);
    assert.deepEqual([status, replaced_by], ['replaced', fresh.id]);
    assert.deepEqual(await alpaca.cancelAllOrders(), [{ id: fresh.id, status: 200 }]);
  });

  test('a fill changes the position and is on record; a position is closed, then all of them', async () => {
    const { id } = await alpaca.createOrder(limit(51_000));
    assert.equal((await alpaca.getOrder(id)).status, 'filled');
    assert.equal((await alpaca.getPosition('BTCUSD')).qty, '20.009975');
    const [last] = await alpaca.getAccountActivities({ activityTypes: ['FILL'], pageSize: 1 });
    assert.deepEqual([last.order_id, last.cum_qty, last.leaves_qty], [id, '0.01', '0']);

    const closing = await alpaca.closePosition('ETHUSD').catch((thrown: Loose) => thrown.response.status);
    assert.equal(closing, 422, 'what has no price cannot be closed');
    const order = await alpaca.closePosition('BTCUSD');
    assert.deepEqual([order.side, order.type, order.qty], ['sell', 'market', '20.009975']);
    await assert.rejects(alpaca.closePosition('DOGEUSD'), refusal(404, 40410000));
    const lines = await alpaca.closeAllPositions();
    assert.ok(Array.isArray(lines) && lines.every(({ symbol, status }: Loose) => typeof symbol === 'string' && typeof status === 'number'));
  });

  test('a stock is bought by value and by shares, and its position closed', async () => {
    const byValue = await alpaca.createOrder({ symbol: 'AAPL', notional: 1_001, side: 'buy', type: 'market', time_in_force: 'day' });
    const byShares = await alpaca.createOrder({ symbol: 'AAPL', qty: 0.5, side: 'buy', type: 'market', time_in_force: 'day' });
    assert.deepEqual([byValue.notional, byValue.qty, byShares.qty, byShares.asset_class], ['1001', null, '0.5', 'us_equity']);
    assert.equal((await alpaca.getPosition('AAPL')).qty, '5.5');
    assert.equal((await alpaca.getLatestTrade('AAPL')).Price, 200.2);
    assert.equal((await alpaca.getSnapshot('AAPL')).LatestTrade.Price, 200.2);
    const order = await alpaca.closePosition('AAPL');
    assert.deepEqual([order.side, order.qty, order.time_in_force], ['sell', '5.5', 'day']);
    await assert.rejects(alpaca.getPosition('AAPL'), refusal(404, 40410000));
    await assert.rejects(alpaca.createOrder({ symbol: 'AAPL', qty: 1, side: 'buy', type: 'limit', limit_price: 150.005, time_in_force: 'day' }), refusal(422, 42210000));
  });

  test('market data is read, page by page', async () => {
    for (const price of ['50100', '50200', '50300']) await moved(price);
    const start = new Date(venue.clock.wallMs() - 3_600_000).toISOString();
    const trades = (await alpaca.getCryptoTrades(['BTC/USD'], { start, pageLimit: 2 })).get('BTC/USD');
    const prices = trades.map(({ Price }: Loose) => Price);
    assert.deepEqual(prices.slice(-3), [50_100, 50_200, 50_300]);
    assert.equal(new Set(trades.map(({ ID }: Loose) => ID)).size, trades.length, 'no trade comes twice');
    const quotes = (await alpaca.getCryptoQuotes(['BTC/USD'], { start })).get('BTC/USD');
    assert.ok(quotes.at(-1).BidPrice < 50_300 && quotes.at(-1).AskPrice > 50_300);
    const bars = (await alpaca.getCryptoBars(['BTC/USD'], { start, timeframe: alpaca.newTimeframe(1, alpaca.timeframeUnit.MIN) })).get('BTC/USD');
    assert.equal(bars.at(-1).Close, 50_300);
    assert.equal((await alpaca.getLatestCryptoTrades(['BTC/USD'])).get('BTC/USD').Price, 50_300);
    assert.equal((await alpaca.getLatestCryptoBars(['BTC/USD'])).get('BTC/USD').Close, 50_300);
    assert.ok((await alpaca.getLatestCryptoQuotes(['BTC/USD'])).get('BTC/USD').AskPrice > 50_300);
    assert.equal((await alpaca.getCryptoOrderbooks(['BTC/USD'])).get('BTC/USD').Bids.length, 8);
    assert.equal((await alpaca.getCryptoSnapshots(['BTC/USD'])).get('BTC/USD').LatestTrade.Price, 50_300);
  });

  test('the trade stream tells of new orders, fills and cancels', { timeout: 20_000 }, async () => {
    const stream = alpaca.trade_ws;
    const heard = new Heard<Loose>();
    stream.onConnect(() => stream.subscribe(['trade_updates']));
    stream.onOrderUpdate((update: Loose) => heard.add(update));
    const listening = new Promise((resolve) => stream.onConnect(() => resolve(undefined)));
    stream.connect();
    try {
      await listening;
      const { id } = await alpaca.createOrder(limit(40_000));
      await heard.first(({ event, order }) => event === 'new' && order.id === id);
      await alpaca.cancelOrder(id);
      await heard.first(({ event, order }) => event === 'canceled' && order.id === id);
      const filled = await alpaca.createOrder(limit(51_000));
      const { qty, position_qty } = await heard.first(({ event, order }) => event === 'fill' && order.id === filled.id);
      assert.ok(Number(qty) === 0.01 && Number(position_qty) > 0);
    } finally {
      stream.reconnectDisabled = true; // its own `disconnect` leaves nothing else to do, and reads a field that is never set
      stream.conn.close();
    }
  });

  test('the market data stream speaks MessagePack: trades, quotes, bars and a book that follows its changes', { timeout: 20_000 }, async () => {
    const stream = alpaca.crypto_stream_v1beta3;
    const [trades, quotes, books] = [new Heard<Loose>(), new Heard<Loose>(), new Heard<Loose>()];
    stream.onCryptoTrade((trade: Loose) => trades.add(trade));
    stream.onCryptoQuote((quote: Loose) => quotes.add(quote));
    stream.onCryptoOrderbook((book: Loose) => books.add(book));
    stream.onConnect(() => {
      stream.subscribeForTrades(['BTC/USD']);
      stream.subscribeForQuotes(['BTC/USD']);
      stream.subscribeForOrderbooks(['BTC/USD']);
    });
    stream.connect();
    try {
      const whole = await books.first(() => true);
      assert.deepEqual([whole.r, whole.Bids.length, whole.Asks.length], [true, 8, 8]);
      await moved('49000');
      const trade = await trades.first(({ Price }) => Price === 49_000);
      assert.ok(trade.Timestamp instanceof Date && typeof trade.ID === 'number');
      const quote = await quotes.first(({ BidPrice, AskPrice }) => BidPrice < 49_000 && AskPrice > 49_000);
      assert.ok(Math.abs(quote.Timestamp.getTime() - venue.clock.wallMs()) < 60_000);
      const changes = await books.first(({ r }) => r !== true);
      assert.ok(changes.Bids.some(({ Size }: Loose) => Size === 0), 'levels that are gone have a size of nothing');
      assert.deepEqual(stream.getSubscriptions().trades, ['BTC/USD']);
    } finally {
      stream.disconnect();
    }
  });

  test('a second market data connection with the same keys is one too many', { timeout: 20_000 }, async () => {
    const joined = async (): Promise<Loose> => {
      for (;;) { // until the connection of the test before is gone
        const stream = client().crypto_stream_v1beta3;
        const taken = await new Promise((resolve) => {
          stream.onConnect(() => resolve(true));
          stream.onError(() => resolve(false));
          stream.connect();
        });
        if (taken === true) return stream;
        stream.disconnect();
      }
    };
    const [first, second] = [await joined(), client().crypto_stream_v1beta3];
    const errors = new Heard<string>();
    second.onError((error: string) => errors.add(error));
    try {
      second.connect();
      await errors.first((error) => error === 'connection limit exceeded');
    } finally {
      second.disconnect();
      first.disconnect();
    }
  });
});
