/** One authenticated read of the account, for whoever checks an installation: whether it answers, what time it has, and what the keys may do. */
import type { Clock, Net, VenueInspection } from '../../ports/index.ts';
import { errorIn, meaningOf, readRows } from './answers.ts';
import { blockedWhy } from './balances.ts';
import { Fields, parseJson, readable } from './json.ts';
import { TRADING } from './limits.ts';
import { describe } from './rest.ts';

export type InspectionAt = { readonly baseUrl: string; readonly keyId: string; readonly secret: string };

/** Alpaca's keys carry no rights of their own: what the account may do, they may. */
export async function inspectAlpaca({ net, clock }: { readonly net: Net; readonly clock: Clock }, { baseUrl, keyId, secret }: InspectionAt, timeoutMs: number): Promise<VenueInspection> {
  const askedMs = clock.monotonicMs();
  const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secret, accept: 'application/json' };
  const outcome = await net.request({ method: 'GET', url: `${baseUrl.replace(/\/+$/, '')}/v2/account`, headers, passage: { lane: 'reconcile', limit: TRADING } }, timeoutMs);
  if (outcome.kind !== 'answered') return { kind: 'unreached', why: outcome.why, ...(outcome.kind === 'not-sent' && outcome.heldBack === true ? { heldBack: { againMs: outcome.retryAfterMs } } : {}) };
  const tookMs = clock.monotonicMs() - askedMs;
  const theirsMs = Date.parse(outcome.headers['date'] ?? '');
  const aheadMs = Number.isNaN(theirsMs) ? {} : { aheadMs: theirsMs + 500 - (clock.wallMs() - tookMs / 2) }; // a second is told without its fraction
  const reached = { kind: 'reached', tookMs, ...aheadMs } as const;
  if (outcome.status !== 200) {
    const error = errorIn(outcome.body);
    const refused = meaningOf(readRows, outcome.status, error)?.kind === 'refused';
    return { ...reached, keys: { kind: refused ? 'refused' : 'unclear', why: describe(outcome.status, error?.message) } };
  }
  const read = readable(() => {
    const account = new Fields(parseJson(outcome.body), 'account');
    const blocked = blockedWhy(account);
    return { account: account.text('account_number'), ...(blocked === undefined ? {} : { blocked }), mayMoveMoney: !account.flag('transfers_blocked') };
  });
  return { ...reached, keys: 'value' in read ? { kind: 'accepted', ...read.value } : { kind: 'unclear', why: read.why } };
}
