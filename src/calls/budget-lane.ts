/** Who waits for room in a rate budget, in the order of their coming, and how much all of them want together. */
import type { Demand, Urgency } from '../core/calls/index.ts';
import type { Pass } from './caution.ts';

export type BudgetLane = { readonly name: string; readonly waitingMost?: number };

export type Entry = { readonly amounts: readonly number[]; readonly again: boolean; readonly begin: (pass: Pass) => void; readonly fail: (reason: Error) => void };

export class Lane {
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

/** From the most urgent down; where there is more than one, the first alone is urgent. */
export class Lanes {
  readonly all: readonly Lane[];
  readonly #windows: number;

  constructor(lanes: readonly BudgetLane[], windows: number) {
    this.#windows = windows;
    this.all = lanes.map((lane, at) => new Lane(lane, at === 0 && lanes.length > 1 ? 'urgent' : 'common', windows));
    if (lanes.length === 0) throw new TypeError('A rate budget needs at least one lane.');
    if (new Set(lanes.map((lane) => lane.name)).size < lanes.length) throw new TypeError('Two lanes of a rate budget have the same name.');
  }

  /** The last one, where none is named. */
  of(name: string | undefined): Lane {
    const lane = name === undefined ? this.all.at(-1) : this.all.find((one) => one.name === name);
    if (lane === undefined) throw new TypeError(`There is no lane "${name}" in this rate budget; it has ${this.all.map((one) => one.name).join(', ')}.`);
    return lane;
  }

  get wait(): boolean {
    return this.all.some(({ waiting }) => waiting.size > 0);
  }

  /** Whether somebody waits in this lane, or in one that is more urgent. */
  waitBefore(lane: Lane): boolean {
    for (const other of this.all) {
      if (other.waiting.size > 0) return true;
      if (other === lane) return false;
    }
    return false;
  }

  demand(urgency: Urgency): Demand {
    const lanes = this.all.filter((lane) => lane.urgency === urgency && lane.waiting.size > 0);
    const each = (of: (at: number) => number): readonly number[] => Array.from({ length: this.#windows }, (_, at) => of(at));
    return { first: each((at) => lanes[0]?.first?.amounts[at] ?? 0), all: each((at) => lanes.reduce((sum, lane) => sum + (lane.sums[at] ?? 0), 0)) };
  }
}
