/** What an exchange is made of: instruments, accounts, fees, prices and switches, with the values it has when nothing is said. */
import { parseUnits, pow10 } from '../base/index.ts';
import type { Candle, Clock, DeskInstrument, OrderIdClass, RecordedTrade } from '../ports/index.ts';
import type { Calendar } from './calendar.ts';
import type { ExchangeLog } from './log.ts';
import type { ProtectionOptions } from './protections.ts';

export type AccountOptions = {
  readonly id: string;
  readonly keyId: string;
  readonly secret: string;
  readonly balances: Readonly<Record<string, string>>; // asset to decimal text; given once, when the account is opened
};

export type FeeOptions = {
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
  readonly periodMs: number; // fees are shown as one record per account, asset and period
};

/** Where an instrument's middle price comes from. */
export type PriceSource =
  | { readonly kind: 'walk'; readonly startPrice: string; readonly tickMs: number; readonly stepPpm: number } // stepPpm: how far one tick moves it, about
  | { readonly kind: 'manual'; readonly startPrice: string } // moves only by `exchange.move`
  | { readonly kind: 'candles'; readonly candles: Iterable<Candle> | AsyncIterable<Candle> }
  | { readonly kind: 'trades'; readonly trades: Iterable<RecordedTrade> | AsyncIterable<RecordedTrade> };

/** The invented market maker: `levels` prices a side, each of a value drawn between the two (quote asset). */
export type HouseOptions = {
  readonly halfSpreadPpm: number;
  readonly gapPpm: number;
  readonly levels: number;
  readonly minValue: number;
  readonly maxValue: number;
};

export type ExchangeOptions = {
  readonly clock: Clock;
  readonly seed: number;
  readonly log?: ExchangeLog;
  readonly idClass?: OrderIdClass;
  readonly accounts?: readonly AccountOptions[];
  readonly instruments?: readonly DeskInstrument[];
  readonly fees?: Partial<FeeOptions>;
  readonly price?: Readonly<Record<string, PriceSource>>; // by symbol; an instrument without one has no house
  readonly house?: Partial<HouseOptions>;
  /** `clock`: exchange time runs with the clock. `recording`: it is the time of the recording, and stands still between steps. */
  readonly time?: 'clock' | 'recording';
  // With the time of a recording, delays and sessions end at the step that passes them.
  readonly acceptDelayMs?: number; // from `accepted` to `new`; 0 is the same turn
  readonly cancelDelayMs?: number; // from a cancel's answer to its effect; 0 is the same turn
  readonly selfMatch?: 'refuse' | 'allow';
  readonly marketCushionPpm?: bigint; // how far from the middle a market order may reach
  readonly sessionMs?: number; // day orders of what is dealt round the clock expire at the next multiple of it; without it they never do
  readonly calendar?: Calendar; // when stocks are dealt; New York's unless told
  readonly protections?: ProtectionOptions; // of accounts that fall silent; none unless told
};

const pair = (base: string, quote: string, minQuantity: string): DeskInstrument => ({
  symbol: `${base}/${quote}`, base, quote,
  quantityScale: 9, priceScale: 2, quoteScale: 12,
  quantityStepUnits: 1n, minQuantityUnits: parseUnits(minQuantity, 9),
  minNotionalUnits: 10n * pow10(12), priceTickUnits: 1n,
});

/** Stocks have no least value of their own. Quantity times price must fit the decimals of the dollar: what is listed in finer prices is dealt in whole shares. */
const stock = (symbol: string, name: string, listedOn: string, isFractionable: boolean): DeskInstrument => ({
  symbol, base: symbol, quote: 'USD', quoteScale: 12,
  quantityScale: isFractionable ? 9 : 0, priceScale: isFractionable ? 2 : 4,
  quantityStepUnits: 1n, minQuantityUnits: 1n, minNotionalUnits: 0n, priceTickUnits: 1n,
  stock: { name, listedOn, isFractionable },
});

export const defaultInstruments: readonly DeskInstrument[] = [
  pair('BTC', 'USD', '0.000012'), pair('ETH', 'USD', '0.00025'),
  pair('BTC', 'USDC', '0.000012'), pair('BTC', 'USDT', '0.000012'),
  pair('USDC', 'USD', '1'), pair('USDT', 'USD', '1'), // so that every asset an account holds has a price in dollars
  stock('AAPL', 'Apple Inc. Common Stock', 'NASDAQ', true), stock('PENY', 'Penny Works Inc.', 'NYSE', false),
];

export const defaultAccounts: readonly AccountOptions[] = [{
  id: 'demo', keyId: 'demo-key', secret: 'demo-secret',
  balances: { USD: '1000000', USDC: '1000000', USDT: '1000000', BTC: '20', ETH: '100' },
}];

export const defaultPrices: Readonly<Record<string, PriceSource>> = {
  'BTC/USD': { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 60 },
  'ETH/USD': { kind: 'walk', startPrice: '3000', tickMs: 1_000, stepPpm: 80 },
  'BTC/USDC': { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 60 },
  'BTC/USDT': { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 60 },
  'USDC/USD': { kind: 'walk', startPrice: '1', tickMs: 1_000, stepPpm: 5 },
  'USDT/USD': { kind: 'walk', startPrice: '1', tickMs: 1_000, stepPpm: 5 },
  AAPL: { kind: 'walk', startPrice: '230', tickMs: 1_000, stepPpm: 30 },
  PENY: { kind: 'walk', startPrice: '0.85', tickMs: 1_000, stepPpm: 120 },
};

export const defaultFees: FeeOptions = { makerPpm: 1_500n, takerPpm: 2_500n, periodMs: 60_000 };

export const defaultHouse: HouseOptions = { halfSpreadPpm: 50, gapPpm: 40, levels: 8, minValue: 500, maxValue: 12_000 };
