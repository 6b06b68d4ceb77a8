/** Gathers what the controls look at, from the world and the senses as they stand in this very turn. */
import { divide, pairOf } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { scaleOf } from '../health/index.ts';
import { holdingUnits, mostHeldUnits, reservedUnits } from '../ledger/index.ts';
import { LONGEST_WINDOW_MS, overridesFor, placeOf } from '../limits/index.ts';
import type { Case, Proposal, Scale, SentOrder } from '../limits/index.ts';
import type { Prices, TrustedPrice } from '../market/index.ts';
import { worstUnits } from '../orders/index.ts';
import type { Order } from '../orders/index.ts';
import { accountOf } from '../valuation/index.ts';
import type { World } from '../world.ts';
import { openAround } from './exposure.ts';
import { ratesOf } from './rates.ts';
import { totalIn } from './valuation.ts';

const NONE: readonly SentOrder[] = [];

/** @param replaced what counts already and is to make room for the order: itself, where it was put off */
export function caseOf(world: World, prices: Prices, order: Order, instrument: Instrument, price: TrustedPrice | undefined, nowMs: number, replaced: Order | undefined = order.phase === 'prepared' ? order : undefined): Case {
  const { venue, symbol, side, strategy, source } = order;
  const { ledger, controls, limits, orders } = world;
  const open = openAround(world, venue, instrument);
  const own = replaced === undefined ? 0n : worstUnits(replaced);
  const spent = ledger.reservations.get(replaced?.id ?? order.id);
  const free = (asset: string): bigint => holdingUnits(ledger, venue, asset) - reservedUnits(ledger, venue, asset) + (spent?.asset === asset ? spent.units : 0n);
  const sent = (scope: string): readonly number[] => controls.sent.get(scope) ?? [];
  const earlier = prices.earlier?.(venue, symbol, nowMs, limits?.priceDrift?.[symbol]?.withinMs ?? LONGEST_WINDOW_MS);
  const place = placeOf(order);
  const lately = controls.lately.get(place) ?? NONE;
  const counted = own > 0n ? order.id : order.replaces; // itself, or the order that it follows
  const isCounted = counted !== undefined && lately.some(({ orderId }) => orderId === counted);
  const streak = controls.streaks.get(place);
  const overrides = overridesFor(world.changes.overrides, order, nowMs);
  const proposal: Proposal = {
    instrument, side, orderType: order.orderType, quantityUnits: order.quantityUnits, limitPriceUnits: order.limitPriceUnits, stopPriceUnits: order.stopPriceUnits,
    ...(order.reduceOnly === true ? { reduceOnly: true } : {}), ...(order.allowRepeat === true ? { allowRepeat: true } : {}),
  };
  return {
    proposal,
    limits,
    lossLimited: accountOf(world.valuation)?.policy.maxDailyLossUnits !== undefined,
    ...halved(world),
    standing: {
      positionUnits: (side === 'buy' ? mostHeldUnits : holdingUnits)(ledger, venue, instrument.base), // the worse of the two for this side
      openBuyUnits: open.buyUnits - (side === 'buy' ? own : 0n),
      openSellUnits: open.sellUnits - (side === 'sell' ? own : 0n),
    },
    asker: { source, strategy, venue },
    price,
    earlier: earlier === undefined ? undefined : { priceUnits: divide(earlier.bidUnits + earlier.askUnits, 2n, 'down'), ageMs: nowMs - earlier.seenAtMs },
    free: { get quoteUnits() { return free(instrument.quote); }, get baseUnits() { return free(instrument.base); } }, // an order spends one of them
    opposing: orders.resting.of(venue, symbol, side === 'buy' ? 'sell' : 'buy'),
    sent: { strategy: sent(pairOf('strategy', strategy)), venue: sent(pairOf('venue', venue)), system: sent('system') },
    streak: isCounted && streak !== undefined ? { ...streak, timesMs: streak.timesMs.slice(0, -1) } : streak,
    throttle: controls.throttled.get(strategy),
    similar: isCounted ? lately.filter(({ orderId }) => orderId !== counted) : lately,
    total: totalIn(world, prices, { base: instrument.base, venue, side, ownUnits: own, addedUnits: order.quantityUnits }, nowMs),
    rates: ratesOf(world, prices, nowMs, () => venue),
    ...(overrides.length === 0 ? {} : { opened: overrides.map(({ control }) => control) }),
    nowMs,
  };
}

/** Half of the limits, while the whole system is not well. */
function halved({ health }: World): { readonly scale?: Scale } {
  const percent = scaleOf(health);
  return percent === 100 ? {} : { scale: { percent, why: `the system is ${health.system.state}: ${health.system.cause}` } };
}
