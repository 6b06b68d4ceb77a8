/** What an account holds: dollars are cash, every other asset is a position. Values are at the last price, not booked anywhere. */
import type { Desk, DeskAccount } from '../../ports/index.ts';
import { noPosition, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Call } from './call.ts';
import { add, multiply, ratio, rounded, sign, subtract } from './decimal.ts';
import { assetClassOf, assetIdOf, instrumentOf, isStock, joined } from './symbols.ts';
import { dateOf, rfc3339 } from './time.ts';
import { isUuid, uuidOf } from './uuid.ts';

const cashAsset = 'USD';
const moneyDecimals = 9;

type Holding = { readonly asset: string; readonly symbol: string; readonly total: string; readonly held: string; readonly price: string; readonly entryPrice: string };

/** Every asset but cash, of which the account has any. */
export function holdings(desk: Desk, account: DeskAccount): readonly Holding[] {
  return Object.entries(account.balances)
    .filter(([asset, { total }]) => asset !== cashAsset && sign(total) !== 0)
    .map(([asset, { total, held }]) => {
      const symbol = marketOf(desk, asset);
      const entryPrice = account.averageEntryPrices[asset] ?? (isMoney(desk, asset) ? '1' : '0');
      return { asset, symbol, total, held, price: desk.quote(symbol)?.last ?? entryPrice, entryPrice };
    })
    .toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** The market an asset is valued in: the one against dollars, or else the first that trades it. */
function marketOf(desk: Desk, asset: string): string {
  const markets = desk.instruments().filter(({ base }) => base === asset);
  return (markets.find(({ quote }) => quote === cashAsset) ?? markets[0])?.symbol ?? `${asset}/${cashAsset}`;
}

/** An asset that others are priced in, and that nobody trades here, is taken at a dollar. */
const isMoney = (desk: Desk, asset: string): boolean => desk.instruments().every(({ base }) => base !== asset) && desk.instruments().some(({ quote }) => quote === asset);

export function getAccount({ desk, accountId }: Call): Answer {
  const account = desk.account(accountId);
  const cash = account.balances[cashAsset] ?? { total: '0', held: '0' };
  const free = subtract(cash.total, cash.held);
  const invested = holdings(desk, account).reduce((sum, { total, price }) => add(sum, value(total, price)), '0');
  const equity = add(cash.total, invested);
  const blocked = account.blocked !== undefined;
  return ok({
    id: isUuid(accountId) ? accountId : uuidOf(`account/${accountId}`),
    account_number: `PA${uuidOf(`number/${accountId}`).replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    status: 'ACTIVE', crypto_status: 'ACTIVE', currency: cashAsset,
    cash: cash.total, portfolio_value: equity, equity, last_equity: equity,
    buying_power: free, regt_buying_power: free, daytrading_buying_power: '0', effective_buying_power: free,
    non_marginable_buying_power: free, options_buying_power: free, bod_dtbp: '0', accrued_fees: '0',
    long_market_value: invested, short_market_value: '0', position_market_value: invested,
    initial_margin: '0', maintenance_margin: '0', last_maintenance_margin: '0', sma: '0',
    multiplier: '1', daytrade_count: 0, balance_asof: dateOf(desk.nowMs()), crypto_tier: 1, pattern_day_trader: false,
    trading_blocked: blocked, transfers_blocked: false, account_blocked: blocked, trade_suspended_by_user: false,
    shorting_enabled: false, intraday_adjustments: '0', pending_reg_taf_fees: '0', pending_transfer_in: '0',
    created_at: rfc3339(account.createdAtMs), admin_configurations: {}, user_configurations: null,
  });
}

export const listPositions = ({ desk, accountId }: Call): Answer => ok(holdings(desk, desk.account(accountId)).map((holding) => positionBody(desk, holding)));

export function getPosition(call: Call): Answer {
  const holding = holdingAsked(call);
  return holding === undefined ? noPosition : ok(positionBody(call.desk, holding));
}

/** The holding a path names: by symbol, with or without its slash, or by the asset's id. */
export function holdingAsked({ desk, accountId, parts: [name = ''] }: Call): Holding | undefined {
  return holdings(desk, desk.account(accountId)).find(({ symbol }) => symbol === name || joined(symbol) === name || assetIdOf(symbol) === name);
}

const value = (quantity: string, price: string): string => rounded(multiply(quantity, price), moneyDecimals, 'down');

function positionBody(desk: Desk, { symbol, total, held, price, entryPrice }: Holding): Record<string, unknown> {
  const [marketValue, cost] = [value(total, price), value(total, entryPrice)];
  const gain = subtract(marketValue, cost);
  const gainRatio = ratio(gain, cost, moneyDecimals, 'down');
  return {
    asset_id: assetIdOf(symbol), symbol: joined(symbol), exchange: instrumentOf(desk, symbol)?.stock?.listedOn ?? 'CRYPTO', asset_class: assetClassOf(symbol), asset_marginable: isStock(symbol),
    qty: total, qty_available: subtract(total, held), avg_entry_price: entryPrice, side: sign(total) < 0 ? 'short' : 'long',
    market_value: marketValue, cost_basis: cost, unrealized_pl: gain, unrealized_plpc: gainRatio,
    unrealized_intraday_pl: gain, unrealized_intraday_plpc: gainRatio,
    current_price: price, lastday_price: price, change_today: '0',
  };
}
