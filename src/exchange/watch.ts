/** Who watches one market, and how far the tape has been told to them. */
import type { DeskBar, MarketEvent } from '../ports/index.ts';
import type { Tape } from './tape.ts';

const minuteMs = 60_000;

export class Watch {
  readonly #tape: Tape;
  readonly #watchers = new Set<(event: MarketEvent) => void>();
  #lastId: number;
  #minuteMs: number | undefined; // the running minute, where something was dealt in it

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#lastId = tape.lastId;
  }

  /** The answer removes the watcher again, and says whether it was the last. */
  add(run: (event: MarketEvent) => void): () => boolean {
    const watcher = (event: MarketEvent): void => run(event); // its own object: one function may watch twice
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher) && this.#watchers.size === 0;
  }

  /** Tells what the tape holds beyond what was told: prints, minutes that are over, and that the book may be another. */
  tell(symbol: string): void {
    for (const print of this.#tape.printsAfter(this.#lastId)) {
      this.#lastId = print.id;
      const startMs = Math.floor(print.atMs / minuteMs) * minuteMs;
      const over = this.#minuteMs !== undefined && startMs > this.#minuteMs ? this.#bar(this.#minuteMs) : undefined;
      this.#minuteMs = startMs;
      if (over !== undefined) this.#say({ kind: 'bar', symbol, bar: over });
      this.#say({ kind: 'print', symbol, print });
    }
    this.#say({ kind: 'moved', symbol });
  }

  #bar(startMs: number): DeskBar | undefined {
    return this.#tape.bars(startMs, startMs + minuteMs)[0];
  }

  #say(event: MarketEvent): void {
    for (const watcher of [...this.#watchers]) watcher(event);
  }
}
