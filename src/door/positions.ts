/** What is held, by the books, and what may still change it. */
import { assetScale, exposureOf, holdings, holdingUnits, instrumentsOf, marketKey } from '../core/index.ts';
import type { World } from '../core/index.ts';
import { amount, shownDifference, time } from './shown.ts';

export function positionsOf(world: World, nowMs: number): object {
  return { venues: [...world.market.venues.keys()].map((venue) => ofVenue(world, venue, nowMs)) };
}

function ofVenue(world: World, venue: string, nowMs: number): object {
  const { market, ledger, orders } = world;
  const reserved = new Map<string, bigint>();
  for (const reservation of ledger.reservations.unordered()) {
    if (reservation.venue === venue) reserved.set(reservation.asset, (reserved.get(reservation.asset) ?? 0n) + reservation.units);
  }
  const reconciled = ledger.reconciled.get(venue);
  return {
    venue,
    reconciled: reconciled === undefined ? null : { agreed: reconciled.agreed, at: time(reconciled.atMs), ageMs: nowMs - reconciled.atMs },
    assets: holdings(world, venue).map(({ asset, scale, postedUnits, pendingFeeLeastUnits, pendingFeeMostUnits, holdingUnits: held }) => {
      const difference = ledger.differences.get(`${venue} ${asset}`);
      return {
        asset, posted: amount(postedUnits, scale, asset), pendingFeesAtLeast: amount(pendingFeeLeastUnits, scale, asset), pendingFeesAtMost: amount(pendingFeeMostUnits, scale, asset),
        holding: amount(held, scale, asset), reserved: amount(reserved.get(asset) ?? 0n, scale, asset),
        difference: difference === undefined ? null : shownDifference(difference, assetScale(market, venue, asset) ?? scale),
      };
    }),
    instruments: instrumentsOf(market, venue).map(({ symbol, base, quantityScale }) => {
      const { buyUnits, sellUnits } = exposureOf(orders, venue, symbol);
      return {
        symbol, position: amount(holdingUnits(ledger, venue, base), quantityScale, base),
        openBuys: amount(buyUnits, quantityScale, base), openSells: amount(sellUnits, quantityScale, base),
        quarantined: market.quarantined.get(marketKey(venue, symbol))?.cause ?? null,
      };
    }),
  };
}
