/**
 * Tells whoever of the caller's asked to be told that a stop has ended, confirmed or not.
 *
 *   W1. After its end is durable, and once for each stop and callback; at least once over restarts: a callback that was told stands in the journal.
 *   W2. One that does not end in its time is told as late, and holds up nobody.
 */
import { reasonOf } from '../base/index.ts';
import { gateAt, isShut } from '../core/index.ts';
import type { Stop, StopStep } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Turns } from './turns.ts';

/** Something of the caller's that is told when a stop has ended. */
export type StopCallback = { readonly name: string; readonly withinMs: number; readonly word?: Stop['word']; run(stop: Stop): Promise<void> | void }; // `word`: of which alone; absent: of both

export type StopCallbacksOptions = {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly isOver: () => boolean;
  readonly tell: (id: string, outcome: StopStep['outcome'], detail: string) => void;
};

export class StopCallbacks {
  readonly #options: StopCallbacksOptions;
  readonly #callbacks: StopCallback[] = [];
  readonly #called = new Set<string>();

  constructor(options: StopCallbacksOptions) {
    this.#options = options;
  }

  add(callback: StopCallback): () => void {
    this.#callbacks.push(callback);
    return () => void this.#callbacks.splice(this.#callbacks.indexOf(callback), 1);
  }

  /** Something was decided: stops that have ended are told of. Called as often as you like. */
  heed(): void {
    const { world } = this.#options.turns;
    if (this.#callbacks.length === 0) return;
    for (const stop of [...world.stops.values()]) {
      if (stop.outcome === 'running' || !isShut(gateAt(world, stop.scope).state)) continue; // what somebody has resumed is history
      for (const callback of this.#callbacks) if (callback.word === undefined || callback.word === stop.word) this.#call(stop, callback);
    }
  }

  #call(stop: Stop, callback: StopCallback): void {
    const { turns, clock, isOver } = this.#options;
    const name = `${stop.id} ${callback.name}`;
    if (this.#called.has(name) || stop.steps['']?.some(({ step, detail }) => step === 'callback' && detail.startsWith(`${callback.name}:`)) === true) return;
    this.#called.add(name);
    let isTold = false;
    const tell = (outcome: StopStep['outcome'], detail: string): void => {
      if (isTold || isOver()) return;
      isTold = true;
      cancel();
      this.#options.tell(stop.id, outcome, `${callback.name}: ${detail}`);
    };
    const cancel = clock.timer(callback.withinMs, () => tell('late', `no end within ${callback.withinMs} ms`));
    void turns.durable(turns.headSeq).then(() => callback.run(stop)).then(() => tell('done', 'called'), (thrown: unknown) => tell('failed', reasonOf(thrown)));
  }
}
