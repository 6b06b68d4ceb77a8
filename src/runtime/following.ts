/**
 * The head, held against a second fold of what is on the disk, while both run.
 *
 *   F1. Every comparison is at one seq: the head's digest is taken there in the turn it is reached, the follower's once it has
 *       folded that far. A snapshot is kept only where both agreed.
 *   F2. A difference shuts the gate at once, durably. A life whose head cannot be believed ends, if its gate was open; behind a gate
 *       that is shut it goes on, so that cancels work, and ends when somebody opens it. So no start repeats without a person.
 *   F3. A record that cannot be read any more shuts the gate as well, and the life goes on: the next one could not begin.
 *   F4. The follower may be slow, hang or die: one question is under way at a time, with a deadline, and nothing else waits for it.
 */
import { InvariantError, reasonOf } from '../base/index.ts';
import { digestOf, isShut, STATE_FORMAT } from '../core/index.ts';
import type { Store } from '../journal/index.ts';
import type { Clock, Followed, Follower, Goal, StartFollower } from '../ports/index.ts';
import { DivergedError, UnreadableError } from './errors.ts';
import type { Note } from './runtime.ts';
import type { JournalTime } from './time.ts';
import type { Turns } from './turns.ts';

export type FollowingOptions = {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly time: JournalTime;
  readonly store: Pick<Store, 'saveSnapshot'>;
  readonly start: StartFollower | undefined; // without one nothing is compared, and no snapshot is kept
  readonly snapshotEvery: number; // entries
  readonly snapshotSeq: number; // of the one this life began with; 0 for none
  readonly note: (note: Note) => void;
};

/** How the second fold stands, for people. */
export type FollowerView = {
  readonly state: 'following' | 'waiting' | 'differs' | 'stopped'; // `waiting`: to be started again
  readonly seq: number; // folded so far
  readonly lag: number; // entries on disk that it has not folded
  readonly compared: { readonly seq: number; readonly ageMs: number } | undefined; // the last time that both agreed
  readonly snapshotSeq: number;
  readonly late: boolean; // a comparison or a snapshot that should be there is not
};

const COMPARE_EVERY = 500; // entries
const TICK_MS = 5_000; // and after so long at the latest, if anything happened
const STEP_MS = 30_000; // a page takes milliseconds, a large snapshot some seconds
const PAUSE_MS = { least: 1_000, most: 60_000 } as const; // before it is started again, doubled each time
const LATE_MS = 120_000; // without a comparison, though there is something to compare
const LATE_SNAPSHOTS = 3; // so many that should be there and are not
const CAUSE = { actor: 'follower', correlationId: 'follower' } as const;

export class Following {
  readonly #options: FollowingOptions;
  #follower: Follower | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;
  #cancelTick: () => void = () => {};
  #giveUp: () => void = () => {};
  #seq = 0;
  #markedSeq: number;
  #snapshotSeq: number;
  #compared: { readonly seq: number; readonly atMs: number } | undefined;
  #failures = 0;
  #notBeforeMs = 0;
  #behindSinceMs: number | undefined;
  #late = false;
  #finding: 'diverged' | 'unreadable' | undefined; // of this life

  constructor(options: FollowingOptions) {
    this.#options = options;
    this.#snapshotSeq = options.snapshotSeq;
    this.#markedSeq = options.turns.headSeq;
  }

  start(): void {
    if (this.#options.start === undefined || this.#stopped) return;
    this.#cancelTick = this.#options.clock.timer(TICK_MS, () => {
      this.#look();
      if (this.#options.turns.headSeq > (this.#compared?.seq ?? 0)) this.#begin();
      this.start();
    });
  }

  /** More is on the disk. To be asked before anything that rests on it leaves. */
  advanced(): void {
    const { turns, snapshotEvery } = this.#options;
    if (this.#finding === 'diverged' && !isShut(turns.world.gate.state)) turns.end(new DivergedError('somebody opened the gate of a life whose state cannot be believed')); // F2
    else if (turns.headSeq - this.#markedSeq >= Math.min(COMPARE_EVERY, snapshotEvery)) this.#begin();
  }

  get view(): FollowerView | undefined {
    const { start, turns, time } = this.#options;
    if (start === undefined) return undefined;
    return {
      state: this.#finding !== undefined ? 'differs' : this.#stopped ? 'stopped' : time.nowMs() < this.#notBeforeMs ? 'waiting' : 'following',
      seq: this.#seq, lag: Math.max(0, turns.durableSeq - this.#seq), snapshotSeq: this.#snapshotSeq, late: this.#late,
      compared: this.#compared === undefined ? undefined : { seq: this.#compared.seq, ageMs: time.nowMs() - this.#compared.atMs },
    };
  }

  /** Compares now. False where both differ, or did: such a state is carried nowhere. A follower that fails hinders nobody. */
  async agrees(): Promise<boolean> {
    await this.#round;
    this.#begin();
    await this.#round;
    return this.#finding === undefined && this.#options.turns.failed === undefined;
  }

  /** One last comparison and snapshot, if they come in time; then nothing more. */
  async finish(withinMs: number): Promise<void> {
    const cancel = this.#options.clock.timer(withinMs, () => this.#giveUp());
    await this.#round;
    if (this.#options.turns.headSeq > this.#snapshotSeq) this.#begin(true);
    await this.#round;
    cancel();
    await this.stop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick();
    this.#giveUp();
    await this.#letGo();
  }

  #begin(freeze = false): void {
    const { start, time, turns } = this.#options;
    if (start === undefined || this.#round !== undefined || this.#stopped || this.#finding !== undefined || turns.failed !== undefined || time.nowMs() < this.#notBeforeMs) return;
    this.#round = this.#compare(start, freeze).catch((thrown: unknown) => this.#failed(thrown)).finally(() => { this.#round = undefined; });
  }

  async #compare(start: StartFollower, last: boolean): Promise<void> {
    const { turns, time, snapshotEvery } = this.#options;
    const mark = { ...turns.head, digest: digestOf(turns.world) }; // F1
    this.#markedSeq = mark.seq;
    this.#behindSinceMs ??= time.nowMs();
    const isDurable = await turns.durable(mark.seq).then(() => true, () => false);
    if (!isDurable || this.#stopped) return;
    const freeze = last || mark.seq - this.#snapshotSeq >= snapshotEvery;
    const follower = (this.#follower ??= start());
    let told = await this.#step(follower, { seq: mark.seq, freeze });
    for (let from = -1; told.kind === 'stands' && told.digest === undefined && told.seq <= mark.seq; told = await this.#step(follower, { seq: mark.seq, freeze })) {
      if (told.seq <= from) throw new Error(`it does not move from entry ${from}`);
      this.#seq = from = told.seq;
      if (this.#stopped) return;
    }
    if (told.kind === 'unreadable') return this.#unreadable(told.seq, told.why);
    this.#seq = told.seq;
    if (told.digest === undefined) return; // a segment was opened since, and it began there
    if (told.hash !== mark.hash) return this.#unreadable(mark.seq, `its hash on the disk is ${short(told.hash)}, and was sealed as ${short(mark.hash)}`);
    if (told.digest !== mark.digest) return this.#diverged(mark.seq, mark.digest, told.digest);
    this.#compared = { seq: mark.seq, atMs: time.nowMs() };
    [this.#failures, this.#behindSinceMs] = [0, undefined];
    if (told.state !== undefined) await this.#keep({ ...mark, state: told.state });
    this.#look();
  }

  async #keep({ seq, hash, digest, state }: { seq: number; hash: string; digest: string; state: Uint8Array }): Promise<void> {
    try {
      await this.#options.store.saveSnapshot({ seq, hash, digest, format: STATE_FORMAT, state });
      this.#snapshotSeq = seq;
    } catch (thrown) {
      if (!this.#stopped) this.#options.note({ level: 'warning', message: `no snapshot at ${seq}: ${reasonOf(thrown)}. The next start reads further back.` });
    }
  }

  /** F4. */
  #step(follower: Follower, goal: Goal): Promise<Followed> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        cancel();
        this.#giveUp = () => {};
        settle();
      };
      const cancel = this.#options.clock.timer(STEP_MS, () => end(() => reject(new Error(`no answer within ${STEP_MS} ms`))));
      this.#giveUp = () => end(() => reject(new Error('there is no time left')));
      follower.fold(goal).then((told) => end(() => resolve(told)), (thrown: unknown) => end(() => reject(thrown instanceof Error ? thrown : new Error(reasonOf(thrown)))));
    });
  }

  async #failed(thrown: unknown): Promise<void> {
    await this.#letGo();
    const { note, time, turns } = this.#options;
    if (this.#stopped || turns.failed !== undefined) return;
    this.#failures += 1;
    const pauseMs = Math.min(PAUSE_MS.most, PAUSE_MS.least * 2 ** Math.min(this.#failures - 1, 10));
    this.#notBeforeMs = time.nowMs() + pauseMs;
    note({ level: 'warning', message: `the follower failed: ${reasonOf(thrown)}. Trading goes on; it is started again in ${pauseMs} ms.`, detail: { failures: this.#failures, seq: this.#seq } });
  }

  #diverged(seq: number, head: string, follower: string): void {
    const { turns, note } = this.#options;
    const { message, code } = new DivergedError(`at entry ${seq} the state that decides has the digest ${short(head)}, what lies on the disk comes to ${short(follower)}`);
    note({ level: 'critical', code, message, detail: { seq, head, follower } });
    if (!isShut(turns.world.gate.state)) return turns.end(new InvariantError(message)); // F2
    this.#shut('diverged', message, `entry ${seq}: head ${head}, follower ${follower}`);
  }

  #unreadable(seq: number, why: string): void {
    const { message, code } = new UnreadableError(seq, why);
    this.#options.note({ level: 'critical', code, message, detail: { seq } });
    this.#shut('unreadable', message, why); // F3
  }

  #shut(finding: 'diverged' | 'unreadable', belief: string, detail: string): void {
    this.#finding = finding;
    this.#options.turns.attempt({ kind: 'broken', belief, detail }, CAUSE);
    void this.#letGo();
  }

  /** A comparison or a snapshot that does not come is told, once each time. */
  #look(): void {
    const { turns, time, note, snapshotEvery } = this.#options;
    if (this.#finding !== undefined) return;
    const sinceMs = this.#behindSinceMs === undefined ? 0 : time.nowMs() - this.#behindSinceMs;
    const without = turns.headSeq - this.#snapshotSeq;
    const late = sinceMs >= LATE_MS || without >= LATE_SNAPSHOTS * Math.max(snapshotEvery, COMPARE_EVERY);
    if (late && !this.#late) note({ level: 'warning', message: `the follower is behind: nothing was compared for ${Math.round(sinceMs / 1_000)} s, and the last snapshot is ${without} entries old. Trading goes on; a start takes longer.`, detail: { seq: this.#seq, headSeq: turns.headSeq } });
    if (!late && this.#late) note({ level: 'info', message: 'the follower has caught up', detail: { seq: this.#seq } });
    this.#late = late;
  }

  async #letGo(): Promise<void> {
    const follower = this.#follower;
    this.#follower = undefined;
    this.#seq = 0;
    await follower?.end().catch(() => undefined);
  }
}

const short = (hex: string): string => hex.slice(0, 12);
