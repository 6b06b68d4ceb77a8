/**
 * How many calls there were lately, how many failed, and how many were slow.
 *
 *   N1. A call leaves the counts when its time is over, whether or not another one comes: silence slides the window too.
 *   N2. Taking one in costs the same however many are in it.
 *
 * Time is cut into slices of a twelfth of the window; a call is counted until its slice is a whole window old.
 */
const SLICES = 12;
const FIELDS = 3; // calls, failures, slow calls

export class Window {
  readonly #sliceMs: number;
  #counts: Uint32Array | undefined; // most breakers never see a call
  #slice = -Infinity; // the newest that was counted in
  #endsMs = -Infinity; // of that slice
  #at = 0; // where its counts stand
  calls = 0;
  failures = 0;
  slow = 0;

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  add(failed: boolean, slow: boolean, nowMs: number): void {
    if (nowMs >= this.#endsMs) this.slideTo(nowMs);
    const counts = (this.#counts ??= new Uint32Array(SLICES * FIELDS));
    const at = this.#at;
    counts[at] = (counts[at] ?? 0) + 1;
    this.calls += 1;
    if (failed) {
      counts[at + 1] = (counts[at + 1] ?? 0) + 1;
      this.failures += 1;
    }
    if (slow) {
      counts[at + 2] = (counts[at + 2] ?? 0) + 1;
      this.slow += 1;
    }
  }

  /** Lets go of what is too old by now. */
  slideTo(nowMs: number): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    if (slice <= this.#slice) return;
    if (slice - this.#slice >= SLICES) this.clear();
    else for (let passed = this.#slice + 1; passed <= slice; passed += 1) this.#forget(placeOf(passed));
    this.#slice = slice;
    this.#endsMs = (slice + 1) * this.#sliceMs;
    this.#at = placeOf(slice);
  }

  clear(): void {
    if (this.calls === 0) return;
    this.#counts?.fill(0);
    this.calls = this.failures = this.slow = 0;
  }

  #forget(at: number): void {
    const counts = this.#counts;
    if (counts === undefined || counts[at] === 0) return;
    this.calls -= counts[at] ?? 0;
    this.failures -= counts[at + 1] ?? 0;
    this.slow -= counts[at + 2] ?? 0;
    counts.fill(0, at, at + FIELDS);
  }
}

const placeOf = (slice: number): number => (((slice % SLICES) + SLICES) % SLICES) * FIELDS;
