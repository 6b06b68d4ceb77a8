/** Several recordings, played as one: always the step of the one that is furthest behind. */
import type { Replay, Step } from './replay.ts';

export class Recordings {
  readonly #replays: readonly Replay[];

  constructor(replays: readonly Replay[]) {
    this.#replays = replays;
  }

  [Symbol.iterator](): Iterator<Replay> {
    return this.#replays[Symbol.iterator]();
  }

  /** The step that `take` would give; undefined at the end of all. */
  async peek(): Promise<Step | undefined> {
    return (await this.#furthestBehind())?.peek();
  }

  async take(): Promise<Step | undefined> {
    return (await this.#furthestBehind())?.take();
  }

  async #furthestBehind(): Promise<Replay | undefined> {
    let first: { replay: Replay; timestampMs: number } | undefined;
    for (const replay of this.#replays) {
      const step = await replay.peek();
      if (step !== undefined && (first === undefined || step.timestampMs < first.timestampMs)) first = { replay, timestampMs: step.timestampMs };
    }
    return first?.replay;
  }
}
