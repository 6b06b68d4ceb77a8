/**
 * What Alpaca allows: requests of one account in a minute, at the host for orders and at the host for prices each.
 *
 * Alpaca documents 200 a minute for either on its free plan and more on paid ones. Where one host serves both, they are taken to share one limit: what is counted
 * together there must not be counted apart here.
 */
import type { VenueLimit } from '../../ports/index.ts';

export const TRADING = 'trading';
export const DATA = 'data';
export const DOCUMENTED_PER_MINUTE = 200;
const MINUTE_MS = 60_000;

export type AlpacaAllowance = { readonly tradingPerMinute?: number; readonly dataPerMinute?: number };

export function alpacaLimits({ tradingPerMinute = DOCUMENTED_PER_MINUTE, dataPerMinute = DOCUMENTED_PER_MINUTE }: AlpacaAllowance = {}): readonly VenueLimit[] {
  return [{ name: TRADING, requests: tradingPerMinute, perMs: MINUTE_MS }, { name: DATA, requests: dataPerMinute, perMs: MINUTE_MS }];
}

export const limitOfData = ({ baseUrl, dataUrl }: { readonly baseUrl: string; readonly dataUrl: string }): string => (baseUrl === dataUrl ? TRADING : DATA);
