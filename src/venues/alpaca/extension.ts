/**
 * What a peer that speaks Alpaca's protocol may have beside it, and Alpaca has not: a dead-man timer, and orders that end with the stream. Asked for only where
 * the configuration says that this peer has it.
 *
 *   X1. The timer counts as set only where the peer answers 200 and repeats what was asked for.
 *   X2. A refusal is the peer's own error; anything else that is no success is `unknown`.
 */
import type { DeadManResult, HttpOutcome, VenueDeadMan } from '../../ports/index.ts';
import { cancelRows } from './answers.ts';
import { Fields, parseJson } from './json.ts';
import { describe } from './rest.ts';
import type { Rest } from './rest.ts';

export const alpacaExtensions = ['dead-man-timer', 'cancel-on-disconnect'] as const;
export type AlpacaExtension = (typeof alpacaExtensions)[number];

/** What is said on the stream, and in what the peer answers. */
export const TETHER = 'cancel_on_disconnect';

const path = '/x/dead-man';
const bounds = { shortestMs: 1_000, longestMs: 86_400_000 };

export function deadManOver(rest: Rest): VenueDeadMan {
  return {
    ...bounds,
    async arm({ withinMs }, timeoutMs) {
      const body = new TextEncoder().encode(JSON.stringify({ within_ms: withinMs }));
      const outcome = await rest.once({ method: 'POST', path, body, lane: 'cancel' }, timeoutMs);
      if (outcome.kind !== 'answered') return outcome;
      if (outcome.status !== 200) return refusal(rest, outcome);
      const read = rest.readable(() => new Fields(parseJson(outcome.body), 'dead man').numberText('within_ms'));
      if (!('value' in read)) return { kind: 'unknown', why: `the venue answered 200, but ${read.why}` };
      return read.value === String(withinMs) ? { kind: 'done' } : { kind: 'unknown', why: `the venue set its timer to ${read.value} ms, and was asked for ${withinMs}` }; // X1
    },
    async disarm(timeoutMs) {
      const outcome = await rest.once({ method: 'DELETE', path, lane: 'cancel' }, timeoutMs);
      if (outcome.kind !== 'answered') return outcome;
      return outcome.status === 204 ? { kind: 'done' } : refusal(rest, outcome);
    },
  };
}

/** X2 */
function refusal(rest: Rest, outcome: Extract<HttpOutcome, { kind: 'answered' }>): DeadManResult {
  const { error, meaning } = rest.refusalIn(cancelRows, outcome);
  const why = describe(outcome.status, error?.message);
  if (meaning?.kind === 'not-sent') {
    const retryAfterMs = rest.retryAfterMs(outcome.headers);
    return { kind: 'not-sent', why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (error === undefined || outcome.status >= 500) return { kind: 'unknown', why };
  return { kind: 'refused', why, ...(outcome.status === 401 || outcome.status === 403 ? { access: true } : {}) };
}

const reasons: Readonly<Record<string, string>> = { dead_man_timer: "the venue's dead-man timer ran out", disconnect: 'the venue cancelled it when our stream ended' };

/** Why the peer itself cancelled an order, where it says so. */
export function cancelReasonIn(fields: Fields): string | undefined {
  const word = fields.optionalText('cancel_reason');
  return word === undefined ? undefined : reasons[word] ?? `the venue cancelled it: ${word.slice(0, 60)}`;
}
