/**
 * What came in by each source and what became of it, since this process began. Samples: the journal keeps what matters.
 *
 *   C1. No stranger can make it grow: sources are those of the configuration, fates and codes are ours.
 */
import type { ServedAnswer } from '../ports/index.ts';

export type SignalFate =
  | 'order' | 'met' | 'heartbeat' | 'blocked' | 'cancelled' | 'amending' | 'refused' | 'duplicate' | 'conflict' | 'malformed' | 'unauthorised' | 'address' | 'too-large' | 'busy' | 'early' | 'failed';

export type Entrance = 'public' | 'control';

export class Tally {
  readonly #counts = new Map<string, Map<SignalFate, number>>();
  readonly #counted: (source: string, fate: SignalFate) => void;

  /** @param counted hears of each as it is counted */
  constructor(counted: (source: string, fate: SignalFate) => void = () => {}) {
    this.#counted = counted;
  }

  count(source: string, fate: SignalFate): void {
    const own = this.#counts.get(source) ?? new Map<SignalFate, number>();
    own.set(fate, (own.get(fate) ?? 0) + 1);
    this.#counts.set(source, own);
    this.#counted(source, fate);
  }

  /** Who is expected to say regularly that he is alive, and when he last did in this process life, by the wall clock. */
  readonly heartbeats = new Map<string, { lastHeardMs: number | undefined }>();

  /** Sources that delivered so fast that TradingView stops an alert, and when, by the wall clock; until they deliver again later. */
  readonly bursts = new Map<string, number>();

  readonly #refusals: Record<Entrance, Map<string, number>> = { public: new Map(), control: new Map() };

  /** Counts an answer if it is a refusal, by its code: also what came from nobody who is known. */
  answered(entrance: Entrance, answer: ServedAnswer): void {
    if (answer.kind !== 'answer' || answer.status < 400) return;
    const code = typeof answer.body === 'string' ? /"code":"(BW-\d{4})"/.exec(answer.body)?.[1] : undefined;
    const own = this.#refusals[entrance];
    own.set(code ?? 'other', (own.get(code ?? 'other') ?? 0) + 1);
  }

  refusals(): Record<Entrance, Record<string, number>> {
    return { public: Object.fromEntries(this.#refusals.public), control: Object.fromEntries(this.#refusals.control) };
  }

  shown(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([source, own]) => [source, Object.fromEntries(own)]));
  }
}
