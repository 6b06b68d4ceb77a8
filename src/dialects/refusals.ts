/**
 * What clients asked of the exchange and it refused, by reason, since it began to serve.
 *
 *   R1. Each refusal is counted once, as it is answered. What faults answer in the dialect's place is none: faults have counts of their own.
 *   R2. No client can make it grow: a reason is the dialect's own status, code or word, never a client's text.
 */

/** Requests of the dialect, its stream of order updates, its stream of market data, and the exchange's own routes. */
export type RefusingEntrance = 'requests' | 'updates' | 'market' | 'control';

export type TellRefusal = (entrance: RefusingEntrance, reason: string) => void;

export class Refusals {
  readonly #counts: Readonly<Record<RefusingEntrance, Map<string, number>>> = { requests: new Map(), updates: new Map(), market: new Map(), control: new Map() };

  count(entrance: RefusingEntrance, reason: string): void {
    const own = this.#counts[entrance];
    own.set(reason, (own.get(reason) ?? 0) + 1);
  }

  /** Reasons in order of their text. */
  shown(): Readonly<Record<RefusingEntrance, Readonly<Record<string, number>>>> {
    const { requests, updates, market, control } = this.#counts;
    return { requests: sorted(requests), updates: sorted(updates), market: sorted(market), control: sorted(control) };
  }
}

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> => Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
