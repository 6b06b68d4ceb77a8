/**
 * A venue behind its circuits: each request asks first, and tells how it went.
 *
 *   B1. What is refused here was not sent, and is answered as that.
 *   B2. An answer of the venue is a success, whatever it says, unless it says that we ask too much. No answer is a failure.
 *   B3. What was stopped or held back on our side says nothing about the venue.
 *   B4. While something is being stopped at the venue every request passes: what is seen and closed there cannot wait for a circuit.
 */
import type { CancelAllResult, CancelResult, Clock, DeadManResult, FindResult, Read, SubmitResult, Venue, VenueDeadMan } from '../../ports/index.ts';
import type { JournalTime } from '../time.ts';
import type { CallEnd, CircuitRegistry } from './registry.ts';
import type { Part } from './policies.ts';

export type GuardingOptions = { readonly registry: CircuitRegistry; readonly time: JournalTime; readonly clock: Clock; readonly isStopping?: () => boolean };
type Stopped = () => string | undefined;
type End = { readonly outcome: CallEnd; readonly error?: string };

export function behindCircuits(venue: Venue, { registry, time, clock, isStopping = () => false }: GuardingOptions): Venue {
  const { name } = venue;
  const ask = (circuit: string): ReturnType<CircuitRegistry['ask']> => {
    const asked = registry.ask(circuit, time.nowMs());
    return asked.kind === 'refused' && isStopping() ? registry.pass(circuit, time.nowMs()) : asked; // B4
  };
  const read = async <T extends Read<unknown> | FindResult>(part: Part, call: (noting: (stopped: Stopped) => Stopped) => Promise<T>): Promise<T | { readonly kind: 'unclear'; readonly why: string }> => {
    const asked = ask(`${name}/${part}`);
    if (asked.kind === 'refused') return { kind: 'unclear', why: asked.why }; // B1
    const beganMs = clock.monotonicMs();
    let here = false;
    const answer = await call((stopped) => () => {
      const why = stopped();
      here = why !== undefined;
      return why;
    });
    const { outcome, error } = here && answer.kind === 'unclear' ? { outcome: 'ignored' as const } : readEnd(answer); // B3
    asked.settle(outcome, clock.monotonicMs() - beganMs, error);
    return answer;
  };
  const passing = async <T extends CancelResult | CancelAllResult | DeadManResult>(cancel: () => Promise<T>): Promise<T> => {
    const permit = registry.pass(`${name}/orders`, time.nowMs());
    const beganMs = clock.monotonicMs();
    const result = await cancel();
    const { outcome, error } = callEnd(result);
    permit.settle(outcome, clock.monotonicMs() - beganMs, error);
    return result;
  };
  const timed = (timer: VenueDeadMan): VenueDeadMan => ({ // it takes risk away, as a cancel does, and passes as one
    ...timer, arm: (asked, timeoutMs) => passing(() => timer.arm(asked, timeoutMs)), disarm: (timeoutMs) => passing(() => timer.disarm(timeoutMs)),
  });
  return {
    ...venue,
    async submit(order, timeoutMs, stopped) {
      const asked = ask(`${name}/orders`);
      if (asked.kind === 'refused') return { kind: 'not-sent', why: asked.why, ...(asked.retryAfterMs === undefined ? {} : { retryAfterMs: asked.retryAfterMs }) };
      const beganMs = clock.monotonicMs();
      let here = false;
      const result = await venue.submit(order, timeoutMs, () => {
        const why = stopped?.();
        here = why !== undefined;
        return why;
      });
      const tookMs = clock.monotonicMs() - beganMs;
      if (here) asked.settle('ignored', tookMs); // B3
      else {
        const { outcome, error } = callEnd(result);
        asked.settle(outcome, tookMs, error);
        if (result.kind === 'not-sent' && result.retryAfterMs !== undefined && result.heldBack !== true) registry.limited(name, 'rate-limit', result.retryAfterMs, result.why);
      }
      return result;
    },
    cancel: (order, timeoutMs) => passing(() => venue.cancel(order, timeoutMs)),
    ...(venue.cancelAll === undefined ? {} : { cancelAll: (timeoutMs: number) => passing(() => venue.cancelAll?.(timeoutMs) ?? Promise.resolve({ kind: 'unknown', why: 'it has no such request' })) }),
    ...(venue.deadMan === undefined ? {} : { deadMan: timed(venue.deadMan) }),
    instruments: (symbols) => read('reads', () => venue.instruments(symbols)),
    findByClientOrderId: (id, timeoutMs, stopped) => read('reads', (noting) => venue.findByClientOrderId(id, timeoutMs, stopped && noting(stopped))),
    find: (id, timeoutMs, stopped) => read('reads', (noting) => venue.find(id, timeoutMs, stopped && noting(stopped))),
    openOrders: (timeoutMs) => read('reads', () => venue.openOrders(timeoutMs)),
    activity: (after, timeoutMs) => read('reads', () => venue.activity(after, timeoutMs)),
    balances: (timeoutMs) => read('reads', () => venue.balances(timeoutMs)),
    quotes: (symbols, timeoutMs) => read('prices', () => venue.quotes(symbols, timeoutMs)),
  };
}

/** B2 */
function callEnd(result: SubmitResult | CancelResult | CancelAllResult | DeadManResult): End {
  if (result.kind === 'unknown') return { outcome: 'failure', error: result.why };
  if (result.kind !== 'not-sent') return { outcome: 'success' };
  if (result.heldBack === true) return { outcome: 'ignored' }; // B3
  return result.retryAfterMs === undefined ? { outcome: 'failure', error: result.why } : { outcome: 'ignored' };
}

function readEnd(answer: Read<unknown> | FindResult): End {
  if (answer.kind !== 'unclear') return { outcome: 'success' };
  if (answer.heldBack === true) return { outcome: 'ignored' }; // B3
  return 'access' in answer && answer.access ? { outcome: 'success' } : { outcome: 'failure', error: answer.why };
}
