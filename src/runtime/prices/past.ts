/** One trusted price every so often, for as long as a limit may look back. */
import type { TrustedPrice } from '../../core/index.ts';

const EVERY_MS = 5_000;
const MOST = 720; // an hour
const NONE: readonly TrustedPrice[] = [];

export class PastPrices {
  readonly #past = new Map<string, TrustedPrice[]>(); // the oldest first

  remember(key: string, price: TrustedPrice | undefined): void {
    const past = this.#past.get(key) ?? [];
    const last = past.at(-1);
    if (price === undefined || (last !== undefined && price.seenAtMs - last.seenAtMs < EVERY_MS)) return;
    past.push(price);
    if (past.length > MOST) past.shift();
    this.#past.set(key, past);
  }

  earlier(key: string, nowMs: number, withinMs: number): TrustedPrice | undefined {
    const past = this.#past.get(key) ?? NONE;
    let [low, high] = [0, past.length]; // an hour holds hundreds of them, and every order asks
    while (low < high) {
      const middle = (low + high) >> 1;
      if (nowMs - (past[middle]?.seenAtMs ?? 0) <= withinMs) high = middle;
      else low = middle + 1;
    }
    return past[low];
  }
}
