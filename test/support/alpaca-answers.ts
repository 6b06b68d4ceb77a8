/** What Alpaca sends, as its documents show it; tests change a field at a time. */
export const bitcoin = {
  id: '276e2673-764b-4ab6-a611-caf665ca6340', class: 'crypto', exchange: 'CRYPTO', symbol: 'BTC/USD', name: 'Bitcoin / US Dollar', status: 'active', tradable: true,
  marginable: false, shortable: false, fractionable: true, attributes: [], min_order_size: '0.000012', min_trade_increment: '0.000000001', price_increment: '0.01',
};
export const ether = { ...bitcoin, id: '35f33a69-f5d6-4dc9-b158-4485e5e92e4b', symbol: 'ETH/USD', name: 'Ethereum / US Dollar', min_order_size: '0.00025', price_increment: '0.1' };
export const assets = [bitcoin, ether];

export const anOrder = {
  id: '61e69015-8549-4bfd-b9c3-01e75843f47d', client_order_id: 'bw-1', created_at: '2026-01-02T03:04:05.678901Z', updated_at: '2026-01-02T03:04:05.678901Z',
  submitted_at: '2026-01-02T03:04:05.678901Z', filled_at: null, expired_at: null, expires_at: '2026-04-02T20:00:00Z', canceled_at: null, failed_at: null, replaced_at: null,
  replaced_by: null, replaces: null, asset_id: '276e2673-764b-4ab6-a611-caf665ca6340', symbol: 'BTC/USD', asset_class: 'crypto', notional: null, qty: '0.001', filled_qty: '0',
  filled_avg_price: null, order_class: '', order_type: 'limit', type: 'limit', side: 'buy', position_intent: 'buy_to_open', time_in_force: 'gtc', limit_price: '50000',
  stop_price: null, status: 'pending_new', extended_hours: false, legs: null, trail_percent: null, trail_price: null, hwm: null, subtag: null, source: 'access_key',
};

export const anAccount = {
  id: '904837e3-3b76-47ec-b432-046db621571b', account_number: 'PA3ABC', status: 'ACTIVE', crypto_status: 'ACTIVE', currency: 'USD', cash: '100000', equity: '100000',
  trading_blocked: false, transfers_blocked: false, account_blocked: false, trade_suspended_by_user: false, created_at: '2024-01-02T03:04:05.678901Z',
};

export const aPosition = {
  asset_id: '276e2673-764b-4ab6-a611-caf665ca6340', symbol: 'BTCUSD', exchange: 'CRYPTO', asset_class: 'crypto', asset_marginable: false, qty: '0.0999', qty_available: '0.05',
  avg_entry_price: '50000', side: 'long', market_value: '4995',
};

export const aFill = {
  id: '20221228071929579::ca2aafd0-1270-4b56-b0a9-85423b4a07c8', activity_type: 'FILL', transaction_time: '2022-12-28T12:19:29.579352Z', type: 'fill', price: '67174.5',
  qty: '0.00095', side: 'buy', symbol: 'BTC/USD', leaves_qty: '0', cum_qty: '0.00095', order_id: '25a1f4c2-0000-4000-8000-000000000001', order_status: 'filled', swap_rate: '1',
};

export const aFee = {
  id: '20221228000000000::53be51ba-46f9-43de-b81f-576f241dc680', activity_type: 'CFEE', date: '2022-12-28', net_amount: '0', description: 'Coin Pair Transaction Fee (Non USD)',
  symbol: 'BTCUSD', qty: '-0.000002375', price: '67174.5', status: 'executed',
};
