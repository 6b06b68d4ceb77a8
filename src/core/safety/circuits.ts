/**
 * Whether a circuit stands in the way of an order.
 *
 *   R1. An order is never what an open circuit is tried out with: at a venue that is done by readings, and by them alone.
 *   R2. `VENUE/orders` stops the orders of its venue. `loss/SCOPE`, `position/SCOPE` and `volatility/SCOPE` stop what brings new risk:
 *       everything where the scope is `default`, otherwise one instrument, strategy or venue, by its name.
 *   R3. A cancel is stopped by no circuit.
 */
import { isTradingKind, kindOf, scopeOf } from '../breakers/index.ts';
import type { Circuit } from '../breakers/index.ts';
import type { Verdict } from '../limits/index.ts';
import type { Order } from '../orders/index.ts';
import type { World } from '../world.ts';

export type OpenCircuit = {
  readonly breaker: string;
  readonly verdict: Verdict;
  readonly againMs: number | undefined; // journal time before which it does not close; undefined where only a person closes it
};

type Asked = Pick<Order, 'venue' | 'symbol' | 'strategy'>;

/** The first circuit that stops this order now; undefined where none does. */
export function openCircuitFor(world: World, order: Asked, nowMs: number): OpenCircuit | undefined {
  if (world.breakers.size === 0) return undefined;
  let longest: OpenCircuit | undefined;
  for (const [breaker, circuit] of world.breakers.entries()) {
    if (!concerns(breaker, order) || !stops(breaker, circuit, nowMs)) continue;
    const open: OpenCircuit = { breaker, againMs: againMs(circuit), verdict: verdictOf(breaker, circuit) };
    if (open.againMs === undefined) return open;
    if (longest === undefined || open.againMs > (longest.againMs ?? 0)) longest = open;
  }
  return longest;
}

const concerns = (breaker: string, { venue, symbol, strategy }: Asked): boolean =>
  (isTradingKind(breaker) ? ['default', symbol, strategy, venue].includes(scopeOf(breaker)) : kindOf(breaker) === venue && scopeOf(breaker) === 'orders');

function stops(breaker: string, { phase, command, until }: Circuit, nowMs: number): boolean {
  const held = command !== undefined && (command.until === 'manual' || nowMs < command.until) ? command.hold : undefined;
  if (held === 'open') return true;
  if (held !== undefined) return false;
  return isTradingKind(breaker) ? phase === 'open' && (until === 'manual' || nowMs < until) : phase !== 'closed'; // R1
}

function againMs({ phase, command, until }: Circuit): number | undefined {
  const ends = [...(command?.hold === 'open' ? [command.until] : []), ...(phase === 'open' ? [until] : [])];
  return ends.includes('manual') ? undefined : Math.max(0, ...ends.map(Number));
}

function verdictOf(breaker: string, circuit: Circuit): Verdict {
  const again = againMs(circuit);
  return {
    control: 'breaker', code: 'BW-3104', limit: `${breaker} closed`, observed: `the circuit ${breaker} ${whyNotClosed(circuit)}`,
    wouldPass: again === undefined ? `an order after "breakwater breakers reset ${breaker}"` : `an order once it has closed, not before ${new Date(again).toISOString()}`,
  };
}

/** Why a circuit does not let everything pass, with what was counted. */
export function whyNotClosed({ phase, opening, command }: Circuit): string {
  if (command?.hold === 'open') return `is held open by ${command.by}: ${command.reason}`;
  const stands = phase === 'half-open' ? 'is being tried out after it was opened' : 'is open';
  if (opening === undefined) return stands;
  const { rule, counts, windowMs, errors, reason, by } = opening;
  if (rule === 'tripped') return `${stands}: ${by === undefined ? '' : `${by}: `}${reason ?? 'tripped'}`;
  const last = errors.at(-1);
  return `${stands}: ${ruleWords[rule]} (${counts.inARow} failures in a row; in ${Math.round(windowMs / 1_000)} s ${counts.failures} of ${counts.calls} calls failed and ${counts.slow} were slow)${last === undefined ? '' : `; last error: ${last}`}`;
}

const ruleWords = {
  'failures-in-a-row': 'too many failures in a row', 'failure-rate': 'too large a share of the calls failed', 'slow-rate': 'too large a share of the calls was slow',
  'probe-failed': 'a call that tried it out failed', 'probe-hung': 'a call that tried it out had no outcome in time',
} as const;
