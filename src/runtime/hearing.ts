/**
 * Notices a stream that has gone deaf: open, answering pings, and telling nothing. A venue around another venue.
 *
 * Owns the suspicion and the renewal of the stream. Does not own reconnecting after a loss that the adapter sees itself.
 *
 *   H1. A stream is renewed only on evidence: an execution was read of an order of which the stream has told nothing, and it
 *       told nothing of anything for a while after that.
 *   H2. Whoever listens hears a renewal as what it is, a loss and a new connection, and so looks at the whole venue again.
 */
import type { Activity, Clock, Read, Venue, VenueEvent } from '../ports/index.ts';

const GRACE_MS = 2_000; // an event may be slower than a read
const REMEMBERED = 2_000; // orders

export function hearing(venue: Venue, clock: Clock): Venue {
  let heardAtMs = Number.NEGATIVE_INFINITY;
  let connectedAtMs = Number.POSITIVE_INFINITY;
  let renew: (() => void) | undefined;
  let suspicion: (() => void) | undefined;
  const told = new Recent(REMEMBERED); // orders the stream has spoken of
  const read = new Recent(REMEMBERED); // executions that were read

  const suspect = (sinceMs: number): void => {
    if (suspicion !== undefined) return;
    suspicion = clock.timer(GRACE_MS, () => {
      suspicion = undefined;
      if (heardAtMs < sinceMs && connectedAtMs < sinceMs) renew?.(); // H1
    });
  };
  const look = (reading: Read<Activity>): void => {
    if (reading.kind === 'unclear') return;
    const nowMs = clock.monotonicMs();
    const fresh = reading.value.fills.filter(({ fillId }) => read.add(fillId));
    if (fresh.some(({ venueOrderId }) => !told.has(venueOrderId)) && connectedAtMs < nowMs) suspect(nowMs);
  };

  return {
    ...venue,
    activity: async (afterCursor, timeoutMs) => {
      const reading = await venue.activity(afterCursor, timeoutMs);
      look(reading);
      return reading;
    },
    stream(listen) {
      const hear = (event: VenueEvent): void => {
        if (event.kind === 'order') {
          heardAtMs = clock.monotonicMs();
          told.add(event.report.venueOrderId);
        } else connectedAtMs = event.kind === 'connected' ? clock.monotonicMs() : Number.POSITIVE_INFINITY;
        listen(event);
      };
      let stop = venue.stream(hear);
      renew = () => {
        stop();
        hear({ kind: 'disconnected', why: `it is open and tells nothing: an execution was read of which it has not spoken within ${GRACE_MS} ms` }); // H2
        stop = venue.stream(hear);
      };
      return () => {
        renew = undefined;
        suspicion?.();
        stop();
      };
    },
  };
}

/** The last so many of something. */
class Recent {
  readonly #most: number;
  readonly #items = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  has(item: string): boolean {
    return this.#items.has(item);
  }

  /** @returns whether it is new */
  add(item: string): boolean {
    if (this.#items.has(item)) return false;
    this.#items.add(item);
    const [oldest] = this.#items;
    if (this.#items.size > this.#most && oldest !== undefined) this.#items.delete(oldest);
    return true;
  }
}
