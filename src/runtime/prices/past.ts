/** One trusted price every so often, for as long as a limit may look back. */
import type { TrustedPrice } from '../../core/index.ts';

const EVERY_MS = 5_000;
const MOST = 720; // an hour

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
    return this.#past.get(key)?.find(({ seenAtMs }) => nowMs - seenAtMs <= withinMs);
  }
}
