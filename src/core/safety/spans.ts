/**
 * What may be held of an asset in the worst case, over every venue, at `VALUE_SCALE`.
 *
 *   T2. Each side by itself: what may be bought makes a position longer, what may be sold makes it shorter, and the worse of the two counts.
 */
import { absolute, divide, larger, pow10 } from '../../base/index.ts';
import type { Side } from '../../base/index.ts';
import { holdingUnits, mostHeldUnits } from '../ledger/index.ts';
import { VALUE_SCALE } from '../limits/index.ts';
import type { World } from '../world.ts';
import { openAround } from './exposure.ts';

/** At one venue, in units of the asset. */
export type Span = { readonly venue: string; readonly scale: number; readonly mostUnits: bigint; readonly leastUnits: bigint };
/** The longest and the shortest that it may become, those of all venues set off against each other; and the worst of each venue added up. */
export type Spanned = { readonly mostUnits: bigint; readonly leastUnits: bigint; readonly grossUnits: bigint };
/** An order at a venue: `ownUnits` of it are among what is open and are not to be counted, `addedUnits` are to be. */
export type Change = { readonly base: string; readonly venue: string; readonly side: Side; readonly ownUnits: bigint; readonly addedUnits: bigint };

export function spansOf({ market: { listings }, orders, ledger }: World, asset: string): readonly Span[] {
  const venues = listings.holders().get(asset) ?? [];
  return venues.map((venue): Span => {
    const open = openAround({ market: { listings }, orders }, venue, { base: asset });
    return {
      venue, scale: listings.around(venue, asset)[0]?.quantityScale ?? 0,
      mostUnits: mostHeldUnits(ledger, venue, asset) + open.buyUnits, leastUnits: holdingUnits(ledger, venue, asset) - open.sellUnits,
    };
  });
}

/** @param units what is bought or sold besides, at this venue */
export function spanned(spans: readonly Span[], at?: Pick<Change, 'venue' | 'side'>, units = 0n): Spanned {
  let [mostUnits, leastUnits, grossUnits] = [0n, 0n, 0n];
  for (const span of spans) {
    const more = span.venue === at?.venue ? units : 0n;
    const most = valued(at?.side === 'buy' ? span.mostUnits + more : span.mostUnits, span.scale);
    const least = valued(at?.side === 'sell' ? span.leastUnits - more : span.leastUnits, span.scale);
    mostUnits += most;
    leastUnits += least;
    grossUnits += larger(absolute(most), absolute(least));
  }
  return { mostUnits, leastUnits, grossUnits };
}

export const worstOf = ({ mostUnits, leastUnits }: Spanned): bigint => larger(absolute(mostUnits), absolute(leastUnits));

const valued = (units: bigint, scale: number): bigint => (scale === VALUE_SCALE ? units : scale < VALUE_SCALE ? units * pow10(VALUE_SCALE - scale) : divide(units, pow10(scale - VALUE_SCALE), 'up'));
