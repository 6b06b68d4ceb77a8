/**
 * What Alpaca's error answers mean for an order, as tables: (status, code, message) to meaning.
 *
 *   A1. An answer that no row describes means nothing: the outcome is unknown.
 *   A2. Only Alpaca's own JSON counts. HTML, an empty body or a proxy's page never refuses, accepts or denies anything.
 *
 * A row's `code` may be missing in the answer (Alpaca leaves it out at times) only where the row says so; its message
 * must match all the same.
 */
import { Fields, parseJson, readable } from './json.ts';
import type { TellUnreadable } from './json.ts';

export type VenueError = { readonly code: number | undefined; readonly message: string };

export type Meaning =
  | { readonly kind: 'refused'; readonly reason: string; readonly access?: true }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'not-cancelable' }
  | { readonly kind: 'no-such-order' };

export type Row = {
  readonly status: number;
  readonly code: number | 'none';
  readonly codeMayBeMissing?: true;
  readonly message: RegExp;
  readonly means: Meaning;
};

const refused = (reason: string): Meaning => ({ kind: 'refused', reason });
const noAccess: Meaning = { kind: 'refused', reason: 'access', access: true };
const blocked: Meaning = { kind: 'refused', reason: 'account-blocked', access: true };

/** The keys, or the host they were sent to, are wrong. */
const accessRows: readonly Row[] = [
  { status: 401, code: 40110000, codeMayBeMissing: true, message: /^request is not authorized/, means: noAccess },
  { status: 403, code: 40110000, codeMayBeMissing: true, message: /^request is not authorized/, means: noAccess },
  { status: 403, code: 'none', message: /^forbidden\.?$/, means: noAccess },
];

/** Refused before it was executed. */
const rateRows: readonly Row[] = [
  { status: 429, code: 42910000, message: /./, means: { kind: 'not-sent' } },
  { status: 429, code: 'none', message: /^(rate limit exceeded|too many requests)/, means: { kind: 'not-sent' } },
];

const forbidden = (message: RegExp, means: Meaning): Row => ({ status: 403, code: 40310000, codeMayBeMissing: true, message, means });
const badParameter = (message: RegExp, means: Meaning): Row => ({ status: 422, code: 40010001, message, means });
const unprocessable = (message: RegExp, means: Meaning): Row => ({ status: 422, code: 42210000, message, means });

export const submitRows: readonly Row[] = [
  ...accessRows,
  ...rateRows,
  forbidden(/^insufficient buying power/, refused('insufficient-balance')),
  forbidden(/^insufficient qty available for order/, refused('insufficient-balance')),
  forbidden(/^insufficient balance for /, refused('insufficient-balance')),
  forbidden(/^cost basis must be >= minimal amount of order/, refused('below-minimum')),
  forbidden(/^potential wash trade detected/, refused('self-match')),
  forbidden(/^new orders are rejected by user request/, blocked),
  forbidden(/pattern day trad/i, refused('day-trading')),
  forbidden(/^unable to open new notional orders while having open closing position orders/, refused('closing-orders-open')),
  forbidden(/\bis not (active|tradable)\b/, refused('untradable-symbol')),
  { status: 422, code: 40010001, codeMayBeMissing: true, message: /^client[ _]order[ _]id must be unique/, means: { kind: 'duplicate' } },
  badParameter(/^invalid order type for crypto order/, refused('bad-type')),
  badParameter(/^invalid time_in_force for crypto order/, refused('bad-time-in-force')),
  badParameter(/^only type="limit" is allowed for extended hours orders/, refused('bad-type')),
  badParameter(/^us_equity orders not allowed for account/, refused('untradable-symbol')),
  unprocessable(/^invalid crypto time_in_force/, refused('bad-time-in-force')),
  unprocessable(/^invalid limit_price .*sub-penny increment/, refused('bad-price')),
  unprocessable(/^potential wash trade detected/, refused('self-match')),
  unprocessable(/\bis not (active|tradable)\b/, refused('untradable-symbol')),
];

export const cancelRows: readonly Row[] = [
  ...rateRows,
  { status: 404, code: 40410000, message: /^order (is )?not found/, means: { kind: 'no-such-order' } },
  { status: 422, code: 42210000, message: /./, means: { kind: 'not-cancelable' } },
];

export const readRows: readonly Row[] = [
  ...accessRows,
  ...rateRows,
  { status: 404, code: 40410000, message: /^order (is )?not found/, means: { kind: 'no-such-order' } }, // not "endpoint not found."
];

/** Alpaca's own error body, or undefined where the answer is something else. */
export function errorIn(body: Uint8Array, tell?: TellUnreadable): VenueError | undefined {
  const read = readable(() => {
    const fields = new Fields(parseJson(body), 'error');
    const code = fields.raw('code') === undefined ? undefined : Number(fields.numberText('code'));
    return { code, message: fields.text('message') };
  }, tell);
  return 'value' in read ? read.value : undefined;
}

export function meaningOf(rows: readonly Row[], status: number, error: VenueError | undefined): Meaning | undefined {
  if (error === undefined) return undefined; // A2
  const { code, message } = error;
  const fits = (row: Row): boolean =>
    row.status === status && row.message.test(message) && (code === undefined ? row.code === 'none' || row.codeMayBeMissing === true : row.code === code);
  return rows.find(fits)?.means; // A1
}
