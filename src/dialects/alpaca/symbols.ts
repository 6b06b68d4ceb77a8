/** The names of assets: "BTC/USD" on orders and assets, "BTCUSD" on positions and accepted from old clients. */
import type { Desk, DeskInstrument } from '../../ports/index.ts';
import { uuidOf } from './uuid.ts';

/** Pairs have a slash, stocks have none. */
export const isStock = (symbol: string): boolean => !symbol.includes('/');
export const assetClassOf = (symbol: string): 'us_equity' | 'crypto' => (isStock(symbol) ? 'us_equity' : 'crypto');
export const joined = (symbol: string): string => symbol.replaceAll('/', '');
export const assetIdOf = (symbol: string): string => uuidOf(`asset/${symbol}`);

/** The instrument meant by a symbol with or without its slash, or by an asset's id. */
export const instrumentOf = (desk: Desk, name: string): DeskInstrument | undefined =>
  desk.instruments().find(({ symbol }) => symbol === name || joined(symbol) === name || assetIdOf(symbol) === name);
