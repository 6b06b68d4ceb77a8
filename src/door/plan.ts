/**
 * What a kill or a flatten would do, looked at before it is done: the review sheet.
 *
 *   P1. A plan is named after what it would do; the same things give the same name. Applied, it is made again, and carried out only if the
 *       name is still the same.
 *   P2. What could not be read is said. A plan over a venue that cannot be looked at says so in its first lines, and can be applied all the same.
 */
import { notionalUnits } from '../base/index.ts';
import { covers, gateAt, instrumentsOf, isCloser, orderById, reaches, sizeOf } from '../core/index.ts';
import type { StopWord } from '../core/index.ts';
import { sha256Hex } from '../journal/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Look, Runtime } from '../runtime/index.ts';
import { amount } from './shown.ts';
import type { Amount } from './shown.ts';

export type PlannedClose = { readonly venue: string; readonly symbol: string; readonly side: 'buy' | 'sell'; readonly quantity: Amount; readonly value: Amount | null; readonly market: 'open' | 'no fresh price' };
export type Plan = {
  readonly id: string;
  readonly word: StopWord;
  readonly scope: string;
  readonly gate: readonly [string, string, string];
  readonly cancel: { readonly ours: number; readonly foreign: number; readonly orders: readonly { readonly venue: string; readonly id: string; readonly symbol: string; readonly ours: boolean }[] };
  readonly close: readonly PlannedClose[];
  readonly worstSlippage: readonly Amount[]; // if every closing limit is filled at its very edge; a market order has no such bound
  readonly notTouched: readonly { readonly venue: string; readonly asset: string; readonly held: string }[];
  readonly unread: readonly { readonly venue: string; readonly why: string }[];
  readonly dataAgeMs: number;
  readonly validForMs: number;
};

export type PlanParts = { readonly runtime: Runtime; readonly clock: Clock; readonly lookWithinMs: number };

export async function planOf(parts: PlanParts, word: StopWord, scope: string): Promise<Plan> {
  const { runtime, clock } = parts;
  const venues = runtime.venues.filter((venue) => reaches(scope, venue) !== 'not');
  const beganMs = clock.monotonicMs();
  const looks = await Promise.all(venues.map(async (venue) => ({ venue, look: await lookAt(parts, venue) })));
  const { world, prices } = runtime;
  const nowMs = runtime.time.nowMs();
  const orders: { venue: string; id: string; symbol: string; ours: boolean }[] = [];
  for (const order of world.orders.live.values()) if (covers(scope, order) && venues.includes(order.venue) && !isCloser(order)) orders.push({ venue: order.venue, id: order.id, symbol: order.symbol, ours: true });
  const close: PlannedClose[] = [];
  const notTouched: { venue: string; asset: string; held: string }[] = [];
  const slippage = new Map<string, { units: bigint; scale: number }>();
  for (const { venue, look } of looks) {
    if (look.kind === 'unclear') continue;
    for (const report of look.openOrders) {
      const orderId = world.orders.byVenueOrderId.get(venue, report.venueOrderId);
      if (orderById(world.orders, orderId ?? '') === undefined && covers(scope, { venue, symbol: report.symbol })) orders.push({ venue, id: report.venueOrderId, symbol: report.symbol, ours: false });
    }
    const known = new Set<string>();
    for (const instrument of instrumentsOf(world.market, venue)) {
      known.add(instrument.quote);
      if (known.has(instrument.base) || !covers(scope, { venue, symbol: instrument.symbol })) continue;
      known.add(instrument.base);
      const price = prices.price(venue, instrument.symbol, nowMs);
      const units = look.units(instrument.base, instrument.quantityScale) ?? 0n;
      const sized = sizeOf(instrument, units, NOTHING_OPEN, price);
      if (sized === undefined) continue;
      const value = price === undefined ? undefined : notionalUnits(instrument, sized.quantityUnits, sized.side === 'sell' ? price.bidUnits : price.askUnits);
      close.push({
        venue, symbol: instrument.symbol, side: sized.side, quantity: amount(sized.quantityUnits, instrument.quantityScale, instrument.base),
        value: value === undefined ? null : amount(value, instrument.quoteScale, instrument.quote), market: price === undefined ? 'no fresh price' : 'open',
      });
      if (value !== undefined) {
        const edge = value * BigInt(runtime.stopTimes.collarPpm) / 1_000_000n;
        slippage.set(instrument.quote, { units: (slippage.get(instrument.quote)?.units ?? 0n) + edge, scale: instrument.quoteScale });
      }
    }
    for (const [asset, held] of Object.entries(look.assets)) if (!known.has(asset) && /[1-9]/.test(held)) notTouched.push({ venue, asset, held });
  }
  const from = gateAt(world, scope).state;
  const unread = looks.flatMap(({ venue, look }) => (look.kind === 'unclear' ? [{ venue, why: look.why }] : []));
  const does = { word, scope, from, system: world.gate.state, orders: orders.map(({ venue, id }) => `${venue} ${id}`).sort(), close: close.map(({ venue, symbol, side, quantity }) => `${venue} ${symbol} ${side} ${quantity.amount}`), unread: unread.map(({ venue }) => venue) };
  return {
    id: `fp_${sha256Hex(JSON.stringify(does)).slice(0, 8)}`, word, scope, gate: [from, 'FLATTENING', word === 'kill' ? 'LOCKED' : 'HALTED'], // P1
    cancel: { ours: orders.filter(({ ours }) => ours).length, foreign: orders.filter(({ ours }) => !ours).length, orders },
    close, worstSlippage: [...slippage].map(([asset, { units, scale }]) => amount(units, scale, asset)), notTouched, unread,
    dataAgeMs: Math.round(clock.monotonicMs() - beganMs), validForMs: runtime.stopTimes.planValidMs,
  };
}

/** What is open is cancelled before anything is closed, so that all that is held is free then. */
const NOTHING_OPEN = { buyUnits: 0n, sellUnits: 0n };

function lookAt({ runtime, clock, lookWithinMs }: PlanParts, venue: string): Promise<Look> {
  return new Promise((resolve) => {
    const cancel = clock.timer(lookWithinMs, () => resolve({ kind: 'unclear', why: `no whole look within ${lookWithinMs} ms` }));
    void runtime.look(venue).then(resolve).finally(cancel);
  });
}
