/**
 * Lets requests out to one venue.
 *
 *   G1. Lanes: cancel (and what closes a position) before reconcile before new risk before market data, for a place and for what the venue allows. In a lane,
 *       first come, first served. Some places are kept for cancels, and some for looking.
 *   G2. No request leaves that was not taken from the rate budget; and what the venue's headers say of it is heard.
 *       Limited (429), only cancels leave, at once unless the venue has refused that very cancel before, in this life or an earlier one, or has answered it; banned, nothing does, not even a stream.
 *   G3. A request that is not let out is `not-sent`, and says when to ask again where that is known. Waiting takes half of its time at
 *       most, so what leaves still has time for an answer.
 *   G4. `stopped` is asked by the network in the moment before the bytes leave: after every wait here.
 *   G5. GET alone is repeated: after what passes, inside its deadline, with growing pauses, no sooner than the venue asked for, out of
 *       one budget of the process. Anything else is one request at most.
 *   G6. What is held back here says nothing about the venue, and is marked so: no circuit counts it.
 *   G7. Each 429 and each ban is told to whoever listens, by whatever request it was learnt.
 */
import type { Random } from '../../base/index.ts';
import { reasonOf } from '../../base/index.ts';
import { Bulkhead, BulkheadFullError, CallError, idempotent, QuotaStoreError, RateBannedError, RateBudget, RateLimitedError, Retry, TimerWheel } from '../../calls/index.ts';
import type { BudgetMetrics, LaneMetrics, RetryBudget } from '../../calls/index.ts';
import { toldByHeaders } from '../../core/calls/index.ts';
import { AnsweredBefore } from './answered-before.ts';
import type { Clock, HttpOutcome, HttpRequest, Net, Passage, QuotaStore, SocketOutcome, VenueLimit } from '../../ports/index.ts';

export type GatewayPorts = {
  readonly clock: Clock;
  readonly net: Net;
  readonly random: Random;
  readonly retries: RetryBudget; // of the whole process
  readonly owner: string; // a name that no other process life has
};

export type GatewayOptions = {
  readonly name: string; // the venue's
  readonly limits: readonly VenueLimit[];
  readonly store: QuotaStore;
  readonly places?: number; // requests on their way at once
  readonly attemptMs?: number; // of a read, before it is asked for anew
  readonly tries?: number; // of a read; 1 where the next question comes soon anyway
};

export type GatewayStatistics = {
  readonly lanes: Readonly<Record<string, LaneMetrics>>;
  readonly budget: BudgetMetrics;
  readonly refused: Readonly<Record<string, number>>; // by why: what was not let out
  readonly limited: number; // answers of 429
  readonly banned: number; // answers of 418
  readonly repeated: number; // reads
};

/** The venue itself says that we ask too much (429), or has banned us (418). `forMs`: as long as it said, where it did. */
export type GatewayRefusal = { readonly what: 'rate-limit' | 'ban'; readonly forMs: number | undefined; readonly said: string };

/** What looking at the venue has cost so far, and how many more reads could leave now. */
export type GatewayReads = { readonly begun: number; readonly left: number };

type NotSent = Extract<HttpOutcome, { readonly kind: 'not-sent' }>;

const PLACES = 32;
const KEPT = { cancel: 8, reconcile: 4 };
const LEAST_OPEN = 4;
const ATTEMPT_MS = 5_000;
const READ_TRIES = { tries: 5, firstDelayMs: 200, factor: 2, mostDelayMs: 4_000 };
const LIMITED = 429;
const BANNED = 418;

export class Gateway {
  readonly name: string;
  readonly net: Net; // what the adapter is given
  readonly #ports: GatewayPorts;
  readonly #options: GatewayOptions;
  readonly #budget: RateBudget;
  readonly #bulkhead: Bulkhead;
  readonly #retry: Retry;
  readonly #plain: Passage; // of a request that names none
  readonly #refused: Record<string, number> = {};
  readonly #answeredBefore = new AnsweredBefore();
  readonly #listeners = new Set<(refusal: GatewayRefusal) => void>();
  #readsLimit: string; // against which the venue counts looks at the account
  #limited = 0;
  #banned = 0;
  #repeated = 0;

  constructor(ports: GatewayPorts, options: GatewayOptions) {
    const { clock, net, random, retries, owner } = ports;
    const { name, limits, store, places = placesFor(limits), tries = READ_TRIES.tries } = options;
    const wheel = new TimerWheel(clock);
    this.name = name;
    this.#ports = ports;
    this.#options = options;
    this.#readsLimit = limits[0]?.name ?? '';
    this.#plain = { lane: 'market-data', limit: limits[0]?.name ?? '' };
    this.#budget = new RateBudget({ clock, wheel, owner }, { name, store, windows: limits.map((limit) => ({ name: limit.name, unit: limit.name, limit: limit.requests, perMs: limit.perMs })) });
    this.#bulkhead = new Bulkhead(clock, wheel, { places, lanes: [{ name: 'cancel', kept: Math.min(KEPT.cancel, Math.floor(places / 4)) }, { name: 'reconcile', kept: Math.min(KEPT.reconcile, Math.floor(places / 4)) }, { name: 'new-risk' }, { name: 'market-data' }] });
    this.#retry = new Retry({ clock, wheel, random }, { ...READ_TRIES, tries, budget: retries, onRetry: () => { this.#repeated += 1; }, judge: judged });
    this.net = {
      request: (asked, timeoutMs) => (asked.method === 'GET' ? this.#read(asked, timeoutMs) : this.#once(asked, clock.monotonicMs() + timeoutMs)),
      open: (url, headers, timeoutMs) => this.#open(url, headers, timeoutMs),
      serve: (at, app) => net.serve(at, app),
    };
  }

  /** G7. Until the answer is called. */
  onRefused(listen: (refusal: GatewayRefusal) => void): () => void {
    this.#listeners.add(listen);
    return () => void this.#listeners.delete(listen);
  }

  /** Gives back what was leased and not used; nothing leaves any more. */
  close(): Promise<void> {
    return this.#budget.close();
  }

  statistics(): GatewayStatistics {
    return { lanes: this.#bulkhead.metrics(), budget: this.#budget.metrics(), refused: { ...this.#refused }, limited: this.#limited, banned: this.#banned, repeated: this.#repeated };
  }

  reads(): GatewayReads {
    const { lanes, windows, limitedForMs, bannedForMs } = this.#budget.metrics();
    const left = limitedForMs > 0 || bannedForMs > 0 ? 0 : windows[this.#readsLimit]?.spare ?? Infinity;
    return { begun: lanes['reconcile']?.begun ?? 0, left };
  }

  /** G5 */
  async #read(asked: HttpRequest, timeoutMs: number): Promise<HttpOutcome> {
    const { clock } = this.#ports;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    try {
      return await this.#retry.call(idempotent(async () => {
        const outcome = await this.#once(asked, Math.min(deadlineMs, clock.monotonicMs() + (this.#options.attemptMs ?? ATTEMPT_MS)));
        if (passes(outcome) && asked.stopped?.() === undefined) throw new Passing(outcome, this.#askedToWaitMs(outcome));
        return outcome;
      }), { deadlineMs });
    } catch (thrown) {
      if (thrown instanceof Passing) return thrown.outcome;
      return { kind: 'unknown', why: reasonOf(thrown) };
    }
  }

  async #once(asked: HttpRequest, deadlineMs: number): Promise<HttpOutcome> {
    const { clock, net } = this.#ports;
    const { lane, limit, weight = 1 } = asked.passage ?? this.#plain;
    const nowMs = clock.monotonicMs();
    if (lane === 'reconcile') this.#readsLimit = limit;
    const call = asked.method === 'DELETE' && lane === 'cancel' ? `${asked.method} ${asked.url}` : undefined; // of an order that closes each request is a first try: its address says nothing of which
    let again = false; // as it was when it left
    try {
      return await this.#bulkhead.call(async (scope) => {
        const stopped = asked.stopped?.();
        if (stopped !== undefined) return this.#refuse('stopped', stopped, undefined); // it would take from the budget for nothing
        return this.#budget.within(async () => {
          const outcome = await net.request(asked, Math.max(1, deadlineMs - clock.monotonicMs())); // G4
          this.#hear(outcome, limit, lane, again, call);
          return outcome;
        }, scope);
      }, { lane, cost: { [limit]: weight }, again: () => (again = call !== undefined && this.#isAgain(call)), deadlineMs: nowMs + (deadlineMs - nowMs) / 2 }); // G3
    } catch (thrown) {
      return this.#notSent(thrown, lane);
    }
  }

  async #open(url: string, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<SocketOutcome> {
    const { clock, net } = this.#ports;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    try {
      return await this.#budget.call(() => net.open(url, headers, Math.max(1, deadlineMs - clock.monotonicMs())), { lane: 'reconcile', cost: { [this.#plain.limit]: 1 }, deadlineMs: deadlineMs - timeoutMs / 2 });
    } catch (thrown) {
      const { why } = this.#notSent(thrown, 'reconcile');
      return { kind: 'failed', why, heldBack: true };
    }
  }

  #hear(outcome: HttpOutcome, limit: string, lane: Passage['lane'], again: boolean, call: string | undefined): void {
    if (outcome.kind !== 'answered') return;
    if (outcome.status === LIMITED) this.#limited += 1;
    if (outcome.status === BANNED) this.#banned += 1;
    const told = toldByHeaders(outcome.status, { get: (name) => outcome.headers[name] ?? null }, limit);
    this.#budget.told(told, lane, again);
    if (call !== undefined) this.#remember(call, outcome.status);
    const closed = told.banned ?? told.limited;
    if (closed === undefined) return;
    const refusal: GatewayRefusal = { what: told.banned === undefined ? 'rate-limit' : 'ban', forMs: closed.afterMs, said: `the venue answered ${outcome.status} to a request in the lane ${lane}` };
    for (const listen of [...this.#listeners]) listen(refusal);
  }

  #remember(call: string, status: number): void {
    if (status === LIMITED) this.#budget.callRefused(call);
    else if (status !== BANNED && status < 500) {
      this.#answeredBefore.answered(call);
      this.#budget.callAnswered(call);
    }
  }

  /** G2. Whether it is no first try. What the venue has answered is asked for to make sure, which can wait where others are refused. */
  #isAgain(call: string): boolean {
    return this.#budget.hasRefused(call) || (this.#answeredBefore.has(call) && this.#budget.refuses);
  }

  #askedToWaitMs(outcome: HttpOutcome): number {
    if (outcome.kind === 'not-sent') return outcome.retryAfterMs ?? 0;
    if (outcome.kind !== 'answered' || outcome.status !== LIMITED) return 0;
    const told = toldByHeaders(outcome.status, { get: (name) => outcome.headers[name] ?? null }, '');
    return told.limited?.afterMs ?? 0;
  }

  #notSent(thrown: unknown, lane: Passage['lane']): NotSent {
    if (!(thrown instanceof CallError) || thrown.happened !== 'not-begun') throw thrown;
    // Who found no place waited behind those who wait for room, where any do.
    const retryAfterMs = 'retryAfterMs' in thrown && typeof thrown.retryAfterMs === 'number' ? thrown.retryAfterMs : this.#budget.roomInMs(lane);
    return this.#refuse(wordOf(thrown), thrown.message, retryAfterMs);
  }

  #refuse(reason: string, why: string, retryAfterMs: number | undefined): NotSent {
    this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
    return { kind: 'not-sent', why, heldBack: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }) };
  }
}

/** An outcome that may be another one soon. */
class Passing extends Error {
  readonly outcome: HttpOutcome;
  readonly retryAfterMs: number;
  constructor(outcome: HttpOutcome, retryAfterMs: number) {
    super('it may pass');
    this.outcome = outcome;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Why it was not let out, in one word for figures. */
function wordOf(thrown: CallError): string {
  if (thrown instanceof RateBannedError) return 'banned';
  if (thrown instanceof RateLimitedError) return 'rate-limit';
  if (thrown instanceof QuotaStoreError) return 'store';
  return thrown instanceof BulkheadFullError ? 'full' : 'no-place';
}

/** No more on their way at once than a slow venue needs at its limit: what is under way when it begins to answer 429 is refused together. */
function placesFor(limits: readonly VenueLimit[]): number {
  const inASecond = Math.max(...limits.map(({ requests, perMs }) => (requests * 1_000) / perMs));
  return Math.min(PLACES, KEPT.cancel + KEPT.reconcile + Math.max(LEAST_OPEN, Math.ceil(inASecond)));
}

const passes = (outcome: HttpOutcome): boolean => outcome.kind !== 'answered' || outcome.status === LIMITED || outcome.status >= 500;
const judged = (thrown: unknown): { readonly again: boolean } => ({ again: thrown instanceof Passing });
