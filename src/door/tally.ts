/** What came in by each source and what became of it, since this process began. Samples: the journal keeps what matters. */
export type SignalFate =
  | 'order' | 'met' | 'heartbeat' | 'blocked' | 'cancelled' | 'refused' | 'duplicate' | 'conflict' | 'malformed' | 'unauthorised' | 'address' | 'too-large' | 'busy' | 'failed';

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

  shown(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([source, own]) => [source, Object.fromEntries(own)]));
  }
}
