/**
 * Asks and listens: each source in a loop of its own, so that one that hangs holds up no other.
 *
 * Owns when sources are asked, what is told of them, and the timers. Does not own reconnecting streams, which their adapters do, nor what a price is worth.
 *
 *   W1. Each is asked steadily. Whether anything leaves is for the circuit in front of it to say: a source that does not answer is tried out, and no more.
 *   W2. Every price is looked at once a second: what fell silent is told, though nobody asks for it.
 *   W3. After `stop` nothing is asked and no timer is left.
 */
import { marketKey } from '../../core/index.ts';
import type { FeedChange } from '../../core/index.ts';
import type { Clock, PriceSource } from '../../ports/index.ts';
import type { Note } from '../runtime.ts';
import type { VenueBinding } from '../settings.ts';
import type { JournalTime } from '../time.ts';
import type { MarketName, PriceSenses, Used } from './senses.ts';
import type { PriceSettings } from './settings.ts';

export type WatchParts = {
  readonly senses: PriceSenses;
  readonly settings: PriceSettings;
  readonly clock: Clock;
  readonly time: JournalTime;
  readonly everyMs: number; // between two questions to a venue
  readonly note: (note: Note) => void;
  readonly onRead: (venue: string, worked: boolean) => void; // of a venue's own quotes
};

const LOOK_EVERY_MS = 1_000;

export class PriceWatch {
  readonly #parts: WatchParts;
  readonly #cancels = new Set<() => void>();
  #alive = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#alive = true;
    const { settings, senses } = this.#parts;
    for (const [name, named] of Object.entries(settings.sources)) {
      if (named.kind === 'other' && senses.askedOf(name).length > 0) this.#begin(name, named.source);
    }
    void this.#look();
  }

  stop(): void {
    this.#alive = false;
    for (const cancel of [...this.#cancels]) cancel();
    this.#cancels.clear();
  }

  /** Asks a venue for its own quotes, for as long as it is heard. */
  async askVenue({ venue, readTimeoutMs }: VenueBinding, isHeard: () => boolean): Promise<void> {
    const { senses, time, everyMs, onRead } = this.#parts;
    const symbols = senses.askedOfVenue(venue.name);
    while (isHeard() && symbols.length > 0) {
      const askedAtMs = time.nowMs();
      const quotes = await venue.quotes(symbols, readTimeoutMs);
      if (!isHeard()) return;
      onRead(venue.name, quotes.kind === 'read');
      if (quotes.kind === 'read') senses.sawQuotes(venue.name, quotes.value, askedAtMs, time.nowMs());
      await this.#pause(everyMs); // W1
    }
  }

  #begin(name: string, source: PriceSource): void {
    if (source.kind === 'asked') return void this.#ask(name, source);
    const { senses, time } = this.#parts;
    this.#cancels.add(source.watch(senses.askedOf(name), (event) => {
      if (!this.#alive) return;
      if (event.kind === 'said') return senses.saw(name, event.said, time.nowMs(), time.nowMs());
      this.#tell(name, event.kind === 'connected' ? undefined : event.why);
    }));
  }

  async #ask(name: string, { ask, everyMs, timeoutMs }: Extract<PriceSource, { kind: 'asked' }>): Promise<void> {
    const { senses, time } = this.#parts;
    for (let failures = 0; this.#alive;) {
      const askedAtMs = time.nowMs();
      const answer = await ask(senses.askedOf(name), timeoutMs);
      if (!this.#alive) return;
      if (answer.kind === 'read') senses.saw(name, answer.value, askedAtMs, time.nowMs());
      if ((answer.kind === 'read') !== (failures === 0) || (failures === 0 && answer.kind === 'unclear')) this.#tell(name, answer.kind === 'read' ? undefined : answer.why);
      failures = answer.kind === 'read' ? 0 : failures + 1;
      await this.#pause(everyMs); // W1
    }
  }

  async #look(): Promise<void> { // W2
    while (this.#alive) {
      await this.#pause(LOOK_EVERY_MS);
      if (this.#alive) this.#parts.senses.look(this.#parts.time.nowMs());
    }
  }

  #tell(source: string, why: string | undefined): void {
    this.#parts.note(why === undefined ? { level: 'info', message: `price source ${source} answers`, detail: { source } } : { level: 'warning', message: `price source ${source} does not answer: ${why}`, detail: { source, why } });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.timer(delayMs, () => {
        this.#cancels.delete(cancel);
        resolve();
      });
      this.#cancels.add(cancel);
    });
  }
}

/** Another source is used, or none: in words for whoever watches the log. */
export function noteOfChange({ venue, symbol }: MarketName, { source, because }: Used, { from }: FeedChange): Note {
  const detail = { market: marketKey(venue, symbol), from: from ?? 'none', to: source ?? 'none', because };
  if (source === undefined) return { level: 'warning', message: `no price of ${symbol} at ${venue} is trusted: ${because}. Orders in it wait.`, detail };
  return { level: from === undefined ? 'info' : 'warning', message: `the price of ${symbol} at ${venue} comes from ${source}: ${because}`, detail };
}
