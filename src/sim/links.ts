/**
 * What lies between two hosts: how long a message travels, and whether it gets through.
 *
 *   L1. Each direction between two hosts draws its latencies from a stream of its own: one more message here does not
 *       change what happens there.
 */
import type { Random } from '../base/index.ts';
import type { Clock } from '../ports/index.ts';

/**
 * `cut`: no connection can be made, and nothing under way arrives. `half-open`: the same loss, but it looks like a
 * connection: what is sent seems to leave.
 */
export type LinkState = 'open' | 'cut' | 'half-open';
export type Latency = { readonly min: number; readonly max: number };

export class Links {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latencyMs: Latency;
  readonly #states = new Map<string, LinkState>();
  readonly #streams = new Map<string, Random>();

  constructor(clock: Clock, random: Random, latencyMs: Latency) {
    this.#clock = clock;
    this.#random = random;
    this.#latencyMs = latencyMs;
  }

  state(a: string, b: string): LinkState {
    return this.#states.get(pair(a, b)) ?? 'open';
  }

  set(a: string, b: string, state: LinkState): void {
    if (state === 'open') this.#states.delete(pair(a, b));
    else this.#states.set(pair(a, b), state);
  }

  healAll(): void {
    this.#states.clear();
  }

  drawLatencyMs(from: string, to: string): number {
    const { min, max } = this.#latencyMs;
    if (max <= min) return min;
    const direction = `${from}>${to}`;
    let stream = this.#streams.get(direction);
    if (stream === undefined) this.#streams.set(direction, (stream = this.#random.fork(direction)));
    return min + stream.below(max - min + 1);
  }

  /** Brings one message over, if the link is open when it arrives. */
  carry(from: string, to: string, moreMs: number, arrive: () => void): void {
    this.#clock.timer(this.drawLatencyMs(from, to) + moreMs, () => {
      if (this.state(from, to) === 'open') arrive();
    });
  }

  /**
   * One direction of a connection: everything arrives in the order in which it was sent. Once something was lost nothing
   * follows it, because a stream of bytes has no gaps.
   */
  pipe(from: string, to: string): (arrive: () => void) => void {
    let lastArrivalMs = 0;
    let broken = false;
    return (arrive) => {
      const nowMs = this.#clock.monotonicMs();
      lastArrivalMs = Math.max(lastArrivalMs, nowMs + this.drawLatencyMs(from, to));
      this.#clock.timer(lastArrivalMs - nowMs, () => {
        broken ||= this.state(from, to) !== 'open';
        if (!broken) arrive();
      });
    };
  }
}

const pair = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`);
