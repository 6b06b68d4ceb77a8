/** Who watches which market, and in which of those something has moved that they were not told of yet. */
import type { MarketEvent } from '../ports/index.ts';
import type { Tape } from './tape.ts';
import { Watch } from './watch.ts';

export class Audience {
  readonly #watches = new Map<string, Watch>();
  readonly #moved = new Set<string>();

  has(symbol: string): boolean {
    return this.#watches.has(symbol);
  }

  /** @returns ends it */
  add(symbol: string, tape: Tape, run: (event: MarketEvent) => void): () => void {
    let watch = this.#watches.get(symbol);
    if (watch === undefined) this.#watches.set(symbol, (watch = new Watch(tape)));
    const end = watch.add(run);
    return () => {
      if (end()) this.#watches.delete(symbol);
    };
  }

  /** Nobody is told of a market that nobody watches. */
  moved(symbol: string): void {
    if (this.#watches.has(symbol)) this.#moved.add(symbol);
  }

  takeMoved(): readonly string[] {
    const symbols = [...this.#moved];
    this.#moved.clear();
    return symbols;
  }

  tell(symbol: string): void {
    this.#watches.get(symbol)?.tell(symbol);
  }
}
