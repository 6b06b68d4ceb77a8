/** What the tests of the exchange start from: a clock moved by hand, one instrument without small change, and orders in few words. */
import type { Instrument } from '../base/index.ts';
import type { Clock, DeskEvent, DeskOrder, NewDeskOrder, PlaceResult } from '../ports/index.ts';
import { createExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { memoryLog } from './log.ts';
import type { MemoryLog } from './log.ts';
import type { ExchangeOptions } from './options.ts';

export type HandClock = Clock & { pass(ms: number): void; readonly pending: number };

export function handClock(startMs = 1_000_000): HandClock {
  let nowMs = startMs;
  let timers: { atMs: number; run: () => void }[] = [];
  return {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs,
    timer: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    pass: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const next = timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
      nowMs = endMs;
    },
    get pending() {
      return timers.length;
    },
  };
}

/** Whole units are easy to read: prices in 0.01, quantities in 0.001, amounts with 9 decimals. */
export const gold: Instrument = {
  symbol: 'GOLD/USD', base: 'GOLD', quote: 'USD', quantityScale: 3, priceScale: 2, quoteScale: 9,
  quantityStepUnits: 1n, minQuantityUnits: 10n, minNotionalUnits: 10_000_000_000n, priceTickUnits: 1n,
};

export type Floor = { exchange: Exchange; clock: HandClock; log: MemoryLog; heard: DeskEvent[] };

/** Two accounts, `ann` and `bob`, with 1,000,000 USD and 1,000 GOLD each; no house and no fees unless asked for. */
export async function openFloor(options: Partial<ExchangeOptions> = {}, log: MemoryLog = memoryLog()): Promise<Floor> {
  const clock = handClock();
  const balances = { USD: '1000000', GOLD: '1000' };
  const exchange = await createExchange({
    clock, seed: 7, log, instruments: [gold], price: {}, fees: { makerPpm: 0n, takerPpm: 0n },
    accounts: [{ id: 'ann', keyId: 'ann-key', secret: 'a', balances }, { id: 'bob', keyId: 'bob-key', secret: 'b', balances }],
    ...options,
  });
  const heard: DeskEvent[] = [];
  for (const id of ['ann', 'bob']) exchange.listen(id, (event) => heard.push(event));
  return { exchange, clock, log, heard };
}

/** "buy 1 @ 100", "sell 0.5 @ 99.5 ioc", "buy 1 market", "buy 1 @ 105 stop 104". */
export function words(text: string, clientOrderId?: string): NewDeskOrder {
  const match = /^(buy|sell) (\S+)(?: @ (\S+))?( market)?(?: stop (\S+))?(?: (gtc|ioc|fok|day))?$/.exec(text);
  if (match === null) throw new Error(`not an order: ${text}`);
  const [, side, quantity = '', limitPrice, , stopPrice, timeInForce = 'gtc'] = match;
  const type = stopPrice !== undefined ? 'stop-limit' : limitPrice !== undefined ? 'limit' : 'market';
  return { clientOrderId, symbol: gold.symbol, side: side as 'buy' | 'sell', type, timeInForce: timeInForce as 'gtc', quantity, limitPrice, stopPrice };
}

export async function placed(exchange: Exchange, accountId: string, text: string, clientOrderId?: string): Promise<DeskOrder> {
  const result = await exchange.place(accountId, words(text, clientOrderId));
  if (result.kind === 'refused') throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.order;
}

export async function refusal(exchange: Exchange, accountId: string, text: string, clientOrderId?: string): Promise<string> {
  const result: PlaceResult = await exchange.place(accountId, words(text, clientOrderId));
  return result.kind === 'refused' ? result.refusal.reason : result.kind;
}

/** "filled 1", "new 0", as its owner sees it now. */
export const stateOf = (exchange: Exchange, { accountId, id }: DeskOrder): string => {
  const order = exchange.order(accountId, id);
  return `${order?.state} ${order?.filledQuantity}`;
};

export const available = (exchange: Exchange, accountId: string, asset: string): string | undefined =>
  exchange.oracle.accounts().find(({ id }) => id === accountId)?.balances[asset]?.available;
