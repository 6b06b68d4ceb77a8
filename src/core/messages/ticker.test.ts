import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveTicker } from './index.ts';

const table = { tickers: { BTCUSD: 'BTC/USD', 'BINANCE:BTCUSDT': 'BTC/USDC', ETHUSDT: 'ETH/USD', DOGE: 'DOGE/USD' }, instruments: ['BTC/USD', 'BTC/USDC', 'ETH/USD'], sameName: false };
const symbolOf = (ticker: string, exchange?: string, sameName = false) => {
  const outcome = resolveTicker(ticker, exchange, { ...table, sameName });
  return outcome.kind === 'instrument' ? outcome.symbol : outcome.code;
};

test('a ticker goes by the table: with its exchange first, then bare, then without the marks of other markets', () => {
  assert.equal(symbolOf('BTCUSD'), 'BTC/USD');
  assert.equal(symbolOf('COINBASE:BTCUSD'), 'BTC/USD');
  assert.equal(symbolOf('BTCUSDT', 'BINANCE'), 'BTC/USDC');
  assert.equal(symbolOf('BINANCE:BTCUSDT'), 'BTC/USDC');
  assert.equal(symbolOf('BTCUSDT', 'KRAKEN'), 'unknown-ticker');
  for (const ticker of ['ETHUSDT.P', 'ETHUSDT-PERP', 'ETHUSDTPERP', 'BYBIT:ETHUSDT.P']) assert.equal(symbolOf(ticker), 'ETH/USD', ticker);
});

test('an instrument by its own name counts only where that is switched on, and never for a perpetual', () => {
  assert.equal(symbolOf('ETH/USD'), 'unknown-ticker');
  assert.equal(symbolOf('ETH/USD', undefined, true), 'ETH/USD');
  assert.equal(symbolOf('ETHUSD', 'KRAKEN', true), 'ETH/USD');
  assert.equal(symbolOf('ETHUSD.P', undefined, true), 'unknown-ticker');
  assert.equal(symbolOf('ethusd', undefined, true), 'unknown-ticker');
  assert.equal(symbolOf('ES1!', undefined, true), 'unknown-ticker');
});

test('delayed data is refused, and so is an instrument the venue of the source does not have', () => {
  assert.equal(symbolOf('BTCUSD', 'BINANCE_DL'), 'delayed-data');
  assert.equal(symbolOf('CME_DLY:BTCUSD'), 'delayed-data');
  assert.equal(symbolOf('DOGE'), 'unknown-ticker');
});

test('a ticker that is the name of something every object has is only a ticker', () => {
  for (const ticker of ['toString', '__proto__', 'constructor']) assert.equal(symbolOf(ticker, undefined, true), 'unknown-ticker');
});
