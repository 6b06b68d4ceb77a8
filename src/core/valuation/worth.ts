/**
 * What the account is worth in its currency, or what is missing to say so.
 *
 *   W1. All that is held counts, at every venue, less the most that pending fees may take.
 *   W2. Where the price of anything that is held is missing, the whole is not known. It is never taken for what is left.
 */
import type { Prices } from '../market/index.ts';
import { assetScale, instrumentsOf } from '../market/index.ts';
import { holdingUnits } from '../ledger/index.ts';
import type { World } from '../world.ts';
import { CrossRates, convert } from './rates.ts';
import { ACCOUNT_SCALE, accountOf } from './view.ts';
import type { Account } from './view.ts';

/** Money from outside, as it is worth now. */
export type Flow = { readonly venue: string; readonly asset: string; readonly units: bigint; readonly valueUnits: bigint };

export type Worth =
  | { readonly kind: 'valued'; readonly equityUnits: bigint; readonly flows: readonly Flow[]; readonly gainUnits: bigint; readonly seenAtMs: number; readonly prices: string } // `prices`: changes whenever one of them was seen anew
  | { readonly kind: 'unvalued'; readonly reasons: readonly string[] };

export const ratesNow = (world: Pick<World, 'market'>, { policy }: Account, prices: Prices, nowMs: number): CrossRates => new CrossRates(world.market, prices, nowMs, policy.rateMaxAgeMs);

export function worthOf(world: World, prices: Prices, nowMs: number): Worth {
  const account = accountOf(world.valuation);
  if (account === undefined) return { kind: 'unvalued', reasons: ['no account currency is configured'] };
  const rates = ratesNow(world, account, prices, nowMs);
  const reasons = new Set<string>();
  const seen: string[] = [];
  let oldestMs = nowMs;
  const worth = (venue: string, asset: string, scale: number, units: bigint): bigint => {
    if (units === 0n) return 0n;
    const reading = rates.rate(venue, asset, account.policy.currency);
    if (reading.kind === 'none') {
      reasons.add(`${asset} at ${venue} has no value: ${reading.why}`); // W2
      return 0n;
    }
    if (asset !== account.policy.currency) seen.push(`${asset} ${reading.rate.seenAtMs}`);
    oldestMs = Math.min(oldestMs, reading.rate.seenAtMs);
    return convert(units, scale, reading.rate, ACCOUNT_SCALE);
  };
  let equityUnits = 0n;
  const flows: Flow[] = [];
  for (const venue of world.market.venues.keys()) {
    const assets = new Set(instrumentsOf(world.market, venue).flatMap(({ base, quote }) => [base, quote]));
    if (assets.size === 0) reasons.add(`the instruments of ${venue} are not known yet`);
    for (const asset of [...assets].sort()) {
      if (!world.ledger.opened.has(`${venue} ${asset}`)) {
        reasons.add(`the books of ${asset} at ${venue} have not begun`);
        continue;
      }
      const scale = assetScale(world.market, venue, asset) ?? 0;
      equityUnits += worth(venue, asset, scale, holdingUnits(world.ledger, venue, asset)); // W1
      const units = world.valuation.flows.get(`${venue} ${asset}`) ?? 0n;
      if (units !== 0n) flows.push({ venue, asset, units, valueUnits: worth(venue, asset, scale, units) });
    }
  }
  if (reasons.size > 0) return { kind: 'unvalued', reasons: [...reasons] };
  const flowedUnits = flows.reduce((sum, { valueUnits }) => sum + valueUnits, account.flowedUnits);
  return { kind: 'valued', equityUnits, flows, gainUnits: equityUnits - flowedUnits, seenAtMs: oldestMs, prices: seen.join('\n') };
}
