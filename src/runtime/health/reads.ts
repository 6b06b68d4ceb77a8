/** How the readings of each venue went lately: enough to tell a venue that answers from one that does not. Samples. */

const WINDOW_MS = 60_000;
const KEPT = 200;

/** `inARow`: of looks at the account, not of prices. */
export type Went = { readonly reads: number; readonly failed: number; readonly inARow: number };
type Reading = { readonly of: 'account' | 'prices'; readonly worked: boolean; readonly atMs: number };

export class Reads {
  readonly #nowMs: () => number;
  readonly #went = new Map<string, Reading[]>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  noted(venue: string, of: Reading['of'], worked: boolean): void {
    const went = this.#went.get(venue) ?? [];
    went.push({ of, worked, atMs: this.#nowMs() });
    if (went.length > KEPT) went.shift();
    this.#went.set(venue, went);
  }

  of(venue: string): Went {
    const since = this.#nowMs() - WINDOW_MS;
    const all = this.#went.get(venue) ?? [];
    const lately = all.filter(({ atMs }) => atMs >= since);
    const looks = all.filter((reading) => reading.of === 'account');
    return { reads: lately.length, failed: lately.filter(({ worked }) => !worked).length, inARow: looks.length - 1 - looks.findLastIndex(({ worked }) => worked) };
  }
}
