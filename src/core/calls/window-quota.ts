/**
 * One window of a venue's limits: what of it is leased, what was spent, and what counts for how much longer.
 *
 * Owns Q1, Q2, Q3 and Q5 of `Quota` for its window. Does not own what the windows decide together, nor where it is kept.
 */
import { reserveOf } from './policy.ts';
import type { BudgetPolicy, BudgetWindow } from './policy.ts';
import type { Block, Kind, Urgency } from './quota-state.ts';
import type { ToldWindow } from './told.ts';

export type WindowFigures = { readonly limit: number; readonly common: number; readonly urgent: number; readonly told: number; readonly free: number; readonly spare: number }; // `free`: for what is urgent; `spare`: for the rest

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

export class WindowQuota {
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

  /** Whether half of the reserve would be left for first tries. */
  spares(amount: number): boolean {
    return amount === 0 || this.#spendable('urgent') + this.#room('urgent') - amount >= Math.floor(this.#reserve / 2);
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
    return { limit: this.window.limit, common: this.#sum('common', true), urgent: this.#sum('urgent', true), told: this.#sum('told'), free: Math.max(0, this.#room('urgent', true)), spare: Math.max(0, this.#room('common', true)) };
  }
}
