/**
 * Books against venue, per asset.
 *
 *   R1. Only what was read whole and while nothing moved is compared; a failed or contradictory reading says nothing.
 *   R2. A fee the venue took and has not told lies between the least and the most of its schedule; inside that, books and venue agree.
 *   R3. Within the tolerance a difference becomes a visible adjusting entry; beyond it, it stands, is told and blocks.
 */
import { absolute, tryParseUnits } from '../../base/index.ts';
import type { Balances } from '../market/index.ts';
import { adjustBalance, openBalance } from './booking.ts';
import { assetsAccount, balanceOf, pendingFeesOf } from './view.ts';
import type { Ledger, LedgerFact } from './view.ts';

export type AssetRule = { readonly asset: string; readonly scale: number; readonly toleranceUnits: bigint };
export type Comparison = { readonly facts: readonly LedgerFact[]; readonly agreed: boolean; readonly unclear?: string };

export function compareBalances(ledger: Ledger, venue: string, rules: readonly AssetRule[], balances: Balances): Comparison {
  const facts: LedgerFact[] = [];
  let agreed = true;
  for (const { asset, scale, toleranceUnits } of rules) {
    const text = balances.assets[asset] ?? '0'; // the venue lists what it holds; the reading as a whole was proven complete
    const venueUnits = tryParseUnits(text, scale);
    if (venueUnits === undefined) return { facts: [], agreed: false, unclear: `the venue says it holds "${text}" ${asset}, which has more than ${scale} decimals or is no number` };
    if (!ledger.opened.has(`${venue} ${asset}`)) {
      facts.push(openBalance(ledger, venue, asset, venueUnits));
      continue;
    }
    const ledgerUnits = balanceOf(ledger, assetsAccount(venue), asset);
    const { leastUnits, mostUnits } = pendingFeesOf(ledger, venue, asset);
    const [lowest, highest] = [ledgerUnits - mostUnits, ledgerUnits - leastUnits]; // R2
    const standing = ledger.differences.get(`${venue} ${asset}`);
    if (venueUnits >= lowest && venueUnits <= highest) {
      if (standing !== undefined) facts.push({ type: 'balance.agreed', venue, asset, units: venueUnits });
      continue;
    }
    const missing = venueUnits > highest ? venueUnits - highest : venueUnits - lowest;
    if (absolute(missing) <= toleranceUnits) {
      facts.push(adjustBalance(ledger, venue, asset, ledgerUnits + missing, toleranceUnits)); // R3
      continue;
    }
    agreed = false;
    if (standing?.ledgerUnits !== ledgerUnits || standing.venueUnits !== venueUnits) {
      facts.push({ type: 'balance.differed', venue, asset, ledgerUnits, venueUnits, feeLeastUnits: leastUnits, feeMostUnits: mostUnits });
    }
  }
  return { facts, agreed };
}
