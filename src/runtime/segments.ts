/**
 * Cuts the record into segments as it grows, and lets go of those that nobody has to keep any longer.
 *
 *   G1. A segment is opened only once the index of older keys has, durably, what it leaves behind; and the index never has
 *       what the journal could still lose.
 *   G2. A file is deleted only after the entry that says so is durable; one that a crash left over is deleted later.
 *   G3. Nothing of this happens inside the turn of a signal. What fails is told and tried again; the open segment goes on.
 *   G4. A state is carried into a new segment only while no second fold of the record has come to another one.
 */
import { reasonOf } from '../base/index.ts';
import { keptRow, leftBehind, mayOpenSegment } from '../core/index.ts';
import type { KeptRow } from '../core/index.ts';
import type { Archive, Clock, SegmentKeeper } from '../ports/index.ts';
import type { Note } from './runtime.ts';
import type { Settings } from './settings.ts';
import type { JournalTime } from './time.ts';
import type { Turns } from './turns.ts';

export type SegmentsOptions = {
  readonly turns: Turns;
  readonly time: JournalTime;
  readonly clock: Pick<Clock, 'timer'>;
  readonly archive: Archive | undefined; // without one, no segment is ever opened
  readonly keeper: SegmentKeeper | undefined; // without one, nothing is ever deleted
  readonly agrees: () => Promise<boolean>; // whether the second fold comes to this state
  readonly settings: Pick<Settings, 'segmentEntries' | 'segmentAgeMs' | 'horizonMs' | 'retention'>;
  readonly note: (note: Note) => void;
};

const LOOK_ROWS = 500; // looked at without a pause: some milliseconds
const KEEP_ROWS = 500; // handed to the index at a time, so that the loop goes on in between
const AGAIN_MS = 60_000;
const CAUSE = { actor: 'runtime', correlationId: 'segments' } as const;

export class Segments {
  readonly #options: SegmentsOptions;
  #busy = false;
  #notBeforeMs = 0;
  #stopped = false;
  #goOn: () => void = () => {};
  #cancelRest: () => void = () => {};

  constructor(options: SegmentsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRest();
    this.#goOn();
  }

  /** Opens the next segment if it is time. May be asked as often as anything happens. */
  turnOver(): void {
    if (!this.#isRipe()) return;
    void this.#alone('no new segment', () => this.#open());
  }

  /** Lets go of closed segments as the rules of retention say. */
  retain(): void {
    const { keeper, settings: { retention } } = this.#options;
    if (keeper !== undefined && !this.#busy && !this.#stopped && (retention.ageMs !== undefined || retention.bytes !== undefined)) void this.#alone('closed segments stay', () => this.#letGo(keeper));
  }

  /** One in which nothing happened but its own opening goes on, however old it is. */
  #isRipe(): boolean {
    const { turns, time, archive, settings } = this.#options;
    const { segment, life } = turns.world;
    const entries = life.seq - segment.firstSeq;
    if (archive === undefined || this.#busy || this.#stopped || entries === 0 || !mayOpenSegment(turns.world)) return false;
    const nowMs = time.nowMs();
    return nowMs >= this.#notBeforeMs && (entries >= settings.segmentEntries || nowMs - segment.openedAtMs >= settings.segmentAgeMs);
  }

  async #open(): Promise<void> {
    const { turns, time, archive, settings, agrees } = this.#options;
    if (archive === undefined || !await agrees() || this.#stopped) return; // G4
    const left: KeptRow[] = [];
    let looked = 0;
    for (const row of leftBehind(turns.world, time.nowMs(), settings.horizonMs)) {
      if (row !== undefined) left.push(row);
      if ((looked += 1) % LOOK_ROWS === 0) await this.#rest(); // G3
      if (this.#stopped) return;
    }
    await turns.durable(turns.headSeq); // G1
    const number = turns.world.segment.number + 1;
    for (let from = 0; from === 0 || from < left.length; from += KEEP_ROWS) {
      const isLast = from + KEEP_ROWS >= left.length;
      await archive.keep(left.slice(from, from + KEEP_ROWS).map(keptRow), isLast ? number : number - 1);
    }
    if (!this.#stopped) turns.attempt({ kind: 'rotate', previousHash: turns.head.hash, left }, CAUSE);
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
      this.#cancelRest = this.#options.clock.timer(0, resolve);
    });
  }

  async #letGo(keeper: SegmentKeeper): Promise<void> {
    const { turns, time, settings: { retention } } = this.#options;
    const kept = (await keeper.segments()).filter(({ removed }) => !removed);
    let bytes = kept.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of kept) {
      const said = segment.number <= (turns.world.segment.removed?.segment ?? 0); // G2
      const because = retention.ageMs !== undefined && segment.lastAtMs < time.nowMs() - retention.ageMs ? `older than ${retention.ageMs} ms`
        : retention.bytes !== undefined && bytes > retention.bytes ? `${bytes} bytes of closed segments, the bound is ${retention.bytes}` : undefined;
      if (!said && because === undefined) return; // oldest first: what is kept has no hole
      if (!said) {
        const { number, lastSeq, lastHash } = segment;
        if (this.#stopped || turns.attempt({ kind: 'remove-segment', segment: number, lastSeq, lastHash, because: because ?? '' }, CAUSE) === undefined) return;
        await turns.durable(turns.headSeq);
      }
      await keeper.removeSegment(segment.number);
      bytes -= segment.bytes;
    }
  }

  async #alone(what: string, run: () => Promise<void>): Promise<void> {
    this.#busy = true;
    try {
      await run();
    } catch (thrown) {
      this.#notBeforeMs = this.#options.time.nowMs() + AGAIN_MS;
      if (!this.#stopped) this.#options.note({ level: 'warning', message: `${what}: ${reasonOf(thrown)}` });
    } finally {
      this.#busy = false;
    }
  }
}
