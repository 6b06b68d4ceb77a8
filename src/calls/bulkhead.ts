/**
 * A bounded number of calls at a time, with lanes: what is urgent never waits behind what is not.
 *
 *   P1. In a lane, first come, first served. Nobody overtakes: a place that falls free is given away in the same step.
 *   P2. What was taken into a lane is begun, unless its own deadline passes or its caller gives up. Then it was not begun.
 *   P3. A place that falls free goes to the most urgent lane that waits. Some places are kept for a lane; only it, and nobody
 *       less urgent, may take those.
 */
import { AbortedError, BulkheadFullError, TimeoutError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Guard, Timed, Work } from './guard.ts';
import { Scope } from './scope.ts';
import type { TimerWheel, Waiting } from './wheel.ts';

export type LaneOptions = {
  readonly name: string;
  readonly kept?: number; // places for this lane alone
  readonly waitingMost?: number; // beyond which a call is refused; without a bound by default
};

/** Lanes from the most urgent down. The last is that of calls that name none. */
export type BulkheadOptions = { readonly places: number; readonly lanes?: readonly LaneOptions[] };

export type LaneMetrics = { readonly running: number; readonly waiting: number; readonly begun: number; readonly refused: number; readonly expired: number; readonly waitedMs: { readonly sum: number; readonly most: number } };

/** Trading's lanes: what makes the position smaller goes first. */
export const tradingLanes: readonly LaneOptions[] = [{ name: 'cancel', kept: 1 }, { name: 'reconcile' }, { name: 'new-risk' }, { name: 'market-data' }];

type Entry = { readonly begin: () => void; readonly fail: (reason: Error) => void; readonly sinceMs: number; gone: boolean };

class Lane {
  readonly name: string;
  readonly kept: number;
  readonly waitingMost: number;
  queue: Entry[] = [];
  head = 0; // of the queue; what is before it has left
  running = 0;
  waiting = 0;
  begun = 0;
  refused = 0;
  expired = 0;
  waitedSumMs = 0;
  waitedMostMs = 0;

  constructor({ name, kept = 0, waitingMost = Infinity }: LaneOptions) {
    this.name = name;
    this.kept = kept;
    this.waitingMost = waitingMost;
  }

  /** The first that still waits. */
  next(): Entry | undefined {
    while (this.queue[this.head]?.gone === true) this.head += 1;
    this.tidy();
    return this.queue[this.head];
  }

  /** Whoever has left takes no room for long. */
  tidy(): void {
    if (this.queue.length < 64 || this.queue.length < this.waiting * 2) return;
    this.queue = this.queue.slice(this.head).filter(({ gone }) => !gone);
    this.head = 0;
  }
}

export class Bulkhead implements Guard {
  readonly needs = 'once';
  readonly #clock: Timed;
  readonly #wheel: TimerWheel;
  readonly #places: number;
  readonly #lanes: readonly Lane[];
  readonly #byName: ReadonlyMap<string, Lane>;
  readonly #last: Lane;
  #running = 0;

  constructor(clock: Timed, wheel: TimerWheel, { places, lanes = [{ name: 'all' }] }: BulkheadOptions) {
    this.#clock = clock;
    this.#wheel = wheel;
    this.#places = places;
    this.#lanes = lanes.map((lane) => new Lane(lane));
    this.#byName = new Map(this.#lanes.map((lane) => [lane.name, lane]));
    const last = this.#lanes.at(-1);
    const kept = this.#lanes.reduce((sum, lane) => sum + lane.kept, 0);
    if (last === undefined || !(Number.isSafeInteger(places) && places >= 1)) throw new TypeError(`A bulkhead needs at least one lane and one place; it was given ${this.#lanes.length} lanes and ${places} places.`);
    if (this.#byName.size !== this.#lanes.length) throw new TypeError('Two lanes of a bulkhead have the same name.');
    if (kept > places || (kept === places && last.kept === 0)) throw new TypeError(`${kept} of ${places} places are kept for lanes, so that the lane "${last.name}" could never begin anything. Keep fewer.`);
    this.#last = last;
  }

  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  within<T>(work: Work<T>, scope: Scope): Promise<T> {
    const lane = this.#laneOf(scope.lane);
    if (scope.ended !== undefined) return Promise.reject(scope.ended);
    if (lane.waiting === 0 && this.#mayBegin(lane)) {
      this.#takePlace(lane);
      return this.#run(work, scope, lane);
    }
    if (lane.waiting >= lane.waitingMost) {
      lane.refused += 1;
      return Promise.reject(new BulkheadFullError(lane.name, lane.waiting));
    }
    return this.#wait(lane, scope).then(() => this.#run(work, scope, lane));
  }

  metrics(): Readonly<Record<string, LaneMetrics>> {
    return Object.fromEntries(this.#lanes.map(({ name, running, waiting, begun, refused, expired, waitedSumMs, waitedMostMs }) =>
      [name, { running, waiting, begun, refused, expired, waitedMs: { sum: waitedSumMs, most: waitedMostMs } }]));
  }

  #laneOf(name: string | undefined): Lane {
    if (name === undefined) return this.#last;
    const lane = this.#byName.get(name);
    if (lane === undefined) throw new TypeError(`There is no lane "${name}" in this bulkhead; it has ${[...this.#byName.keys()].join(', ')}.`);
    return lane;
  }

  /** Whether a place is free that is not kept for somebody else. */
  #mayBegin(lane: Lane): boolean {
    let free = this.#places - this.#running;
    for (const other of this.#lanes) if (other !== lane && other.kept > other.running) free -= other.kept - other.running;
    return free > 0;
  }

  #takePlace(lane: Lane): void {
    this.#running += 1;
    lane.running += 1;
    lane.begun += 1;
  }

  #wait(lane: Lane, scope: Scope): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: Waiting | undefined;
      const leave = (reason: Error): void => {
        entry.gone = true;
        lane.waiting -= 1;
        lane.expired += 1;
        lane.tidy();
        entry.fail(reason);
      };
      const entry: Entry = {
        sinceMs: this.#clock.monotonicMs(), gone: false,
        begin: () => {
          if (timer !== undefined) this.#wheel.takeBack(timer);
          scope.deaf(leave);
          resolve();
        },
        fail: (reason) => {
          if (timer !== undefined) this.#wheel.takeBack(timer);
          scope.deaf(leave);
          reject(reason instanceof AbortedError ? AbortedError.notBegun(reason) : reason); // P2
        },
      };
      lane.queue.push(entry);
      lane.waiting += 1;
      if (scope.deadlineMs < Infinity) timer = this.#wheel.at(scope.deadlineMs, () => leave(new TimeoutError(scope.deadlineMs - this.#clock.monotonicMs(), 'not-begun')));
      scope.onEnd(leave);
    });
  }

  async #run<T>(work: Work<T>, scope: Scope, lane: Lane): Promise<T> {
    try {
      return await work(scope);
    } finally {
      this.#running -= 1;
      lane.running -= 1;
      this.#giveAway();
    }
  }

  /** P1, P3: in the same step in which a place falls free. */
  #giveAway(): void {
    for (const lane of this.#lanes) {
      for (let next = lane.next(); next !== undefined && this.#mayBegin(lane); next = lane.next()) {
        lane.head += 1;
        lane.waiting -= 1;
        const waitedMs = this.#clock.monotonicMs() - next.sinceMs;
        lane.waitedSumMs += waitedMs;
        lane.waitedMostMs = Math.max(lane.waitedMostMs, waitedMs);
        this.#takePlace(lane);
        next.begin();
      }
    }
  }
}
