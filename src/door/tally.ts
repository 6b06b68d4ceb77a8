/** What came in by each source and what became of it, since this process began. Samples: the journal keeps what matters. */
export type SignalFate =
  | 'order' | 'blocked' | 'cancelled' | 'refused' | 'duplicate' | 'conflict' | 'malformed' | 'unauthorised' | 'address' | 'too-large' | 'busy' | 'failed';

export class Tally {
  readonly #counts = new Map<string, Map<SignalFate, number>>();

  count(source: string, fate: SignalFate): void {
    const own = this.#counts.get(source) ?? new Map<SignalFate, number>();
    own.set(fate, (own.get(fate) ?? 0) + 1);
    this.#counts.set(source, own);
  }

  shown(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([source, own]) => [source, Object.fromEntries(own)]));
  }
}
