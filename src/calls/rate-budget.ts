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
import { amountsOf, budgetPolicyOf, Quota } from '../core/calls/index.ts';
import type { BudgetPolicy, Cost, Told, Urgency, WindowFigures } from '../core/calls/index.ts';
import type { QuotaStore } from '../ports/index.ts';
import { Lanes } from './budget-lane.ts';
import type { BudgetLane, Entry, Lane } from './budget-lane.ts';
import { tradingLanes } from './bulkhead.ts';
import { Caution } from './caution.ts';
import type { Pass } from './caution.ts';
import { AbortedError, RateBannedError, RateLimitedError, TimeoutError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Guard, Timed, Work } from './guard.ts';
import { Leasing } from './leasing.ts';
import { MemoryQuotaStore } from './memory-quota-store.ts';
import { Scope } from './scope.ts';
import type { TimerWheel, Waiting } from './wheel.ts';

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

const PATIENCE_MS = 250; // for the store, where something urgent waits
const BAN_AGES_MS = 60_000; // how often what is left of a ban is written anew, so that the next life does not begin it again

type Ports = { readonly clock: Timed; readonly wheel: TimerWheel; readonly owner: string };

export class RateBudget implements Guard {
  readonly needs = 'once';
  readonly name: string;
  readonly #clock: Timed;
  readonly #wheel: TimerWheel;
  readonly #quota: Quota;
  readonly #leasing: Leasing;
  readonly #observe: RateBudgetOptions['observe'];
  readonly #lanes: Lanes;
  #asking = false;
  #missed = false; // something came while the store was asked
  #wake: Waiting | undefined;
  #forced = 0;
  readonly #caution: Readonly<Record<Urgency, Caution>>;
  #closed = false;

  constructor({ clock, wheel, owner }: Ports, { name, lanes = tradingLanes, store = new MemoryQuotaStore(), observe, ...policy }: RateBudgetOptions) {
    this.name = name;
    this.#clock = clock;
    this.#wheel = wheel;
    this.#observe = observe;
    this.#quota = new Quota(budgetPolicyOf(lanes.length > 1 ? policy : { ...policy, reservePercent: 0 }), owner);
    this.#leasing = new Leasing({ clock, quota: this.#quota, store, name }, { demand: (urgency) => this.#lanes.demand(urgency), learnt: () => this.#letGo(this.#clock.monotonicMs()) });
    this.#caution = { common: new Caution(this.#quota, 'common'), urgent: new Caution(this.#quota, 'urgent') };
    this.#lanes = new Lanes(lanes, policy.windows.length);
  }

  /** @param options `cost`: what it costs, 1 of everything where none is given; `lane` */
  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  within<T>(work: Work<T>, scope: Scope): Promise<T> {
    const lane = this.#lanes.of(scope.lane);
    const amounts = this.#amounts(scope.cost, lane);
    if (scope.ended !== undefined) return Promise.reject(scope.ended);
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= scope.deadlineMs) return Promise.reject(new TimeoutError(scope.deadlineMs - nowMs, 'not-begun'));
    const pass = this.#lanes.waitBefore(lane) ? undefined : this.#take(amounts, lane.urgency, scope.again, nowMs);
    if (pass !== undefined) {
      lane.begun += 1;
      return this.#run(work, scope, lane.urgency, pass);
    }
    const refusal = this.#refusal(lane, amounts, scope, nowMs);
    if (refusal !== undefined) {
      lane.refused += 1;
      return Promise.reject(refusal);
    }
    return this.#wait(lane, amounts, scope).then((pass) => this.#run(work, scope, lane.urgency, pass));
  }

  /**
   * What the venue says, where it does not say it in an outcome of a call.
   * @param lane of the call that it answered
   * @param again whether that call was no first try when it left
   */
  told(told: Told, lane?: string, again = false): void {
    const nowMs = this.#clock.monotonicMs();
    this.#quota.told(told.limited === undefined ? told : { ...told, limited: this.#refused(told.limited, this.#lanes.of(lane).urgency, again, nowMs) }, nowMs);
    if (told.banned !== undefined) this.#caution.urgent.heed();
    this.#turn();
  }

  /** Whether the venue has refused this urgent call and not answered it otherwise since, in this life or another that shares the store. */
  hasRefused(call: string): boolean {
    return this.#quota.hasRefused(call);
  }

  /** It has refused it (429). @param call a name that stays the same in the next life */
  callRefused(call: string): void {
    this.#quota.refusedCall(call, this.#clock.monotonicMs());
    this.#turn();
  }

  /** It has answered it otherwise. */
  callAnswered(call: string): void {
    this.#quota.answeredCall(call);
  }

  /** Whether anything urgent was refused in the last minute. */
  get refuses(): boolean {
    return this.#caution.urgent.refuses;
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
    if (again && urgency === 'urgent' && !this.#quota.spares(amounts)) return undefined; // Q8
    return caution.mayGo(again, nowMs) && this.#quota.take(amounts, urgency, nowMs) ? caution.goes(again) : undefined;
  }

  /** How long it is until a call of this lane may have room, as far as that can be told; undefined where it has now, or nobody knows. */
  roomInMs(lane?: string): number | undefined {
    const [of, nowMs] = [this.#lanes.of(lane), this.#clock.monotonicMs()];
    return of.waiting.size === 0 && this.#quota.hasRoom(of.urgency) ? undefined : this.#freeInMs(of, nowMs);
  }

  /** Gives back what was leased and not used. Whoever waits is told that it was not begun. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.all) for (const entry of [...lane.waiting]) this.#drop(lane, entry, new RateLimitedError(this.name, 'is closed', undefined));
    if (this.#wake !== undefined) this.#wheel.takeBack(this.#wake);
    const state = this.#quota.closed(this.#clock.monotonicMs());
    if (!this.#asking) await this.#leasing.leave(state); // else it counts until its time is over
  }

  metrics(): BudgetMetrics {
    const nowMs = this.#clock.monotonicMs();
    this.#quota.pass(nowMs);
    return {
      lanes: Object.fromEntries(this.#lanes.all.map(({ name, waiting, begun, refused, expired }) => [name, { waiting: waiting.size, begun, refused, expired }])),
      windows: this.#quota.figures,
      limitedForMs: Math.max(0, (this.#quota.closedUntilMs('common') ?? 0) - nowMs),
      bannedForMs: Math.max(0, (this.#quota.closedUntilMs('urgent') ?? 0) - nowMs),
      forced: this.#forced,
    };
  }

  #amounts(cost: Cost | undefined, lane: Lane): readonly number[] {
    const amounts = amountsOf(this.#quota.policy.windows, cost);
    if (!this.#quota.everAllows(amounts, lane.urgency)) throw new TypeError(`A call that costs ${JSON.stringify(cost)} can never leave by the lane "${lane.name}" of "${this.name}": it is more than a whole window has for it.`);
    return amounts;
  }

  /** Why not even to wait. */
  #refusal(lane: Lane, amounts: readonly number[], { deadlineMs, again }: Scope, nowMs: number): Error | undefined {
    const shutMs = this.#quota.closedUntilMs(lane.urgency);
    if (this.#closed) return new RateLimitedError(this.name, 'is closed', undefined);
    if (this.#quota.banned) { // L3
      this.#age(nowMs);
      return RateBannedError.of(this.name, (shutMs ?? nowMs) - nowMs);
    }
    if (shutMs !== undefined && shutMs >= deadlineMs) return RateLimitedError.of(this.name, 'is limited by the venue for longer than there is time', shutMs - nowMs); // L4
    if (again && lane.urgency === 'urgent' && !this.#mayRepeat(amounts, nowMs)) return this.#notYet(nowMs);
    if (lane.waiting.size >= lane.waitingMost) return RateLimitedError.of(this.name, `has ${lane.waiting.size} calls waiting in the lane "${lane.name}", which is its bound`, this.#freeInMs(lane, nowMs));
    if (lane.urgency === 'common') return this.#leasing.trouble(nowMs); // L5
    return undefined;
  }

  /** L6 */
  #mayRepeat(amounts: readonly number[], nowMs: number): boolean {
    return this.#caution.urgent.mayGo(true, nowMs) && this.#quota.spares(amounts);
  }

  /** L6 */
  #notYet(nowMs: number): RateLimitedError {
    return RateLimitedError.of(this.name, 'does not repeat yet what was asked before', this.#caution.urgent.againInMs(nowMs));
  }

  #age(nowMs: number): void {
    if (nowMs - this.#leasing.writtenMs < BAN_AGES_MS) return;
    this.#leasing.writtenMs = nowMs;
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
        get again() { return scope.again; },
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
      this.#observed({ thrown }, scope, pass);
      end();
      throw thrown;
    }
    this.#observed({ value }, scope, pass);
    end();
    return value;
  }

  #observed(outcome: { readonly value: unknown } | { readonly thrown: unknown }, { lane }: Scope, { again }: Pass): void {
    const told = this.#observe?.(outcome);
    if (told !== undefined) this.told(told, lane, again);
  }

  /** Lets go whoever may go, then asks for more where somebody still waits. */
  #turn(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#letGo(nowMs);
    this.#missed = this.#asking;
    if (this.#asking || this.#closed) return;
    if ((this.#lanes.wait || this.#quota.news) && this.#leasing.trouble(nowMs) === undefined) void this.#ask(nowMs);
    else this.#sleep(nowMs);
  }

  #letGo(nowMs: number): void {
    this.#quota.pass(nowMs);
    if (this.#quota.banned) { // L3
      const forMs = (this.#quota.closedUntilMs('urgent') ?? nowMs) - nowMs;
      for (const lane of this.#lanes.all) for (const entry of [...lane.waiting]) this.#drop(lane, entry, RateBannedError.of(this.name, forMs));
      return;
    }
    for (const lane of this.#lanes.all) {
      for (let entry = lane.first; entry !== undefined; entry = lane.first) {
        if (entry.again && lane.urgency === 'urgent' && !this.#mayRepeat(entry.amounts, nowMs)) {
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
    const silent = nowMs - this.#leasing.silentSinceMs >= PATIENCE_MS;
    const caution = this.#caution.urgent;
    if (lane.urgency !== 'urgent' || !silent || !caution.mayGo(again, nowMs) || !this.#quota.force(amounts, nowMs)) return undefined;
    this.#forced += 1;
    return caution.goes(again);
  }

  async #ask(nowMs: number): Promise<void> {
    this.#asking = true;
    this.#leasing.begin(nowMs);
    const impatient = this.#wheel.at(this.#leasing.silentSinceMs + PATIENCE_MS, () => this.#letGo(this.#clock.monotonicMs()));
    const { again, error } = await this.#leasing.lease();
    if (error !== undefined) for (const lane of this.#lanes.all) if (lane.urgency === 'common') for (const entry of [...lane.waiting]) this.#drop(lane, entry, error); // L5
    this.#wheel.takeBack(impatient);
    this.#asking = false;
    if (this.#closed) return;
    if (again || this.#missed) return this.#turn();
    const laterMs = this.#clock.monotonicMs();
    this.#letGo(laterMs);
    this.#sleep(laterMs);
  }

  /** Looks again when something may have become free. */
  #sleep(nowMs: number): void {
    if (this.#wake !== undefined) this.#wheel.takeBack(this.#wake);
    this.#wake = undefined;
    const toTell = this.#leasing.againAtMs !== undefined && this.#quota.news;
    if (!this.#lanes.wait && !toTell) return;
    const { notBeforeMs } = this.#caution.urgent;
    const atMs = Math.min(this.#leasing.againAtMs ?? this.#quota.nextMs(nowMs), notBeforeMs > nowMs ? notBeforeMs : Infinity);
    if (atMs === Infinity) return;
    this.#wake = this.#wheel.at(Math.max(atMs, nowMs), () => {
      this.#wake = undefined;
      this.#leasing.forget(); // others may have given something back
      this.#turn();
    });
  }
}
