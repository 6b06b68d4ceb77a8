/**
 * What venues said that was thrown away since this process began, by reason; and a note of it, at a bounded rate. Samples: the journal keeps what matters.
 *
 *   U1. Each is counted once. No venue can make it grow: venues are those of the configuration, reasons those of a closed list.
 *   U2. Of one venue's stream and one reason: the first is told at once, and then at most one note a minute, which says how many there were.
 *       Answers are not told here: what they lead to is.
 */
import type { Clock, Unread } from '../ports/index.ts';
import type { Note } from '../runtime/index.ts';

const NOTE_EVERY_MS = 60_000;

type Kept = { readonly venue: string; readonly from: Unread['from']; readonly reason: Unread['reason']; total: number };
type Muted = { more: number; lastWhy: string; end: () => void };

export type UnreadShown = { readonly stream: Readonly<Record<string, number>>; readonly answers: Readonly<Record<string, number>> };

export class UnreadTally {
  readonly #parts: { readonly clock: Clock; readonly note: (note: Note) => void; readonly counted: (venue: string, unread: Unread) => void };
  readonly #kept = new Map<string, Kept>();
  readonly #muted = new Map<string, Muted>();

  /** @param parts.counted hears of each as it is counted */
  constructor(parts: { readonly clock: Clock; readonly note: (note: Note) => void; readonly counted?: (venue: string, unread: Unread) => void }) {
    this.#parts = { counted: () => {}, ...parts };
  }

  count(venue: string, unread: Unread): void {
    const { from, reason } = unread;
    const key = `${venue} ${from} ${reason}`;
    const kept = this.#kept.get(key) ?? { venue, from, reason, total: 0 };
    kept.total += 1;
    this.#kept.set(key, kept);
    this.#parts.counted(venue, unread);
    if (from === 'stream') this.#tell(key, venue, unread);
  }

  of(venue: string): UnreadShown {
    const by = (from: Unread['from']): Record<string, number> => Object.fromEntries([...this.#kept.values()].flatMap((kept) => (kept.venue === venue && kept.from === from ? [[kept.reason, kept.total]] : [])));
    return { stream: by('stream'), answers: by('answer') };
  }

  /** Tells nothing more, and leaves no timer behind. */
  stop(): void {
    for (const { end } of this.#muted.values()) end();
    this.#muted.clear();
  }

  #tell(key: string, venue: string, { reason, why }: Unread): void {
    const muted = this.#muted.get(key);
    if (muted !== undefined) {
      muted.more += 1;
      muted.lastWhy = why;
      return;
    }
    this.#note(venue, reason, 1, why);
    this.#mute(key, venue, reason);
  }

  #mute(key: string, venue: string, reason: Unread['reason']): void {
    const end = this.#parts.clock.timer(NOTE_EVERY_MS, () => {
      const { more, lastWhy } = this.#muted.get(key) ?? { more: 0, lastWhy: '' };
      this.#muted.delete(key);
      if (more === 0) return;
      this.#note(venue, reason, more, lastWhy);
      this.#mute(key, venue, reason);
    });
    this.#muted.set(key, { more: 0, lastWhy: '', end });
  }

  #note(venue: string, reason: string, frames: number, why: string): void {
    const message = `${venue}: ${frames === 1 ? 'a frame' : `${frames} frames`} of its stream thrown away (${reason}); what happened at the venue is found by reading`;
    this.#parts.note({ level: 'warning', message, detail: { reason, frames, why } });
  }
}
