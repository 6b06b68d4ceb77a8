/**
 * Calls leave no faster than the venue allows, with lanes: what is urgent has a share that nobody else can use up.
 *
 *   L1. Nothing leaves that was not leased durably before; so no crash forgets what was used. What may be spent is told by `core/calls`.
 *   L2. In a lane, first come, first served; nobody less urgent leaves while somebody more urgent waits.
 *   L3. Limited (429): only the first lane leaves. Banned: nothing does, and whoever waits is told so at once.
 *   L4. Whoever is not let through was not begun, and is told when to ask again. Nobody waits past the deadline, or where the end of
 *       the waiting is known to lie behind it.
 *   L5. Where the store does not answer, nothing leaves but what is urgent: that, after 250 ms, within the limits as they are known here.
 *   L6. After a 429 one call goes first, and of what is urgent only what was refused before waits for that: `Caution`. That is not kept
 *       waiting here, but told when to ask again, so that no first try stands behind it.
 */
import { amountsOf, budgetPolicyOf, emptyQuota, Quota, quotaOf } from '../core/calls/index.ts';
import type { BudgetPolicy, Cost, Demand, Told, Urgency, WindowFigures } from '../core/calls/index.ts';
import { canonicalText, reasonOf } from '../base/index.ts';
import type { QuotaStore } from '../ports/index.ts';
import { tradingLanes } from './bulkhead.ts';
import { Caution } from './caution.ts';
import type { Pass } from './caution.ts';
import { AbortedError, QuotaStoreError, RateBannedError, RateLimitedError, TimeoutError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Guard, Timed, Work } from './guard.ts';
import { Scope } from './scope.ts';
import type { TimerWheel, Waiting } from './wheel.ts';

export type BudgetLane = { readonly name: string; readonly waitingMost?: number };

export type RateBudgetOptions = Pick<BudgetPolicy, 'windows'> & Partial<BudgetPolicy> & {
  readonly name: string;
  /** From the most urgent down: the reserve is the first one's. Calls that name none go in the last. Default: trading's. */
  readonly lanes?: readonly BudgetLane[];
  /** Where leases are kept, for the next life and for whoever shares it. In memory where none is given: a restart then forgets. */
  readonly store?: QuotaStore;
  /** What an outcome says of the limits: of an answer, or of what was thrown. */
  readonly observe?: (outcome: { readonly value: unknown } | { readonly thrown: unknown }) => Told | undefined;
};

export type BudgetMetrics = {
  readonly lanes: Readonly<Record<string, { readonly waiting: number; readonly begun: number; readonly refused: number; readonly expired: number }>>;
  readonly windows: Readonly<Record<string, WindowFigures>>;
  readonly limitedForMs: number; // 0: it is not
  readonly bannedForMs: number;
  readonly forced: number; // urgent calls that left unremembered, as the store did not answer
};

type Entry = { readonly amounts: readonly number[]; readonly again: boolean; readonly begin: (pass: Pass) => void; readonly fail: (reason: Error) => void };

class Lane {
  readonly name: string;
  readonly urgency: Urgency;
  readonly waitingMost: number;
  readonly waiting = new Set<Entry>(); // in the order of their coming
  readonly sums: number[]; // of what waits, by window
  begun = 0;
  refused = 0;
  expired = 0;

  constructor({ name, waitingMost = Infinity }: BudgetLane, urgency: Urgency, windows: number) {
    this.name = name;
    this.waitingMost = waitingMost;
    this.urgency = urgency;
    this.sums = Array.from({ length: windows }, () => 0);
  }

  enter(entry: Entry): void {
    this.waiting.add(entry);
    for (const [at, amount] of entry.amounts.entries()) this.sums[at] = (this.sums[at] ?? 0) + amount;
  }

  leave(entry: Entry): void {
    if (!this.waiting.delete(entry)) return;
    for (const [at, amount] of entry.amounts.entries()) this.sums[at] = (this.sums[at] ?? 0) - amount;
  }

  get first(): Entry | undefined {
    return this.waiting.values().next().value;
  }
}

const PATIENCE_MS = 250; // for the store, where something urgent waits
const AGAIN_MS = 50; // after the store has failed
const BAN_AGES_MS = 60_000; // how often what is left of a ban is written anew, so that the next life does not begin it again

type Ports = { readonly clock: Timed; readonly wheel: TimerWheel; readonly owner: string };

export class RateBudget implements Guard {
  readonly needs = 'once';
  readonly name: string;
  readonly #clock: Timed;
  readonly #wheel: TimerWheel;
  readonly #quota: Quota;
  readonly #store: QuotaStore;
  readonly #observe: RateBudgetOptions['observe'];
  readonly #lanes: readonly Lane[];
  #version: number | undefined; // of the state as it is known here
  #asking = false;
  #missed = false; // something came while the store was asked
  #silentSinceMs: number | undefined; // since when the store has been asked and has not answered
  #trouble: { readonly error: QuotaStoreError; readonly untilMs: number } | undefined;
  #wake: Waiting | undefined;
  #forced = 0;
  #writtenMs = -Infinity;
  readonly #caution: Readonly<Record<Urgency, Caution>>;
  #closed = false;

  constructor({ clock, wheel, owner }: Ports, { name, lanes = tradingLanes, store = new MemoryQuotaStore(), observe, ...policy }: RateBudgetOptions) {
    this.name = name;
    this.#clock = clock;
    this.#wheel = wheel;
    this.#store = store;
    this.#observe = observe;
    this.#quota = new Quota(budgetPolicyOf(lanes.length > 1 ? policy : { ...policy, reservePercent: 0 }), owner);
    this.#caution = { common: new Caution(this.#quota, 'common'), urgent: new Caution(this.#quota, 'urgent') };
    this.#lanes = lanes.map((lane, at) => new Lane(lane, at === 0 && lanes.length > 1 ? 'urgent' : 'common', policy.windows.length));
    if (lanes.length === 0) throw new TypeError('A rate budget needs at least one lane.');
    if (new Set(lanes.map((lane) => lane.name)).size < lanes.length) throw new TypeError('Two lanes of a rate budget have the same name.');
  }

  /** @param options `cost`: what it costs, 1 of everything where none is given; `lane` */
  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  within<T>(work: Work<T>, scope: Scope): Promise<T> {
    const lane = this.#laneOf(scope.lane);
    const amounts = this.#amounts(scope.cost, lane);
    if (scope.ended !== undefined) return Promise.reject(scope.ended);
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= scope.deadlineMs) return Promise.reject(new TimeoutError(scope.deadlineMs - nowMs, 'not-begun'));
    const pass = this.#waitsBefore(lane) ? undefined : this.#take(amounts, lane.urgency, scope.again, nowMs);
    if (pass !== undefined) {
      lane.begun += 1;
      return this.#run(work, scope, lane.urgency, pass);
    }
    const refusal = this.#refusal(lane, scope, nowMs);
    if (refusal !== undefined) {
      lane.refused += 1;
      return Promise.reject(refusal);
    }
    return this.#wait(lane, amounts, scope).then((pass) => this.#run(work, scope, lane.urgency, pass));
  }

  /**
   * What the venue says, where it does not say it in an outcome of a call.
   * @param lane of the call that it answered
   * @param again whether the venue had refused that call before
   */
  told(told: Told, lane?: string, again = false): void {
    const nowMs = this.#clock.monotonicMs();
    this.#quota.told(told.limited === undefined ? told : { ...told, limited: this.#refused(told.limited, this.#laneOf(lane).urgency, again, nowMs) }, nowMs);
    if (told.banned !== undefined) this.#caution.urgent.heed();
    this.#turn();
  }

  /** L6 */
  #refused({ afterMs }: NonNullable<Told['limited']>, urgency: Urgency, again: boolean, nowMs: number): NonNullable<Told['limited']> {
    if (urgency === 'urgent') this.#caution.common.careful();
    const closedMs = this.#caution[urgency].refused(afterMs, again, nowMs);
    return closedMs === undefined ? {} : { afterMs: closedMs };
  }

  /** Whether it may go: by the venue's word (L6), and by what is left. */
  #take(amounts: readonly number[], urgency: Urgency, again: boolean, nowMs: number): Pass | undefined {
    const caution = this.#caution[urgency];
    return caution.mayGo(again, nowMs) && this.#quota.take(amounts, urgency, nowMs) ? caution.goes(again) : undefined;
  }

  /** How long it is until a call of this lane may have room, as far as that can be told; undefined where it has now, or nobody knows. */
  roomInMs(lane?: string): number | undefined {
    const [of, nowMs] = [this.#laneOf(lane), this.#clock.monotonicMs()];
    return of.waiting.size === 0 && this.#quota.hasRoom(of.urgency) ? undefined : this.#freeInMs(of, nowMs);
  }

  /** Gives back what was leased and not used. Whoever waits is told that it was not begun. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes) for (const entry of [...lane.waiting]) this.#drop(lane, entry, new RateLimitedError(this.name, 'is closed', undefined));
    if (this.#wake !== undefined) this.#wheel.takeBack(this.#wake);
    const state = this.#quota.closed(this.#clock.monotonicMs());
    if (this.#version !== undefined && !this.#asking) await this.#store.replace(this.#version, canonicalText(state)).catch(() => false); // else it counts until its time is over
  }

  metrics(): BudgetMetrics {
    const nowMs = this.#clock.monotonicMs();
    this.#quota.pass(nowMs);
    return {
      lanes: Object.fromEntries(this.#lanes.map(({ name, waiting, begun, refused, expired }) => [name, { waiting: waiting.size, begun, refused, expired }])),
      windows: this.#quota.figures,
      limitedForMs: Math.max(0, (this.#quota.closedUntilMs('common') ?? 0) - nowMs),
      bannedForMs: Math.max(0, (this.#quota.closedUntilMs('urgent') ?? 0) - nowMs),
      forced: this.#forced,
    };
  }

  #laneOf(name: string | undefined): Lane {
    const lane = name === undefined ? this.#lanes.at(-1) : this.#lanes.find((one) => one.name === name);
    if (lane === undefined) throw new TypeError(`There is no lane "${name}" in this rate budget; it has ${this.#lanes.map((one) => one.name).join(', ')}.`);
    return lane;
  }

  #amounts(cost: Cost | undefined, lane: Lane): readonly number[] {
    const amounts = amountsOf(this.#quota.policy.windows, cost);
    if (!this.#quota.everAllows(amounts, lane.urgency)) throw new TypeError(`A call that costs ${JSON.stringify(cost)} can never leave by the lane "${lane.name}" of "${this.name}": it is more than a whole window has for it.`);
    return amounts;
  }

  #waitsBefore(lane: Lane): boolean {
    for (const other of this.#lanes) {
      if (other.waiting.size > 0) return true;
      if (other === lane) return false;
    }
    return false;
  }

  /** Why not even to wait. */
  #refusal(lane: Lane, { deadlineMs, again }: Scope, nowMs: number): Error | undefined {
    const shutMs = this.#quota.closedUntilMs(lane.urgency);
    if (this.#closed) return new RateLimitedError(this.name, 'is closed', undefined);
    if (this.#quota.banned) { // L3
      this.#age(nowMs);
      return RateBannedError.of(this.name, (shutMs ?? nowMs) - nowMs);
    }
    if (shutMs !== undefined && shutMs >= deadlineMs) return RateLimitedError.of(this.name, 'is limited by the venue for longer than there is time', shutMs - nowMs); // L4
    if (again && lane.urgency === 'urgent' && !this.#caution.urgent.mayGo(true, nowMs)) return this.#notYet(nowMs);
    if (lane.waiting.size >= lane.waitingMost) return RateLimitedError.of(this.name, `has ${lane.waiting.size} calls waiting in the lane "${lane.name}", which is its bound`, this.#freeInMs(lane, nowMs));
    if (lane.urgency === 'common' && this.#trouble !== undefined && nowMs < this.#trouble.untilMs) return this.#trouble.error; // L5
    return undefined;
  }

  /** L6 */
  #notYet(nowMs: number): RateLimitedError {
    return RateLimitedError.of(this.name, 'does not repeat yet what the venue has refused', this.#caution.urgent.againInMs(nowMs));
  }

  #age(nowMs: number): void {
    if (nowMs - this.#writtenMs < BAN_AGES_MS) return;
    this.#writtenMs = nowMs;
    this.#quota.aged();
    this.#turn();
  }

  /** The soonest at which it is worth asking again. */
  #freeInMs(lane: Lane, nowMs: number): number | undefined {
    const freeMs = this.#quota.closedUntilMs(lane.urgency) ?? this.#quota.nextMs(nowMs);
    return freeMs === Infinity ? undefined : Math.max(1, freeMs - nowMs);
  }

  #wait(lane: Lane, amounts: readonly number[], scope: Scope): Promise<Pass> {
    return new Promise((resolve, reject) => {
      let timer: Waiting | undefined;
      const over = (): void => {
        if (timer !== undefined) this.#wheel.takeBack(timer);
        scope.deaf(giveUp);
      };
      const entry: Entry = {
        amounts,
        again: scope.again,
        begin: (pass) => { over(); resolve(pass); },
        fail: (reason) => { over(); reject(reason instanceof AbortedError ? AbortedError.notBegun(reason) : reason); },
      };
      const giveUp = (reason: Error): void => {
        lane.expired += 1;
        this.#drop(lane, entry, reason);
        this.#turn(); // the next one may need less
      };
      lane.enter(entry);
      if (scope.deadlineMs < Infinity) timer = this.#wheel.at(scope.deadlineMs, () => giveUp(RateLimitedError.of(this.name, 'had no room before the deadline', this.#freeInMs(lane, this.#clock.monotonicMs()))));
      scope.onEnd(giveUp);
      this.#turn();
    });
  }

  #drop(lane: Lane, entry: Entry, reason: Error): void {
    lane.leave(entry);
    entry.fail(reason);
  }

  async #run<T>(work: Work<T>, scope: Scope, urgency: Urgency, pass: Pass): Promise<T> {
    const end = (): void => {
      if (this.#caution[urgency].ended(pass)) this.#turn();
    };
    let value: T;
    try {
      value = await work(scope);
    } catch (thrown) {
      this.#observed({ thrown }, scope);
      end();
      throw thrown;
    }
    this.#observed({ value }, scope);
    end();
    return value;
  }

  #observed(outcome: { readonly value: unknown } | { readonly thrown: unknown }, { lane, again }: Scope): void {
    const told = this.#observe?.(outcome);
    if (told !== undefined) this.told(told, lane, again);
  }

  /** Lets go whoever may go, then asks for more where somebody still waits. */
  #turn(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#letGo(nowMs);
    this.#missed = this.#asking;
    if (this.#asking || this.#closed) return;
    if ((this.#waits || this.#quota.news) && !(this.#trouble !== undefined && nowMs < this.#trouble.untilMs)) void this.#ask(nowMs);
    else this.#sleep(nowMs);
  }

  #letGo(nowMs: number): void {
    this.#quota.pass(nowMs);
    if (this.#quota.banned) { // L3
      const forMs = (this.#quota.closedUntilMs('urgent') ?? nowMs) - nowMs;
      for (const lane of this.#lanes) for (const entry of [...lane.waiting]) this.#drop(lane, entry, RateBannedError.of(this.name, forMs));
      return;
    }
    for (const lane of this.#lanes) {
      for (let entry = lane.first; entry !== undefined; entry = lane.first) {
        if (entry.again && lane.urgency === 'urgent' && !this.#caution.urgent.mayGo(true, nowMs)) {
          this.#drop(lane, entry, this.#notYet(nowMs));
          continue;
        }
        const pass = this.#take(entry.amounts, lane.urgency, entry.again, nowMs) ?? this.#forces(lane, entry, nowMs);
        if (pass === undefined) return; // L2
        lane.leave(entry);
        lane.begun += 1;
        entry.begin(pass);
      }
    }
  }

  /** L5 */
  #forces(lane: Lane, { amounts, again }: Entry, nowMs: number): Pass | undefined {
    const silent = this.#silentSinceMs !== undefined && nowMs - this.#silentSinceMs >= PATIENCE_MS;
    const caution = this.#caution.urgent;
    if (lane.urgency !== 'urgent' || !silent || !caution.mayGo(again, nowMs) || !this.#quota.force(amounts, nowMs)) return undefined;
    this.#forced += 1;
    return caution.goes(again);
  }

  get #waits(): boolean {
    return this.#lanes.some(({ waiting }) => waiting.size > 0);
  }

  #demand(urgency: Urgency): Demand {
    const lanes = this.#lanes.filter((lane) => lane.urgency === urgency && lane.waiting.size > 0);
    const windows = this.#quota.policy.windows;
    return { first: windows.map((_, at) => lanes[0]?.first?.amounts[at] ?? 0), all: windows.map((_, at) => lanes.reduce((sum, lane) => sum + (lane.sums[at] ?? 0), 0)) };
  }

  async #ask(nowMs: number): Promise<void> {
    this.#asking = true;
    this.#silentSinceMs ??= nowMs;
    const impatient = this.#wheel.at(this.#silentSinceMs + PATIENCE_MS, () => this.#letGo(this.#clock.monotonicMs()));
    let again = false;
    try {
      again = await this.#lease();
      this.#trouble = undefined;
    } catch (thrown) {
      this.#quota.dropped(); // whether it was written is not known: it is read again
      this.#version = undefined;
      this.#failed(thrown);
    }
    this.#wheel.takeBack(impatient);
    this.#asking = false;
    if (this.#closed) return;
    if (again || this.#missed) return this.#turn();
    const laterMs = this.#clock.monotonicMs();
    this.#letGo(laterMs);
    this.#sleep(laterMs);
  }

  /** Until what is wanted is durable, or there is no room for it. @returns whether to look at once whether more is wanted */
  async #lease(): Promise<boolean> {
    for (;;) {
      if (this.#version === undefined) {
        const kept = await this.#store.read();
        this.#version = kept?.version ?? 0;
        this.#quota.learn(kept === undefined ? emptyQuota : quotaOf(kept.text), this.#clock.monotonicMs());
        this.#letGo(this.#clock.monotonicMs());
      }
      const { news } = this.#quota;
      const { state, grants } = this.#quota.propose({ urgent: this.#demand('urgent'), common: this.#demand('common') }, this.#clock.monotonicMs());
      if (!grants && !news) {
        this.#silentSinceMs = undefined;
        return false;
      }
      const done = await this.#store.replace(this.#version, canonicalText(state));
      this.#silentSinceMs = done ? undefined : this.#clock.monotonicMs();
      if (done) {
        this.#version += 1;
        this.#writtenMs = this.#clock.monotonicMs();
        this.#quota.granted(); // L1
        return true;
      }
      this.#version = undefined;
    }
  }

  #failed(thrown: unknown): void {
    const error = QuotaStoreError.of(this.name, reasonOf(thrown));
    this.#trouble = { error, untilMs: this.#clock.monotonicMs() + AGAIN_MS };
    for (const lane of this.#lanes) if (lane.urgency === 'common') for (const entry of [...lane.waiting]) this.#drop(lane, entry, error);
  }

  /** Looks again when something may have become free. */
  #sleep(nowMs: number): void {
    if (this.#wake !== undefined) this.#wheel.takeBack(this.#wake);
    this.#wake = undefined;
    const toTell = this.#trouble !== undefined && this.#quota.news;
    if (!this.#waits && !toTell) return;
    const { notBeforeMs } = this.#caution.urgent;
    const atMs = Math.min(this.#trouble?.untilMs ?? this.#quota.nextMs(nowMs), notBeforeMs > nowMs ? notBeforeMs : Infinity);
    if (atMs === Infinity) return;
    this.#wake = this.#wheel.at(Math.max(atMs, nowMs), () => {
      this.#wake = undefined;
      this.#version = undefined; // others may have given something back
      this.#turn();
    });
  }
}

/** Keeps it for as long as the process lives; for tests, and for whoever shares one budget in one process. */
export class MemoryQuotaStore implements QuotaStore {
  #kept: { readonly version: number; readonly text: string } | undefined;

  read(): Promise<{ readonly version: number; readonly text: string } | undefined> {
    return Promise.resolve(this.#kept);
  }

  replace(version: number, text: string): Promise<boolean> {
    if ((this.#kept?.version ?? 0) !== version) return Promise.resolve(false);
    this.#kept = { version: version + 1, text };
    return Promise.resolve(true);
  }
}
