/**
 * The sample strategy: mean reversion on one price. It buys when the price falls through its own average and sells when it
 * rises through it; now and then it buys by a limit order instead, and takes it back a few prices later.
 *
 * No advice: it exists to give the runtime something to do. The same prices give the same wishes.
 */
export type Wish =
  | { readonly action: 'buy' | 'sell'; readonly quantity: string; readonly limitPrice?: string }
  | { readonly action: 'cancel' };

export type BotOptions = { readonly window: number; readonly quantity: string };

const LIMIT_EVERY = 6; // purchases; a sale never waits, so that somebody who buys beside it does not meet it
const LIMIT_STANDS = 4; // prices; meanwhile it asks for nothing else, so that it never trades with itself
const LIMIT_BELOW = 0.0015;

export class Bot {
  readonly #options: BotOptions;
  readonly #prices: number[] = [];
  #wasBelow: boolean | undefined;
  #purchases = 0;
  #cancelIn = 0;

  constructor(options: BotOptions) {
    this.#options = options;
  }

  /** The next price; the answer is what the strategy wants done about it. */
  sees(price: number): Wish | undefined {
    const { window, quantity } = this.#options;
    this.#prices.push(price);
    if (this.#prices.length > window) this.#prices.shift();
    if (this.#prices.length < window) return undefined;
    const mean = this.#prices.reduce((sum, one) => sum + one, 0) / window;
    const isBelow = price === mean ? this.#wasBelow ?? false : price < mean;
    const crossed = this.#wasBelow !== undefined && this.#wasBelow !== isBelow;
    this.#wasBelow = isBelow;
    if (this.#cancelIn > 0) return (this.#cancelIn -= 1) === 0 ? { action: 'cancel' } : undefined;
    if (!crossed) return undefined;
    if (!isBelow) return { action: 'sell', quantity };
    this.#purchases += 1;
    if (this.#purchases % LIMIT_EVERY !== 0) return { action: 'buy', quantity };
    this.#cancelIn = LIMIT_STANDS;
    return { action: 'buy', quantity, limitPrice: (price * (1 - LIMIT_BELOW)).toFixed(2) };
  }
}
