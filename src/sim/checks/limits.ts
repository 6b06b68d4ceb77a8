/** K9: no order leaves that a limit forbids: its value, its price, the age of the price it was judged by, a limit that is missing. */
import type { EntryHeader } from '../../journal/index.ts';
import { SYMBOL } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { LimitKind } from '../swarm/index.ts';
import type { SentOrder } from '../witness.ts';
import type { Most } from './agreements.ts';
import { Violation } from './violation.ts';

const DRIFT = 1.02; // how far a market may move while a price is still young enough

export type LimitsOptions = {
  readonly priceMaxAgeMs: number;
  readonly unlimited: LimitKind | undefined; // the limit that nobody has configured
};

/** By what the exchange itself would say of the price. @param most what was agreed when it was judged @param blindly the wrong price that it was judged by, where whoever judged it could not know better */
export function checkLimits(stage: Stage, { clientOrderId, quantity, limitPrice }: SentOrder, { unlimited }: LimitsOptions, { value: maxValue, collarPpm }: Most, blindly: number | undefined): void {
  if (unlimited !== undefined) throw new Violation('K9', `${clientOrderId} leaves, and ${unlimited} is not configured`);
  const quote = stage.exchange.quote(SYMBOL);
  if (quote === undefined) return;
  const middle = blindly ?? (Number(quote.bid) + Number(quote.ask)) / 2;
  const price = limitPrice === undefined ? middle / DRIFT : Number(limitPrice);
  if (Number(quantity) * price > maxValue * 1.000001) throw new Violation('K9', `${clientOrderId} is worth ${Number(quantity) * price}, the limit is ${maxValue}`);
  const furthest = (collarPpm / 1_000_000 + 1) * DRIFT;
  if (price > middle * furthest || price < middle / furthest) throw new Violation('K9', `${clientOrderId} asks for ${price}, the market is at ${middle}`);
}

/** A price had come in that was young enough, by the clock of the life that used it. */
export function checkPriceAge({ runtime, witness }: Stage, orderId: string, header: EntryHeader, { priceMaxAgeMs }: LimitsOptions): void {
  if (runtime?.world.life.bootId !== header.bootId) return; // an earlier life: its clock is gone
  const agoMs = runtime.time.nowMs() - header.atMs;
  const young = witness.quotes.some(({ askedMs, answeredMs }) => witness.nowMs() - answeredMs >= agoMs - 1 && witness.nowMs() - askedMs <= agoMs + priceMaxAgeMs + 1);
  if (!young) throw new Violation('K9', `${orderId} is judged by a price older than ${priceMaxAgeMs} ms`);
}
