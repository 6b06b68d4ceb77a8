/** The names of assets: "BTC/USD" on orders and assets, "BTCUSD" on positions and accepted from old clients. */
import type { Instrument } from '../../base/index.ts';
import type { Desk } from '../../ports/index.ts';
import { uuidOf } from './uuid.ts';

export const joined = (symbol: string): string => symbol.replaceAll('/', '');
export const assetIdOf = (symbol: string): string => uuidOf(`asset/${symbol}`);

/** The instrument meant by a symbol with or without its slash, or by an asset's id. */
export const instrumentOf = (desk: Desk, name: string): Instrument | undefined =>
  desk.instruments().find(({ symbol }) => symbol === name || joined(symbol) === name || assetIdOf(symbol) === name);
