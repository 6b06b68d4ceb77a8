/**
 * How much of each window is spoken for, by whom, and for how long it still counts.
 *
 * Weight is leased in blocks that are made durable *before* any of it is spent, so that a crash forgets nothing: whoever comes after
 * counts the whole block. No clock is shared. A block says for how long it has to be counted, and whoever meets it counts from the moment
 * of meeting it, on a monotonic clock of its own: that can only be later than needed. So neither a stepped clock nor a restart frees
 * anything too early.
 *
 *   Q1. In no stretch of time as long as a window is more spent than its limit, by all that share one state together.
 *   Q2. What is not urgent spends at most the limit less the reserve; what is urgent may spend all of it.
 *   Q3. What the venue says can only take away, until its window has passed. It is taken to be others' use of the same key, and takes
 *       from what is not urgent; the reserve stays, as a cancel that is refused costs less than one that was never sent.
 *   Q4. Limited (429): only what is urgent is spent. Banned: nothing is. Until the end that was told, in each life that learns of it.
 *   Q5. A block is at most a twentieth of its window, and no more than eight, twice what was spent of the last one, or what waits: a life that dies
 *       young takes little with it, so that a process that is killed every two seconds still leaves its venue reachable.
 *   Q6. Each refusal of something urgent, at its first try or again, is remembered for a minute, by all that share one state.
 *   Q7. So is, for longer, what it was that was refused, until it is answered otherwise: `RefusedCalls`.
 *   Q8. What is urgent and no first try leaves half of the reserve to first tries.
 *
 * A block is spent from only for a twentieth of its window after its lease began, a second at most; then it counts for what was spent of it.
 */
import { Closings } from './closings.ts';
import type { Try } from './closings.ts';
import type { BudgetPolicy } from './policy.ts';
import type { QuotaState, Urgency } from './quota-state.ts';
import { RefusedCalls } from './refused-calls.ts';
import type { Told } from './told.ts';
import { WindowQuota } from './window-quota.ts';
import type { WindowFigures } from './window-quota.ts';

/** What is wanted, by window: of the first that waits, and of all that wait. */
export type Demand = { readonly first: readonly number[]; readonly all: readonly number[] };
/** To be made durable as it is, and then said to be so by `granted`. */
export type Proposal = { readonly state: QuotaState; readonly grants: boolean };

const LIMITED_MOST_MS = 60_000;
const BANNED_MS = 300_000;

export class Quota {
  readonly policy: BudgetPolicy;
  readonly #owner: string;
  readonly #windows: readonly WindowQuota[];
  readonly #closings = new Closings(() => this.#name());
  readonly #refusedCalls = new RefusedCalls();
  readonly #limitedMs: number;
  #strangers: QuotaState['windows'] = {}; // windows that are not configured here; somebody else's, kept as they are
  #made = 0;
  #news = false;

  /** @param owner a name that no other life has had; what was leased under another name is counted in full */
  constructor(policy: BudgetPolicy, owner: string) {
    this.policy = policy;
    this.#owner = owner;
    this.#windows = policy.windows.map((window) => new WindowQuota(window, policy));
    this.#limitedMs = Math.min(LIMITED_MOST_MS, Math.max(...policy.windows.map(({ perMs }) => perMs)));
  }

  /** Whether these amounts could ever be spent at once. */
  everAllows(amounts: readonly number[], urgency: Urgency): boolean {
    return this.#windows.every((window, at) => (amounts[at] ?? 0) <= window.most[urgency]);
  }

  /** Whether anything at all could be spent now. */
  hasRoom(urgency: Urgency): boolean {
    return this.closedUntilMs(urgency) === undefined && this.#windows.every((window) => window.hasRoom(urgency));
  }

  /** Spends from what is leased; from all windows or from none. */
  take(amounts: readonly number[], urgency: Urgency, nowMs: number): boolean {
    this.pass(nowMs);
    if (this.closedUntilMs(urgency) !== undefined) return false;
    if (!this.#windows.every((window, at) => window.allows(amounts[at] ?? 0, urgency))) return false;
    for (const [at, window] of this.#windows.entries()) window.spend(amounts[at] ?? 0, urgency, nowMs);
    return true;
  }

  /** Q8. Whether there is room for what is urgent and no first try. */
  spares(amounts: readonly number[]): boolean {
    return this.#windows.every((window, at) => window.spares(amounts[at] ?? 0));
  }

  /** For what is urgent while nothing can be made durable: counted here, and written with what is written next. Never under a ban, never above a limit that is known. */
  force(amounts: readonly number[], nowMs: number): boolean {
    this.pass(nowMs);
    if (this.closedUntilMs('urgent') !== undefined || !this.#windows.every((window, at) => window.mayForce(amounts[at] ?? 0, nowMs))) return false;
    for (const [at, window] of this.#windows.entries()) window.force(this.#name(), amounts[at] ?? 0, nowMs);
    this.#news = true;
    return true;
  }

  /** Until when nothing of this urgency may be spent, by the venue's word; undefined where something may. */
  closedUntilMs(urgency: Urgency): number | undefined {
    return this.#closings.untilMs(urgency);
  }

  get banned(): boolean {
    return this.#closings.banned;
  }

  /** How often the venue has refused something urgent in the last minute, as far as all who share the state know. */
  refusals(of: Try): { readonly count: number; readonly lastMs: number } {
    return this.#closings.refusals(of);
  }

  /** Something urgent was refused (429). */
  refused(of: Try, nowMs: number): void {
    if (this.#closings.refused(of, nowMs)) this.#news = true;
  }

  /** Whether this very call was refused, in this life or an earlier one, and not answered otherwise since. */
  hasRefused(call: string): boolean {
    return this.#refusedCalls.has(call);
  }

  /** It was refused. @param call a name that stays the same in the next life */
  refusedCall(call: string, nowMs: number): void {
    this.#refusedCalls.refused(call, nowMs);
    this.#news = true;
  }

  /** It was answered otherwise. */
  answeredCall(call: string): void {
    if (this.#refusedCalls.answered(call)) this.#news = true;
  }

  /** Whether something is known here that the others do not know. */
  get news(): boolean {
    return this.#news;
  }

  /** What is kept says by now that more is left of it than is. */
  aged(): void {
    this.#news = true;
  }

  told({ windows = {}, limited, banned }: Told, nowMs: number): void {
    this.pass(nowMs);
    for (const window of this.#windows) {
      const said = windows[window.window.name];
      if (said !== undefined && window.told(this.#name(), said, nowMs)) this.#news = true;
    }
    if (limited !== undefined && this.#closings.close('limited', nowMs + (limited.afterMs ?? this.#limitedMs))) this.#news = true;
    if (banned !== undefined && this.#closings.close('banned', nowMs + (banned.afterMs ?? BANNED_MS))) this.#news = true;
  }

  pass(nowMs: number): void {
    for (const window of this.#windows) window.pass(nowMs);
    this.#closings.pass(nowMs);
    this.#refusedCalls.pass(nowMs);
  }

  learn(state: QuotaState, nowMs: number): void {
    for (const window of this.#windows) {
      const { perMs = 0, blocks = [] } = state.windows[window.window.name] ?? {};
      window.learn(perMs, blocks, nowMs);
    }
    this.#strangers = Object.fromEntries(Object.entries(state.windows).filter(([name]) => !this.#windows.some(({ window }) => window.name === name)));
    this.#closings.learn(state.closings, nowMs);
    this.#refusedCalls.learn(state.refusedCalls, nowMs);
    this.pass(nowMs);
  }

  /** What to make durable so that more may be spent; nothing is, before `granted`. */
  propose(wanted: Readonly<Record<Urgency, Demand>>, nowMs: number): Proposal {
    this.dropped();
    this.pass(nowMs);
    let grants = false;
    for (const urgency of ['urgent', 'common'] as const) {
      if (this.closedUntilMs(urgency) !== undefined) continue;
      const { first, all } = wanted[urgency];
      for (const [at, window] of this.#windows.entries()) grants = window.lease(this.#name(), urgency, first[at] ?? 0, all[at] ?? 0, nowMs) || grants;
    }
    this.#news = false;
    return { state: this.#state(nowMs), grants };
  }

  /** The last proposal is durable. */
  granted(): void {
    for (const window of this.#windows) window.granted();
    this.#closings.granted();
    this.#refusedCalls.granted();
  }

  /** The last proposal is not, or perhaps not: whatever of it was written after all is met as a stranger's. */
  dropped(): void {
    for (const window of this.#windows) window.drop();
    this.#news = true;
  }

  /** Gives back what was leased and not spent, for the others and for the next life. */
  closed(nowMs: number): QuotaState {
    this.dropped();
    for (const window of this.#windows) window.closeAll();
    this.pass(nowMs);
    return this.#state(nowMs);
  }

  /** When to look again; sooner where others have leases that they may give back. */
  nextMs(nowMs: number): number {
    let nextMs = this.#closings.nextMs();
    for (const window of this.#windows) nextMs = Math.min(nextMs, window.nextMs(), window.hasOthers ? nowMs + window.lifeMs : Infinity);
    return nextMs;
  }

  get figures(): Readonly<Record<string, WindowFigures>> {
    return Object.fromEntries(this.#windows.map((window) => [window.window.name, window.figures]));
  }

  #state(nowMs: number): QuotaState {
    const windows = this.#windows.map((window) => [window.window.name, { perMs: window.window.perMs, blocks: window.written(nowMs) }] as const);
    return { windows: { ...this.#strangers, ...Object.fromEntries(windows) }, closings: this.#closings.written(nowMs), refusedCalls: this.#refusedCalls.written(nowMs) };
  }

  #name(): string {
    this.#made += 1;
    return `${this.#owner}/${this.#made}`;
  }
}
