/** What the exchange holds for one customer, and that customer's record of orders, trades and fees. */
import { divide, formatUnits, invariant } from '../base/index.ts';
import type { Instrument } from '../base/index.ts';
import type { DeskAccount, DeskFee, DeskTrade } from '../ports/index.ts';
import type { Order } from './order.ts';

export type Balance = { totalUnits: bigint; heldUnits: bigint };

/** A trade with what its owner is not told at once: the fee, and who was on the other side. */
export type TradeRecord = {
  readonly trade: DeskTrade;
  readonly match: number;
  readonly liquidity: 'maker' | 'taker';
  readonly feeAsset: string;
  readonly fee: string;
  readonly counterparty: string; // an account id, or "house"
};

export type Account = {
  readonly id: string;
  readonly createdAtMs: number;
  blocked: string | undefined;
  readonly balances: Map<string, Balance>;
  readonly costs: Map<string, bigint>; // per base asset: what its balance cost, in units of 10^-18 of a quote asset
  readonly orders: Order[];
  readonly live: Set<Order>;
  readonly byClientId: Map<string, Order>; // the newest of each
  readonly trades: TradeRecord[];
  readonly fees: DeskFee[];
  deadManEndsAtMs: number | undefined; // its timer runs out then
};

export const COST_SCALE = 18;

export function balanceOf(account: Account, asset: string): Balance {
  let balance = account.balances.get(asset);
  if (balance === undefined) account.balances.set(asset, (balance = { totalUnits: 0n, heldUnits: 0n }));
  return balance;
}

export const availableUnits = (account: Account, asset: string): bigint => {
  const balance = account.balances.get(asset);
  return balance === undefined ? 0n : balance.totalUnits - balance.heldUnits;
};

export function changeBalance(account: Account, asset: string, totalUnits: bigint, heldUnits: bigint): void {
  const balance = balanceOf(account, asset);
  balance.totalUnits += totalUnits;
  balance.heldUnits += heldUnits;
  invariant(balance.heldUnits >= 0n && balance.totalUnits >= balance.heldUnits, `the available ${asset} of account ${account.id} is not negative`);
}

export function showAccount(account: Account, scales: ReadonlyMap<string, number>, instruments: readonly Instrument[]): DeskAccount {
  const scaleOf = (asset: string): number => scales.get(asset) ?? 0;
  const balances = [...account.balances].map(([asset, { totalUnits, heldUnits }]) =>
    [asset, { total: formatUnits(totalUnits, scaleOf(asset)), held: formatUnits(heldUnits, scaleOf(asset)) }] as const);
  const prices = [...account.costs].flatMap(([asset, cost]) => {
    const total = account.balances.get(asset)?.totalUnits ?? 0n;
    const instrument = instruments.find(({ base }) => base === asset);
    if (total === 0n || instrument === undefined) return [];
    // Rounded down: an estimate for people, nobody's money rests on it.
    return [[asset, formatUnits(divide(cost * 10n ** BigInt(scaleOf(asset)), total, 'down') / 10n ** BigInt(COST_SCALE - 9), 9)] as const];
  });
  return { id: account.id, blocked: account.blocked, createdAtMs: account.createdAtMs, balances: Object.fromEntries(balances), averageEntryPrices: Object.fromEntries(prices) };
}
