/**
 * Whoever wants to trade: asks for orders, repeats itself when it gets no answer, sometimes cancels, sometimes asks twice.
 * Always under the same key for the same wish, as a careful bot does.
 */
import { formatUnits } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import { readIntent } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import { SYMBOL, VENUE } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

export type ClientOptions = {
  readonly stage: Stage;
  readonly clock: Clock;
  readonly random: Random;
  readonly tally: Tally;
  readonly intents: number;
  readonly withinMs: number;
  readonly onTaken: (key: string) => void;
};

const RETRY_MS = 1_500;

export class Client {
  readonly #options: ClientOptions;
  asked = 0;
  open = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { random, clock, intents, withinMs } = options;
    for (let i = 0; i < intents; i++) {
      const wish = this.#wish(i);
      const atMs = random.below(withinMs);
      clock.timer(atMs, () => void this.#ask(wish, 0));
      if (random.chance(0.15)) clock.timer(atMs + random.below(40_000), () => void this.#ask(wish, 3)); // the same wish again, later
    }
  }

  #wish(i: number): string {
    const { random } = this.#options;
    const price = this.#options.stage.exchange.quote(SYMBOL);
    const middle = price === undefined ? 60_000 : Math.round((Number(price.bid) + Number(price.ask)) / 2);
    const key = `wish-${i}`;
    const kind = random.below(20);
    if (kind === 0) return JSON.stringify({ key, action: 'cancel', instrument: SYMBOL });
    if (kind === 1) return JSON.stringify({ key, action: 'close', instrument: SYMBOL });
    const side = random.chance(0.6) ? 'buy' : 'sell';
    const quantity = formatUnits(BigInt(1_000_000 + random.below(200_000_000)), 9);
    const type = random.pick(['market', 'limit', 'limit', 'limit', 'stop-limit'] as const);
    if (type === 'market') return JSON.stringify({ key, instrument: SYMBOL, side, quantity, type });
    const away = 1 + (random.next() - 0.5) * 0.01;
    const limitPrice = (middle * away).toFixed(2);
    if (type === 'stop-limit') return JSON.stringify({ key, instrument: SYMBOL, side, quantity, type, limitPrice, stopPrice: (middle * (1 + (random.next() - 0.5) * 0.006)).toFixed(2) });
    return JSON.stringify({ key, instrument: SYMBOL, side, quantity, type, limitPrice, timeInForce: random.pick(['gtc', 'gtc', 'ioc', 'fok'] as const) });
  }

  async #ask(body: string, tries: number): Promise<void> {
    const { stage, clock, tally, onTaken } = this.#options;
    if (tries === 0) this.asked += 1;
    const reading = readIntent(body, { name: 'client', strategy: 'sim' });
    if (reading.kind !== 'signal') throw new Error(`the client wrote ${body}, which is malformed: ${reading.reason}`);
    const { signal } = reading;
    const again = (): void => {
      tally.state('a request to us was not answered');
      clock.timer(RETRY_MS, () => void this.#ask(body, tries + 1));
    };
    const { runtime } = stage;
    if (runtime === undefined) return again();
    try {
      let answered = false;
      clock.timer(3_000, () => { if (!answered) again(); });
      const { outcome } = await runtime.submit({ kind: 'signal', routed: { signal, venue: VENUE, symbol: SYMBOL, windowMs: 0 } }, { actor: 'signal:client', correlationId: signal.key }, 'new-risk');
      answered = true;
      if (outcome.kind === 'conflict') throw new Error(`the same wish was taken for another: ${outcome.reason}`);
      if ('repeated' in outcome && outcome.repeated) tally.state('a repetition was recognised');
      onTaken(signal.key);
    } catch (thrown) {
      tally.state(`an intake was refused: ${thrown instanceof Error ? thrown.constructor.name : 'unknown'}`);
    }
  }
}
