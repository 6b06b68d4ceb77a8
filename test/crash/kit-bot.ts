/** A bot that wants orders and does not let go: each wish is repeated under its key until it is answered. */
import { seededRandom } from '../../src/base/index.ts';
import type { Random } from '../../src/base/index.ts';
import { pause } from './kit-program.ts';
import { TOKEN } from './kit.ts';
import type { Json, System } from './kit.ts';

export type Wish = {
  readonly key: string;
  readonly body: Readonly<Record<string, string>>;
  tries: number;
  answer: Json; // of the first 2xx
};

const waits = ({ body }: Wish): boolean => body['type'] === 'limit' && body['timeInForce'] === undefined;

const HUGE = '3'; // worth more than one order may be: blocked, and that is recorded

export class Bot {
  readonly wishes: Wish[] = [];
  readonly refused: string[] = []; // answers that no repetition would change; there should be none
  readonly #system: System;
  readonly #random: Random;
  readonly #producers: Promise<void>[];
  #stopping = false;
  #sent: (() => void)[] = [];

  /** @param producers how many wishes are on their way at once */
  constructor(system: System, { producers, everyMs, seed }: { readonly producers: number; readonly everyMs: number; readonly seed: number }) {
    this.#system = system;
    this.#random = seededRandom(`bot ${seed}`);
    this.#producers = Array.from({ length: producers }, () => this.#produce(everyMs));
  }

  /** Settles when the next order is on its way to the exchange, as the runtime answers. */
  sending(): Promise<void> {
    return new Promise((resolve) => void this.#sent.push(resolve));
  }

  /** No more new wishes; settles when the last one is answered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#producers);
  }

  /** So many wishes at once, each until it is answered. */
  async burst(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#insist(this.#wish())));
  }

  /** Wants everything that stands in the book gone. */
  async cancelAll(): Promise<void> {
    await this.#insist(this.#add({ key: `cancel-${this.wishes.length}`, action: 'cancel', instrument: 'BTC/USD' }));
  }

  async #produce(everyMs: number): Promise<void> {
    while (!this.#stopping && !this.#system.isDestroyed) {
      const wish = this.#wish();
      await this.#insist(wish);
      await pause(this.#random.below(2 * everyMs));
      // While it waits in the book, the exchange refuses what would trade with it: sooner or later it has to go.
      if (waits(wish)) await this.cancelAll();
    }
  }

  #wish(): Wish {
    const random = this.#random;
    const key = `wish-${this.wishes.length + 1}`;
    const side = random.pick(['buy', 'sell']);
    const base = { key, side, instrument: 'BTC/USD', quantity: random.chance(0.05) ? HUGE : `0.${String(1 + random.below(90)).padStart(4, '0')}` };
    const priced = random.next();
    if (priced < 0.6) return this.#add(base);
    if (priced < 0.98) return this.#add({ ...base, type: 'limit', timeInForce: 'ioc', limitPrice: side === 'buy' ? '75000' : '45000' });
    return this.#add({ ...base, type: 'limit', limitPrice: side === 'buy' ? '52000' : '70000' }); // waits in the book
  }

  #add(body: Readonly<Record<string, string>> & { readonly key: string }): Wish {
    const wish: Wish = { key: body.key, body, tries: 0, answer: undefined };
    this.wishes.push(wish);
    return wish;
  }

  async #insist(wish: Wish): Promise<void> {
    while (!this.#system.isDestroyed) {
      wish.tries += 1;
      const answered = await this.#post(wish);
      if (answered !== undefined && answered.status >= 200 && answered.status < 300) {
        wish.answer = answered.body;
        if (answered.body.phase === 'sending') for (const resolve of this.#sent.splice(0)) resolve();
        return;
      }
      if (answered !== undefined && answered.status >= 400 && answered.status < 500) {
        this.refused.push(`${wish.key}: ${answered.status} ${JSON.stringify(answered.body)}`);
        return;
      }
      await pause(20 + this.#random.below(60));
    }
  }

  async #post(wish: Wish): Promise<{ readonly status: number; readonly body: Json } | undefined> {
    try {
      const response = await fetch(`${this.#system.doorUrl}/api/v1/intents`, {
        method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(wish.body), signal: AbortSignal.timeout(5_000),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return undefined; // nobody there, or gone in the middle: not known whether it was taken
    }
  }
}
