/**
 * The pre-trade controls: each a small rule that says yes, or no with the limit, what was found and what would have passed.
 *
 *   P1. A limit that is not configured blocks. It never means "unlimited".
 *   P2. Exposure is counted in its worst case: what is filled, what is open, and what is unknown, all of it.
 *   P3. A price that is missing or too old is no price.
 */
import { divide, formatUnits, larger, notionalUnits } from '../../base/index.ts';
import type { TrustedPrice } from '../market/index.ts';
import type { Proposal, Standing, Verdict } from './case.ts';
import type { Limits } from './facts.ts';

export type Approval = {
  readonly worstPriceUnits: bigint; // the price assumed for value and reservation
  readonly reserveAsset: string;
  readonly reserveUnits: bigint;
  readonly reference: { readonly priceUnits: bigint; readonly source: string; readonly ageMs: number };
};

export type Judgement = { readonly kind: 'approved'; readonly approval: Approval } | { readonly kind: 'refused'; readonly verdict: Verdict };

const PPM = 1_000_000n;
const refuse = (control: string, code: Verdict['code'], limit: string, observed: string, wouldPass: string): Judgement =>
  ({ kind: 'refused', verdict: { control, code, limit, observed, wouldPass } });
const missing = (control: string, key: string, symbol: string): Judgement =>
  refuse(control, 'BW-3001', 'not configured', `limits.${key} names no limit for ${symbol}`, `nothing, until limits.${key} is configured`); // P1

export function judge(proposal: Proposal, limits: Limits | undefined, standing: Standing, price: TrustedPrice | undefined, nowMs: number): Judgement {
  const { instrument, side } = proposal;
  const form = wellFormed(proposal);
  if (form !== undefined) return form;

  const maxAgeMs = limits?.priceMaxAgeMs;
  if (maxAgeMs === undefined) return missing('price-age', 'priceMaxAge', instrument.symbol);
  if (price === undefined) return refuse('price-age', 'BW-3010', `${maxAgeMs} ms`, `no price of ${instrument.symbol} has been seen`, 'an order once a price is known'); // P3
  const ageMs = nowMs - price.seenAtMs;
  if (ageMs > maxAgeMs) return refuse('price-age', 'BW-3011', `${maxAgeMs} ms`, `the price of ${instrument.symbol} is ${ageMs} ms old`, `a price of at most ${maxAgeMs} ms`);

  const collarPpm = limits?.priceCollarPpm[instrument.symbol];
  if (collarPpm === undefined) return missing('price-collar', 'priceCollar', instrument.symbol);
  const referenceUnits = divide(price.bidUnits + price.askUnits, 2n, 'down');
  const [lowest, highest] = [divide(referenceUnits * (PPM - BigInt(collarPpm)), PPM, 'up'), divide(referenceUnits * (PPM + BigInt(collarPpm)), PPM, 'down')];
  const asked = proposal.limitPriceUnits;
  if (asked !== undefined && (asked < lowest || asked > highest)) {
    const show = (units: bigint): string => `${formatUnits(units, instrument.priceScale)} ${instrument.quote}`;
    return refuse('price-collar', 'BW-3012', `${collarPpm} ppm around ${show(referenceUnits)}`, show(asked), `${show(lowest)} to ${show(highest)}`);
  }

  const worstPriceUnits = asked === undefined ? highest : side === 'buy' ? asked : larger(asked, referenceUnits);
  const valueUnits = notionalUnits(instrument, proposal.quantityUnits, worstPriceUnits);
  const maxValue = limits?.maxOrderValue[instrument.symbol];
  if (maxValue === undefined) return missing('order-value', 'maxOrderValue', instrument.symbol);
  const money = (units: bigint): string => `${formatUnits(units, instrument.quoteScale)} ${instrument.quote}`;
  if (maxValue.asset !== instrument.quote) {
    return refuse('order-value', 'BW-3002', `in ${maxValue.asset}`, `the order is priced in ${instrument.quote}, and no rate between them is known`, `nothing, until limits.maxOrderValue for ${instrument.symbol} is given in ${instrument.quote}`);
  }
  if (valueUnits > maxValue.units) return refuse('order-value', 'BW-3020', money(maxValue.units), money(valueUnits), `an order of at most ${money(maxValue.units)}`);

  const maxPosition = limits?.maxPositionUnits[instrument.symbol];
  if (maxPosition === undefined) return missing('position', 'maxPosition', instrument.symbol);
  const worst = side === 'buy' // P2: only the direction of this order can be made worse by it
    ? standing.positionUnits + standing.openBuyUnits + proposal.quantityUnits
    : -(standing.positionUnits - standing.openSellUnits - proposal.quantityUnits);
  if (worst > maxPosition) {
    const base = (units: bigint): string => `${formatUnits(units, instrument.quantityScale)} ${instrument.base}`;
    const room = maxPosition - (worst - proposal.quantityUnits);
    return refuse('position', 'BW-3021', base(maxPosition), `${base(worst)} ${side === 'buy' ? 'long' : 'short'} in the worst case`, room > 0n ? `a ${side} of at most ${base(room)}` : `no ${side} at all`);
  }

  const [reserveAsset, reserveUnits] = side === 'buy' ? [instrument.quote, valueUnits] : [instrument.base, proposal.quantityUnits];
  return { kind: 'approved', approval: { worstPriceUnits, reserveAsset, reserveUnits, reference: { priceUnits: referenceUnits, source: price.source, ageMs } } };
}

function wellFormed({ instrument, orderType, quantityUnits, limitPriceUnits, stopPriceUnits }: Proposal): Judgement | undefined {
  const base = (units: bigint): string => `${formatUnits(units, instrument.quantityScale)} ${instrument.base}`;
  const rule = (limit: string, observed: string): Judgement => refuse('instrument-rules', 'BW-3003', limit, observed, limit);
  if (quantityUnits < instrument.minQuantityUnits || quantityUnits <= 0n) return rule(`at least ${base(instrument.minQuantityUnits)}`, base(quantityUnits));
  if (quantityUnits % instrument.quantityStepUnits !== 0n) return rule(`whole steps of ${base(instrument.quantityStepUnits)}`, base(quantityUnits));
  if ((orderType === 'market') !== (limitPriceUnits === undefined)) return rule('a limit price for limit orders and none for market orders', `a ${orderType} order ${limitPriceUnits === undefined ? 'without' : 'with'} one`);
  if ((orderType === 'stop-limit') !== (stopPriceUnits !== undefined)) return rule('a stop price for stop-limit orders and no others', `a ${orderType} order ${stopPriceUnits === undefined ? 'without' : 'with'} one`);
  for (const priceUnits of [limitPriceUnits, stopPriceUnits]) {
    if (priceUnits === undefined) continue;
    if (priceUnits <= 0n || priceUnits % instrument.priceTickUnits !== 0n) {
      return rule(`whole ticks of ${formatUnits(instrument.priceTickUnits, instrument.priceScale)} ${instrument.quote}`, `a price of ${formatUnits(priceUnits, instrument.priceScale)}`);
    }
    if (notionalUnits(instrument, quantityUnits, priceUnits) < instrument.minNotionalUnits) {
      return rule(`a value of at least ${formatUnits(instrument.minNotionalUnits, instrument.quoteScale)} ${instrument.quote}`, formatUnits(notionalUnits(instrument, quantityUnits, priceUnits), instrument.quoteScale));
    }
  }
  return undefined;
}
