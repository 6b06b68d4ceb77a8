/**
 * Whether a circuit stands in the way of an order.
 *
 *   R1. An order is never what an open circuit is tried out with: at a venue that is done by readings, and by them alone.
 *   R2. `VENUE/orders` stops the orders of its venue. `loss/SCOPE`, `position/SCOPE` and `volatility/SCOPE` stop what brings new risk:
 *       everything where the scope is `default`, otherwise one instrument, strategy or venue, by its name.
 *   R3. A cancel is stopped by no circuit.
 *   R4. What can only bring a position nearer to zero brings no new risk.
 */
import { isTradingKind, kindOf, scopeOf } from '../breakers/index.ts';
import type { Circuit } from '../breakers/index.ts';
import { holdingUnits, mostHeldUnits } from '../ledger/index.ts';
import { reducesOnly } from '../limits/index.ts';
import type { Verdict } from '../limits/index.ts';
import { instrumentAt } from '../market/index.ts';
import type { Order } from '../orders/index.ts';
import type { World } from '../world.ts';
import { openAround } from './exposure.ts';

export type OpenCircuit = {
  readonly breaker: string;
  readonly verdict: Verdict;
  readonly againMs: number | undefined; // journal time before which it does not close; undefined where only a person closes it
};

type Asked = Pick<Order, 'venue' | 'symbol' | 'strategy' | 'side' | 'quantityUnits' | 'filledUnits' | 'phase'>;

/** The first circuit that stops this order now; undefined where none does. */
export function openCircuitFor(world: World, order: Asked, nowMs: number): OpenCircuit | undefined {
  if (world.breakers.size === 0) return undefined;
  let longest: OpenCircuit | undefined;
  for (const [breaker, circuit] of world.breakers.entries()) {
    if (!concerns(breaker, order) || !stops(breaker, circuit, nowMs) || (isTradingKind(breaker) && reduces(world, order))) continue;
    const open: OpenCircuit = { breaker, againMs: againMs(circuit), verdict: verdictOf(breaker, circuit) };
    if (open.againMs === undefined) return open;
    if (longest === undefined || open.againMs > (longest.againMs ?? 0)) longest = open;
  }
  return longest;
}

/** R4, with all that is open on its side filled before it. */
function reduces(world: World, { venue, symbol, side, quantityUnits, filledUnits, phase }: Asked): boolean {
  const instrument = instrumentAt(world.market, venue, symbol);
  if (instrument === undefined) return false;
  const { buyUnits, sellUnits } = openAround(world, venue, instrument);
  const openUnits = quantityUnits - filledUnits;
  const own = phase === 'prepared' || phase === 'sending' ? openUnits : 0n; // it counts itself already
  const positionUnits = (side === 'sell' ? holdingUnits : mostHeldUnits)(world.ledger, venue, instrument.base);
  const standing = { positionUnits, openBuyUnits: buyUnits - (side === 'buy' ? own : 0n), openSellUnits: sellUnits - (side === 'sell' ? own : 0n) };
  return reducesOnly(standing, { side, quantityUnits: openUnits });
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
