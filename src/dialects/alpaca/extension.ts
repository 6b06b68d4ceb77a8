/**
 * What this dialect serves beside Alpaca's protocol, and Alpaca does not have: a dead-man timer, and orders that end with the stream. Only over a desk that
 * has them; over any other one these words are as unknown as they are at Alpaca.
 *
 *   POST /x/dead-man {"within_ms": 60000}   200 {"within_ms": 60000, "ends_at": "…"}; 422 out of bounds
 *   DELETE /x/dead-man                      204: off, and the streams that are open now may end without a word
 *   stream {"action": "cancel_on_disconnect"}    {"stream": "cancel_on_disconnect", "data": {"on": true}}: from then on the end of this connection cancels
 *   an order that either of them cancelled has a `cancel_reason`: "dead_man_timer" or "disconnect"
 */
import type { DeskOrder, DeskProtection } from '../../ports/index.ts';
import { badParameter, noEndpoint, nothing, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { fieldsOf } from './call.ts';
import type { Call } from './call.ts';
import { rfc3339 } from './time.ts';

export const TETHER = 'cancel_on_disconnect';

const words = { 'dead-man-timer': 'dead_man_timer', disconnect: 'disconnect' } as const satisfies Record<DeskProtection, string>;

export const protectionFields = ({ protection }: DeskOrder): Record<string, unknown> => (protection === undefined ? {} : { cancel_reason: words[protection] });

export async function setDeadMan({ desk, accountId, request }: Call): Promise<Answer> {
  if (desk.deadMan === undefined) return noEndpoint;
  const { shortestMs, longestMs } = desk.deadMan;
  const withinMs = fieldsOf(request)['within_ms'];
  if (typeof withinMs !== 'number' || !Number.isSafeInteger(withinMs)) return badParameter('within_ms must be a whole number');
  const set = await desk.deadMan.set(accountId, withinMs);
  if (set.kind === 'out-of-bounds') return badParameter(`within_ms must be between ${shortestMs} and ${longestMs}`);
  return ok({ within_ms: withinMs, ends_at: rfc3339(set.endsAtMs ?? 0) });
}

export async function endDeadMan({ desk, accountId }: Call): Promise<Answer> {
  if (desk.deadMan === undefined) return noEndpoint;
  await desk.deadMan.set(accountId, undefined);
  return nothing;
}
