/** Which price each instrument has, from where, and what is wrong with the sources that are not used. */
import { faultText } from '../core/index.ts';
import type { Quotation, SourceState } from '../core/index.ts';
import type { Runtime, ShownPrice } from '../runtime/index.ts';
import { amount, time } from './shown.ts';
import type { Amount } from './shown.ts';

export function pricesOf(runtime: Runtime): object {
  const nowMs = runtime.time.nowMs();
  return { prices: runtime.prices.shown(nowMs).map((price) => shownPrice(price, nowMs)) };
}

function shownPrice({ venue, symbol, instrument, reading, used }: ShownPrice, nowMs: number): object {
  const price = reading.kind === 'trusted' ? reading.price : undefined;
  const shown = (units: bigint | undefined): Amount | null => (units === undefined || instrument === undefined ? null : amount(units, instrument.priceScale, instrument.quote));
  const quoted = (quotation: Quotation | undefined): object => ({
    bid: shown(quotation?.bidUnits), ask: shown(quotation?.askUnits), ageMs: quotation === undefined ? null : nowMs - Math.min(quotation.quotedAtMs, quotation.cameAtMs),
  });
  const source = ({ source: name, fault, quotation }: SourceState): object => ({ source: name, used: name === price?.source, good: fault === undefined, why: fault === undefined ? null : faultText(fault), ...quoted(quotation) });
  return {
    venue, symbol, trusted: price !== undefined, bid: shown(price?.bidUnits), ask: shown(price?.askUnits), source: price?.source ?? null, ageMs: price === undefined ? null : nowMs - price.seenAtMs,
    because: used === undefined ? 'no source has been good for long enough since the start' : used.because, since: used === undefined ? null : time(used.sinceMs), sources: reading.sources.map(source),
  };
}
