/**
 * The truth about the exchange, for tests and for people: everything it knows, as plain objects that JSON can hold.
 * Only what is durable is shown. Amounts are decimal text; times are exchange time in Unix milliseconds.
 *
 * `orders()`: every order of every account in order of creation, as `OracleOrder`:
 *   { id, accountId, clientOrderId, symbol, side, type, timeInForce, quantity, filledQuantity, filledValue, limitPrice, stopPrice,
 *     state, reason, replaces, replacedBy, createdAtMs, updatedAtMs, endedAtMs, expiresAtMs, notional, extendedHours }; what an order lacks is null.
 * `accounts()`: { id, blocked, createdAtMs, balances: { ASSET: { total, held, available } }, averageEntryPrices: { ASSET: price } }.
 * `trades()`: one per account side, in order of execution: { id, match, accountId, orderId, clientOrderId, symbol, side, quantity, price, leavesQuantity,
 *     cumulativeQuantity, orderState, liquidity: "maker" | "taker", feeAsset, fee, counterparty: account id or "house", atMs }.
 * `fees()`: the fee records shown so far: { id, accountId, symbol, asset, amount, atMs, throughMs }.
 * `totals()`: per asset { accounts, house, fees, sum }: `sum` is what accounts were opened with, whatever was traded since.
 * `log(fromSeq)`: the events with seq ≥ fromSeq, as they stand in the log: see `event.ts`.
 */
import { formatUnits } from '../base/index.ts';
import type { DeskAccount, DeskFee, DeskOrder, DeskTrade } from '../ports/index.ts';
import { showAccount } from './account.ts';
import type { LogEvent } from './event.ts';
import { showOrder } from './order.ts';
import type { State } from './state.ts';

type Nullable<T> = { readonly [Key in keyof T]: undefined extends T[Key] ? Exclude<T[Key], undefined> | null : T[Key] };

export type OracleOrder = Nullable<DeskOrder>;
export type OracleTrade = DeskTrade & {
  readonly match: number;
  readonly clientOrderId: string;
  readonly liquidity: 'maker' | 'taker';
  readonly feeAsset: string;
  readonly fee: string;
  readonly counterparty: string;
};
export type OracleAccount = Omit<Nullable<DeskAccount>, 'balances'> & { readonly balances: Readonly<Record<string, { readonly total: string; readonly held: string; readonly available: string }>> };
export type OracleTotals = Readonly<Record<string, { readonly accounts: string; readonly house: string; readonly fees: string; readonly sum: string }>>;

export type Oracle = {
  orders(): readonly OracleOrder[];
  accounts(): readonly OracleAccount[];
  trades(): readonly OracleTrade[];
  fees(): readonly DeskFee[];
  totals(): OracleTotals;
  log(fromSeq?: number): readonly LogEvent[];
};

export function oracleOf(state: State, events: readonly LogEvent[]): Oracle {
  const accounts = () => [...state.accounts.values()];
  return {
    orders: () => [...state.orders.values()].map((order) => {
      const shown = showOrder(order);
      return {
        ...shown, limitPrice: shown.limitPrice ?? null, stopPrice: shown.stopPrice ?? null, reason: shown.reason ?? null,
        replaces: shown.replaces ?? null, replacedBy: shown.replacedBy ?? null, endedAtMs: shown.endedAtMs ?? null,
        expiresAtMs: shown.expiresAtMs ?? null, notional: shown.notional ?? null,
      };
    }),
    accounts: () => accounts().map((account) => {
      const shown = showAccount(account, state.scales, [...state.instruments.values()]);
      const balances = [...account.balances].map(([asset, { totalUnits, heldUnits }]) => {
        const text = (units: bigint): string => formatUnits(units, state.scaleOf(asset));
        return [asset, { total: text(totalUnits), held: text(heldUnits), available: text(totalUnits - heldUnits) }] as const;
      });
      return { ...shown, blocked: shown.blocked ?? null, balances: Object.fromEntries(balances) };
    }),
    trades: () => accounts()
      .flatMap(({ trades }) => trades)
      .sort((a, b) => a.match - b.match || (a.liquidity === b.liquidity ? 0 : a.liquidity === 'taker' ? -1 : 1))
      .map(({ trade, match, liquidity, feeAsset, fee, counterparty }) => ({ ...trade, match, clientOrderId: state.order(trade.orderId).clientOrderId, liquidity, feeAsset, fee, counterparty })),
    fees: () => accounts().flatMap(({ fees }) => fees).sort((a, b) => (a.id < b.id ? -1 : 1)),
    totals: () => Object.fromEntries([...state.scales].map(([asset, scale]) => {
      const held = accounts().reduce((sum, { balances }) => sum + (balances.get(asset)?.totalUnits ?? 0n), 0n);
      const house = state.house.get(asset) ?? 0n;
      const fees = state.feesTaken.get(asset) ?? 0n;
      const text = (units: bigint): string => formatUnits(units, scale);
      return [asset, { accounts: text(held), house: text(house), fees: text(fees), sum: text(held + house + fees) }] as const;
    })),
    log: (fromSeq = 1) => events.slice(Math.max(0, fromSeq - 1)),
  };
}
