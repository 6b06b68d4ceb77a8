/**
 * What a source's own times mean in ours. Its clock is another than journal time and may be any time off; how far is learnt from the messages that
 * took least.
 *
 * Owns the distance of the two clocks. Does not own what is too old.
 *
 *   O1. A moment of the source is never later in our time than when we heard of it, and at most the shortest way of a message too young.
 *   O2. Only a time that goes on teaches: a source that stands still grows old, for as long as it stands.
 *   O3. A clock that drifts is followed. One that is set looks old, never young, until that is sure: when ten times have gone on from there.
 */
const SPAN_MS = 300_000;
const SURE_AFTER = 10;

export class SourceClock {
  #shiftMs = 0; // since its clock was last set back
  #latestMs = -Infinity;
  #behindMs = -Infinity; // the latest of those before `latestMs`
  #behindTimes = 0;
  #spanBeganMs = -Infinity;
  #leastLagMs = Infinity; // in this span
  #lagBeforeMs = Infinity; // in the one before

  /**
   * It said this time, of a quote or of its answer, in a message that came at `cameAtMs`.
   * @returns the same on a clock of its own that was never set back
   */
  heard(saidMs: number, cameAtMs: number): number {
    const atMs = saidMs + this.#shiftMs;
    if (atMs > this.#latestMs) this.#learn(atMs, cameAtMs);
    else if (this.#goesOnBehind(atMs)) return this.#setBack(saidMs, cameAtMs);
    return atMs;
  }

  /** A moment that `heard` gave, in our time. */
  ours(atMs: number, cameAtMs: number): number {
    return Math.min(cameAtMs, atMs + Math.min(this.#leastLagMs, this.#lagBeforeMs)); // O1
  }

  #learn(atMs: number, cameAtMs: number): void { // O2
    this.#latestMs = atMs;
    this.#behindMs = -Infinity;
    this.#behindTimes = 0;
    if (cameAtMs - this.#spanBeganMs >= SPAN_MS) {
      this.#lagBeforeMs = this.#leastLagMs;
      this.#leastLagMs = Infinity;
      this.#spanBeganMs = cameAtMs;
    }
    this.#leastLagMs = Math.min(this.#leastLagMs, cameAtMs - atMs);
  }

  #goesOnBehind(atMs: number): boolean {
    if (atMs > this.#behindMs && atMs < this.#latestMs) {
      this.#behindMs = atMs;
      this.#behindTimes += 1;
    }
    return this.#behindTimes >= SURE_AFTER;
  }

  #setBack(saidMs: number, cameAtMs: number): number {
    const atMs = this.#latestMs + 1;
    this.#shiftMs = atMs - saidMs;
    [this.#leastLagMs, this.#lagBeforeMs] = [Infinity, Infinity];
    this.#learn(atMs, cameAtMs);
    return atMs;
  }
}
