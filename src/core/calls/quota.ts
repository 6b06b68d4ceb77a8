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
 *   Q6. Each first try of something urgent that was refused is remembered for a minute, by all that share one state.
 *   Q5. A block is at most a twentieth of its window, and no more than eight, twice what was spent of the last one, or what waits: a life that dies
 *       young takes little with it, so that a process that is killed every two seconds still leaves its venue reachable.
 *
 * A block is spent from only for a twentieth of its window after its lease began, a second at most; then it counts for what was spent of it.
 */
import { reserveOf } from './policy.ts';
import type { BudgetPolicy, BudgetWindow } from './policy.ts';

export type Urgency = 'common' | 'urgent';
type Kind = Urgency | 'told';
type Block = { readonly id: string; readonly kind: Kind; readonly weight: number; readonly forMs: number };
type Closing = { readonly id: string; readonly kind: 'limited' | 'banned' | 'refused'; readonly forMs: number }; // `refused`: the first try of something urgent was; it closes nothing

/** As it is kept: what counts, and for how long from whenever it is read. */
export type QuotaState = {
  readonly windows: Readonly<Record<string, { readonly perMs: number; readonly blocks: readonly Block[] }>>;
  readonly closings: readonly Closing[];
};
export const emptyQuota: QuotaState = { windows: {}, closings: [] };

/** What is wanted, by window: of the first that waits, and of all that wait. */
export type Demand = { readonly first: readonly number[]; readonly all: readonly number[] };
/** To be made durable as it is, and then said to be so by `granted`. */
export type Proposal = { readonly state: QuotaState; readonly grants: boolean };

/** What the venue says of a window. `resetInMs`: when it begins anew; without it, a whole window is waited for. */
export type ToldWindow = { readonly limit?: number; readonly remaining?: number; readonly used?: number; readonly resetInMs?: number };
export type Told = { readonly windows?: Readonly<Record<string, ToldWindow>>; readonly limited?: { readonly afterMs?: number }; readonly banned?: { readonly afterMs?: number } };

export type WindowFigures = { readonly limit: number; readonly common: number; readonly urgent: number; readonly told: number; readonly free: number };

type Lease = { readonly id: string; readonly kind: Urgency; readonly weight: number; readonly openUntilMs: number; spent: number; lastMs: number };
type Counted = { readonly kind: Kind; readonly ours: boolean; readonly firstMs: number; weight: number; untilMs: number }; // `firstMs`: the end of the oldest part of it

const LIVES_PER_WINDOW = 20;
const LEAST_BLOCK = 8;
const SHORTEST_LIFE_MS = 100; // a store has to be able to answer within it
const LONGEST_LIFE_MS = 1_000; // so soon everybody hears of a ban that another one met

/** Spends from leases, the oldest first. */
function drain(leases: readonly Lease[], kind: Urgency, amount: number, nowMs: number): void {
  let left = amount;
  for (const lease of leases) {
    if (left === 0) return;
    const some = lease.kind === kind ? Math.min(left, lease.weight - lease.spent) : 0;
    if (some === 0) continue;
    lease.spent += some;
    lease.lastMs = nowMs;
    left -= some;
  }
}

class WindowQuota {
  readonly window: BudgetWindow;
  readonly lifeMs: number;
  readonly #partMs: number; // what ends within it is counted as one
  readonly #countsForMs: number; // from the last spending on
  readonly #reserve: number;
  readonly #lastSpent: Record<Urgency, number> = { common: 0, urgent: 0 };
  readonly open: Lease[] = [];
  readonly counted = new Map<string, Counted>();
  readonly finished = new Set<string>(); // no longer counted, and perhaps still in the state that is kept
  pending: Lease[] = []; // proposed and not known to be durable

  constructor(window: BudgetWindow, { reservePercent, spreadMs }: BudgetPolicy) {
    this.window = window;
    this.#partMs = Math.ceil(window.perMs / LIVES_PER_WINDOW);
    this.lifeMs = Math.max(SHORTEST_LIFE_MS, Math.min(LONGEST_LIFE_MS, this.#partMs));
    this.#countsForMs = window.perMs + spreadMs;
    this.#reserve = reserveOf(window.limit, reservePercent);
  }

  pass(nowMs: number): void {
    for (let at = this.open.length - 1; at >= 0; at -= 1) {
      const lease = this.open[at];
      if (lease === undefined || nowMs < lease.openUntilMs) continue;
      this.open.splice(at, 1);
      this.#close(lease);
    }
    for (const [id, { untilMs }] of this.counted) {
      if (nowMs < untilMs) continue;
      this.counted.delete(id);
      this.finished.add(id);
    }
  }

  #spentOfLast(kind: Urgency): number {
    return this.open.findLast((lease) => lease.kind === kind)?.spent ?? this.#lastSpent[kind];
  }

  #close({ id, kind, spent, lastMs }: Lease): void {
    this.#lastSpent[kind] = spent;
    if (spent === 0 || this.#add(id, kind, spent, lastMs + this.#countsForMs) !== id) this.finished.add(id);
  }

  /** Gives back what was leased and not spent. */
  closeAll(): void {
    for (const lease of this.open.splice(0)) this.#close(lease);
  }

  /** What counts; of what is leased here, all of it or what was spent. */
  #sum(kind: Kind, spentOnly = false): number {
    let sum = 0;
    for (const block of this.counted.values()) if (block.kind === kind) sum += block.weight;
    for (const lease of this.open) if (lease.kind === kind) sum += spentOnly ? lease.spent : lease.weight;
    for (const lease of this.pending) if (lease.kind === kind && !spentOnly) sum += lease.weight;
    return sum;
  }

  #room(urgency: Urgency, spentOnly = false): number {
    const { limit } = this.window;
    const [common, urgent, told] = [this.#sum('common', spentOnly), this.#sum('urgent', spentOnly), this.#sum('told')];
    if (urgency === 'common') return Math.min(limit - this.#reserve, limit - urgent) - common - told; // Q2
    return Math.max(Math.min(this.#reserve - urgent, limit - common - urgent), limit - common - urgent - told); // Q3
  }

  #unspent(kind: Urgency): number {
    let unspent = 0;
    for (const lease of this.open) if (lease.kind === kind) unspent += lease.weight - lease.spent;
    return unspent;
  }

  #spendable(urgency: Urgency): number {
    const unspent = this.#unspent('common');
    const common = unspent === 0 || this.#sum('told') === 0 ? unspent : Math.max(0, Math.min(unspent, this.#room('common', true))); // Q3
    return urgency === 'common' ? common : common + this.#unspent('urgent');
  }

  allows(amount: number, urgency: Urgency): boolean {
    return amount === 0 || this.#spendable(urgency) >= amount;
  }

  /** Whether anything could be spent, of what is leased or could be. */
  hasRoom(urgency: Urgency): boolean {
    return this.#spendable(urgency) + this.#room(urgency) > 0;
  }

  /** What is urgent spends what all may spend first, so that the reserve lasts. */
  spend(amount: number, urgency: Urgency, nowMs: number): void {
    const common = Math.min(amount, this.#spendable('common'));
    drain(this.open, 'common', common, nowMs);
    if (urgency === 'urgent') drain(this.open, 'urgent', amount - common, nowMs);
  }

  mayForce(amount: number, nowMs: number): boolean {
    return this.#proposed(nowMs) + this.#room('urgent') >= amount;
  }

  /** What is proposed for what is urgent is spent first: it is written as it is, if it is written. */
  #proposed(nowMs: number): number {
    return this.pending.reduce((sum, { kind, weight, spent, openUntilMs }) => sum + (kind === 'urgent' && nowMs < openUntilMs ? weight - spent : 0), 0);
  }

  force(id: string, amount: number, nowMs: number): void {
    const proposed = Math.min(amount, this.#proposed(nowMs));
    drain(this.pending, 'urgent', proposed, nowMs);
    if (amount > proposed) this.#add(id, 'urgent', amount - proposed, nowMs + this.#countsForMs);
  }

  /** What was proposed is not durable; what was spent of it all the same is counted. */
  drop(): void {
    for (const lease of this.pending.splice(0)) if (lease.spent > 0) this.#close(lease);
  }

  /** Proposes a block for what is wanted, if the first that waits could then go. */
  lease(id: string, kind: Urgency, first: number, all: number, nowMs: number): boolean {
    const has = this.#spendable(kind);
    const room = this.#room(kind);
    if (has >= all || has >= first && first > 0 || has + room < first) return false;
    const share = Math.min(Math.ceil((kind === 'urgent' ? this.#reserve : this.window.limit) / LIVES_PER_WINDOW), Math.max(LEAST_BLOCK, 2 * this.#spentOfLast(kind))); // Q5
    const weight = Math.min(room, Math.max(all - has, share));
    if (weight <= 0) return false;
    this.pending.push({ id, kind, weight, openUntilMs: nowMs + this.lifeMs, spent: 0, lastMs: nowMs });
    return true;
  }

  granted(): void {
    this.open.push(...this.pending);
    this.pending = [];
    this.finished.clear(); // what was written no longer holds them
  }

  told(id: string, { limit: nowLimit, remaining, used, resetInMs = Infinity }: ToldWindow, nowMs: number): boolean {
    const { limit, perMs } = this.window;
    const lost = nowLimit === undefined ? 0 : Math.max(0, limit - nowLimit);
    const says = Math.max((used ?? 0) + lost, remaining === undefined ? 0 : limit - remaining);
    const foreign = Math.ceil(says - this.#sum('common', true) - this.#sum('urgent', true) - this.#sum('told'));
    if (!(foreign > 0)) return false;
    const untilMs = nowMs + Math.min(Math.max(0, resetInMs), perMs) + (this.#countsForMs - perMs);
    this.#add(id, 'told', foreign, untilMs);
    return true;
  }

  /** What ends at nearly the same time is one block. @returns the name under which it is counted */
  #add(id: string, kind: Kind, weight: number, untilMs: number): string {
    for (const [other, block] of this.counted) {
      if (block.kind !== kind || !block.ours || Math.abs(block.firstMs - untilMs) > this.#partMs) continue;
      block.weight += weight;
      block.untilMs = Math.max(block.untilMs, untilMs);
      return other;
    }
    this.counted.set(id, { kind, ours: true, firstMs: untilMs, weight, untilMs });
    return id;
  }

  /** What others have written. What is ours is known better here. */
  learn(perMs: number, blocks: readonly Block[], nowMs: number): void {
    const mine = new Set([...this.open, ...this.pending].map(({ id }) => id));
    const seen = new Set(blocks.map(({ id }) => id));
    const longerMs = Math.max(0, this.window.perMs - perMs); // it was written under another configuration
    for (const { id, kind, weight, forMs } of blocks) {
      const known = this.counted.get(id);
      if (mine.has(id) || known?.ours === true || this.finished.has(id)) continue;
      const untilMs = nowMs + forMs + longerMs;
      const longer = known === undefined || weight > known.weight; // something was added to it
      this.counted.set(id, { kind, ours: false, firstMs: untilMs, weight, untilMs: longer ? untilMs : Math.min(known.untilMs, untilMs) });
    }
    for (const [id, { ours }] of this.counted) if (!ours && !seen.has(id)) this.counted.delete(id);
    for (const id of this.finished) if (!seen.has(id)) this.finished.delete(id);
  }

  written(nowMs: number): readonly Block[] {
    const leases = [...this.open, ...this.pending].map(({ id, kind, weight, openUntilMs }): Block => ({ id, kind, weight, forMs: Math.ceil(openUntilMs - nowMs + this.#countsForMs) }));
    return [...leases, ...[...this.counted].map(([id, { kind, weight, untilMs }]): Block => ({ id, kind, weight, forMs: Math.ceil(untilMs - nowMs) }))];
  }

  /** When more may be free than now. */
  nextMs(): number {
    let nextMs = Infinity;
    for (const { openUntilMs } of this.open) nextMs = Math.min(nextMs, openUntilMs);
    for (const { untilMs } of this.counted.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }

  get hasOthers(): boolean {
    for (const { ours } of this.counted.values()) if (!ours) return true;
    return false;
  }

  get most(): Readonly<Record<Urgency, number>> {
    return { common: this.window.limit - this.#reserve, urgent: this.window.limit };
  }

  get figures(): WindowFigures {
    return { limit: this.window.limit, common: this.#sum('common', true), urgent: this.#sum('urgent', true), told: this.#sum('told'), free: Math.max(0, this.#room('urgent', true)) };
  }
}

type Shut = { readonly kind: Closing['kind']; readonly ours: boolean; readonly untilMs: number };
const LIMITED_MOST_MS = 60_000;
const BANNED_MS = 300_000;
const REFUSED_MS = 60_000;
const REFUSED_KEPT = 64;

export class Quota {
  readonly policy: BudgetPolicy;
  readonly #owner: string;
  readonly #windows: readonly WindowQuota[];
  readonly #shut = new Map<string, Shut>();
  readonly #finished = new Set<string>();
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
    const ends = [...this.#shut.values()].filter(({ kind }) => kind === 'banned' || (kind === 'limited' && urgency === 'common')).map(({ untilMs }) => untilMs); // Q4
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  get banned(): boolean {
    return [...this.#shut.values()].some(({ kind }) => kind === 'banned');
  }

  /** How often the venue has refused the first try of something urgent in the last minute, as far as all who share the state know. */
  get firstsRefused(): number {
    let refused = 0;
    for (const { kind } of this.#shut.values()) if (kind === 'refused') refused += 1;
    return refused;
  }

  /** The first try of something urgent was refused (429). */
  refused(nowMs: number): void {
    if (this.firstsRefused >= REFUSED_KEPT) return;
    this.#shut.set(this.#name(), { kind: 'refused', ours: true, untilMs: nowMs + REFUSED_MS });
    this.#news = true;
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
    if (limited !== undefined) this.#close('limited', nowMs + (limited.afterMs ?? this.#limitedMs));
    if (banned !== undefined) this.#close('banned', nowMs + (banned.afterMs ?? BANNED_MS));
  }

  #close(kind: Closing['kind'], untilMs: number): void {
    const sooner = [...this.#shut].filter(([, shut]) => shut.kind === kind && shut.ours);
    if (sooner.some(([, shut]) => shut.untilMs >= untilMs)) return;
    for (const [id] of sooner) this.#open(id);
    this.#shut.set(this.#name(), { kind, ours: true, untilMs });
    this.#news = true;
  }

  #open(id: string): void {
    this.#shut.delete(id);
    this.#finished.add(id);
  }

  pass(nowMs: number): void {
    for (const window of this.#windows) window.pass(nowMs);
    for (const [id, { untilMs }] of this.#shut) if (nowMs >= untilMs) this.#open(id);
  }

  learn(state: QuotaState, nowMs: number): void {
    for (const window of this.#windows) {
      const { perMs = 0, blocks = [] } = state.windows[window.window.name] ?? {};
      window.learn(perMs, blocks, nowMs);
    }
    this.#strangers = Object.fromEntries(Object.entries(state.windows).filter(([name]) => !this.#windows.some(({ window }) => window.name === name)));
    const seen = new Set(state.closings.map(({ id }) => id));
    for (const { id, kind, forMs } of state.closings) {
      const known = this.#shut.get(id);
      if (known?.ours === true || this.#finished.has(id)) continue;
      this.#shut.set(id, { kind, ours: false, untilMs: Math.min(known?.untilMs ?? Infinity, nowMs + forMs) });
    }
    for (const [id, { ours }] of this.#shut) if (!ours && !seen.has(id)) this.#shut.delete(id);
    for (const id of this.#finished) if (!seen.has(id)) this.#finished.delete(id);
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
    this.#finished.clear();
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
    let nextMs = Infinity;
    for (const window of this.#windows) nextMs = Math.min(nextMs, window.nextMs(), window.hasOthers ? nowMs + window.lifeMs : Infinity);
    for (const { untilMs } of this.#shut.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }

  get figures(): Readonly<Record<string, WindowFigures>> {
    return Object.fromEntries(this.#windows.map((window) => [window.window.name, window.figures]));
  }

  #state(nowMs: number): QuotaState {
    const closings = [...this.#shut].map(([id, { kind, untilMs }]): Closing => ({ id, kind, forMs: Math.ceil(untilMs - nowMs) }));
    const windows = this.#windows.map((window) => [window.window.name, { perMs: window.window.perMs, blocks: window.written(nowMs) }] as const);
    return { windows: { ...this.#strangers, ...Object.fromEntries(windows) }, closings };
  }

  #name(): string {
    this.#made += 1;
    return `${this.#owner}/${this.#made}`;
  }
}

/** Reads what was kept. @throws TypeError where it is no such state: nothing may be spent on a guess */
export function quotaOf(text: string): QuotaState {
  const state = JSON.parse(text) as QuotaState;
  const whole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const sound = typeof state === 'object' && state !== null && Array.isArray(state.closings) && state.closings.every(({ forMs, kind }) => whole(forMs) && (kind === 'limited' || kind === 'banned' || kind === 'refused'))
    && typeof state.windows === 'object' && Object.values(state.windows).every(({ perMs, blocks }) => whole(perMs) && Array.isArray(blocks) && blocks.every(({ id, weight, forMs }) => typeof id === 'string' && whole(weight) && whole(forMs)));
  if (!sound) throw new TypeError('What was kept of the rate budget cannot be read.');
  return state;
}
