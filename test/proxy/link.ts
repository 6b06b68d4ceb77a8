/**
 * One direction of a connection: what is read at one end goes through the toxics that struck it and is written at the other.
 *
 *   K1. What gets through is a prefix of what was sent, in its order; only `timeout` makes holes.
 *   K2. At most so many bytes wait here. Behind them the reading stops, so the sender feels a slow receiver.
 *   K3. A toxic that comes, goes or changes is felt by what already waits.
 */
import type { Socket } from 'node:net';
import type { Random } from '../../src/base/index.ts';
import type { Clock } from '../../src/ports/index.ts';
import { endsAfter, endsAt, heldMs, portionOf } from './toxics.ts';
import type { Ending, Toxic } from './toxics.ts';

const mostWaitingBytes = 64 * 1024;

/** A toxic in its place: the same object is changed when the toxic is. */
export type Placed = { readonly name: string; readonly toxicity: number; readonly addedAtMs: number; toxic: Toxic };
type Struck = { readonly placed: Placed; readonly sinceMs: number; readonly sinceBytes: number };
type Piece = { bytes: Buffer; readonly arrivedAtMs: number; readonly draw: number };

export type LinkOptions = {
  readonly source: Socket;
  readonly sink: Socket;
  readonly toxics: ReadonlyMap<string, Placed>;
  readonly clock: Clock;
  readonly random: Random;
  /** Both ends are to be closed or reset. */
  readonly end: (ending: 'close' | 'reset', by: Placed) => void;
  readonly passed: (bytes: number) => void;
  readonly dropped: (bytes: number) => void;
  readonly acted: (placed: Placed) => void;
};

export class Link {
  readonly #own: LinkOptions;
  readonly #beganMs: number;
  readonly #waiting: Piece[] = [];
  readonly #struck = new Map<Placed, Struck | undefined>();
  #waitingBytes = 0;
  #passedBytes = 0;
  #sourceEndedMs: number | undefined;
  #sinkEnded = false;
  #over = false;
  #wake: () => void = () => {};
  #cancelEnding: () => void = () => {};

  constructor(options: LinkOptions) {
    this.#own = options;
    const { source, clock, random } = options;
    this.#beganMs = clock.monotonicMs();
    source.on('data', (bytes: Buffer) => {
      this.#waiting.push({ bytes, arrivedAtMs: clock.monotonicMs(), draw: random.next() });
      this.#waitingBytes += bytes.length;
      if (this.#waitingBytes > mostWaitingBytes) source.pause(); // K2
      this.#wake();
    });
    source.on('end', () => {
      this.#sourceEndedMs = clock.monotonicMs();
      this.#wake();
    });
    this.changed();
    void this.#pump();
  }

  /** A toxic came, went, or is another one now. */
  changed(): void { // K3
    const { toxics, clock, random } = this.#own;
    const nowMs = clock.monotonicMs();
    for (const placed of toxics.values()) {
      if (this.#struck.has(placed)) continue;
      const isStruck = random.chance(placed.toxicity);
      this.#struck.set(placed, isStruck ? { placed, sinceMs: Math.max(this.#beganMs, placed.addedAtMs), sinceBytes: this.#passedBytes } : undefined);
    }
    for (const placed of this.#struck.keys()) if (toxics.get(placed.name) !== placed) this.#struck.delete(placed);
    this.#cancelEnding();
    const [next] = this.#active().flatMap((struck) => {
      const after = endsAfter(struck.placed.toxic);
      return after === undefined ? [] : [{ struck, ending: after.ending, dueMs: struck.sinceMs + after.ms }];
    }).toSorted((a, b) => a.dueMs - b.dueMs);
    if (next !== undefined && !this.#over) this.#cancelEnding = clock.timer(Math.max(0, next.dueMs - nowMs), () => this.#strike(next.ending, next.struck.placed));
    this.#wake();
  }

  /** The connection is over: nothing more is read, written or waited for. */
  stop(): void {
    this.#over = true;
    this.#waiting.length = 0;
    this.#cancelEnding();
    this.#wake();
  }

  #active(): readonly Struck[] {
    return [...this.#struck.values()].flatMap((struck) => struck ?? []);
  }

  async #pump(): Promise<void> {
    for (;;) {
      while (this.#waiting.length === 0 && this.#sourceEndedMs === undefined && !this.#over) await this.#woken(Infinity);
      if (this.#over) return;
      const [piece] = this.#waiting;
      if (piece === undefined) return this.#endOfSource();
      await this.#send(piece);
      this.#waiting.shift();
      this.#waitingBytes -= piece.bytes.length;
      if (this.#waitingBytes <= mostWaitingBytes) this.#own.source.resume();
    }
  }

  async #endOfSource(): Promise<void> {
    const endedMs = this.#sourceEndedMs ?? 0;
    await this.#until(() => {
      const slow = this.#active().filter(({ placed }) => placed.toxic.type === 'slow_close');
      return endedMs + slow.reduce((sum, { placed }) => sum + (placed.toxic.type === 'slow_close' ? placed.toxic.delayMs : 0), 0);
    });
    this.#endSink();
  }

  async #send({ bytes, arrivedAtMs, draw }: Piece): Promise<void> {
    await this.#until(() => arrivedAtMs + this.#active().reduce((sum, { placed }) => sum + heldMs(placed.toxic, draw), 0));
    let left = bytes;
    while (left.length > 0 && !this.#over) {
      const portionDraw = this.#own.random.next();
      const beganMs = this.#own.clock.monotonicMs();
      let size = left.length;
      await this.#until(() => {
        const portions = this.#active().map(({ placed }) => portionOf(placed.toxic, left.length, portionDraw));
        size = Math.min(left.length, ...portions.map((portion) => portion.bytes));
        return beganMs + portions.reduce((sum, { costMs }) => sum + costMs(size), 0);
      });
      if (this.#over) return;
      left = await this.#write(left, size);
    }
  }

  /** Writes so many of these bytes, or fewer where a toxic ends it before; the answer is what is left. */
  async #write(bytes: Buffer, size: number): Promise<Buffer> {
    const silence = this.#active().find(({ placed }) => placed.toxic.type === 'timeout');
    if (silence !== undefined) this.#own.acted(silence.placed);
    if (silence !== undefined || this.#sinkEnded) {
      this.#own.dropped(size);
      return bytes.subarray(size);
    }
    const [end] = this.#active().flatMap(({ placed, sinceBytes }) => {
      const limit = endsAt(placed.toxic);
      return limit === undefined ? [] : [{ placed, ...limit, leftBytes: Math.max(0, sinceBytes + limit.bytes - this.#passedBytes) }];
    }).toSorted((a, b) => a.leftBytes - b.leftBytes);
    const allowed = Math.min(size, end?.leftBytes ?? Infinity);
    if (allowed > 0) await this.#give(bytes.subarray(0, allowed));
    if (end !== undefined && !this.#over && (end.at === 'last' ? end.leftBytes <= size : end.leftBytes < size)) this.#strike(end.ending, end.placed);
    return bytes.subarray(allowed);
  }

  async #give(bytes: Buffer): Promise<void> {
    const { sink, passed } = this.#own;
    this.#passedBytes += bytes.length;
    passed(bytes.length);
    if (sink.write(bytes)) return;
    const wake = (): void => this.#wake();
    sink.once('drain', wake); // K2
    while (sink.writableNeedDrain && !this.#over) await this.#woken(Infinity);
    sink.off('drain', wake);
  }

  #strike(ending: Ending, placed: Placed): void {
    if (this.#over) return;
    this.#own.acted(placed);
    if (ending === 'half-close') this.#endSink();
    else this.#own.end(ending, placed);
  }

  #endSink(): void {
    if (this.#sinkEnded || this.#over) return;
    this.#sinkEnded = true;
    this.#own.sink.end();
  }

  async #until(dueMs: () => number): Promise<void> {
    for (;;) {
      const leftMs = dueMs() - this.#own.clock.monotonicMs();
      if (leftMs <= 0 || this.#over) return;
      await this.#woken(leftMs);
    }
  }

  #woken(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = withinMs === Infinity ? (): void => {} : this.#own.clock.timer(withinMs, () => this.#wake());
      this.#wake = () => {
        this.#wake = () => {};
        cancel();
        resolve();
      };
    });
  }
}
