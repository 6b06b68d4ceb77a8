/**
 * Whoever wants to trade: asks for orders, repeats itself when it gets no answer, sometimes cancels, sometimes asks twice.
 * Always under the same key for the same wish, as a careful bot does.
 */
import { formatUnits } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import type { Clock, Net } from '../ports/index.ts';
import { BOT_TOKEN, HOOK_SECRET, RUNTIME_URL, SYMBOL } from './stage.ts';
import type { Stage } from './stage.ts';
import { amendsOf, restingOf } from './amend-wishes.ts';
import type { Tally } from './tally.ts';

export type ClientOptions = {
  readonly stage: Stage;
  readonly net: Net; // of the machine the client runs on
  readonly clock: Clock;
  readonly random: Random;
  readonly tally: Tally;
  readonly intents: number;
  readonly regretProbability: number;
  readonly withinMs: number;
  readonly amends: boolean; // it changes orders that rest
  readonly onTaken: (key: string) => void;
};

/** A wish as it is posted, and the key under which the runtime knows it. */
type Wish = { readonly key: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

type Asked = { readonly action?: 'cancel' | 'close'; readonly side?: string; readonly quantity?: string; readonly type?: 'market' | 'limit' | 'stop-limit'; readonly limitPrice?: string; readonly stopPrice?: string; readonly timeInForce?: string };

/** As a bot of one's own posts it. */
const intent = (id: string, asked: Asked): Wish =>
  ({ key: `bot/client/id:${id}`, path: '/api/v1/intents', headers: { authorization: `Bearer ${BOT_TOKEN}` }, body: JSON.stringify({ key: id, instrument: SYMBOL, ...asked }) });

/** As an alert of TradingView posts it. */
const alert = (id: string, { side, quantity, type, limitPrice, stopPrice }: Asked): Wish => ({
  key: `tv/hook/id:${id}`, path: '/hooks/tradingview/hook', headers: { 'content-type': 'text/plain' },
  body: JSON.stringify({ id, secret: HOOK_SECRET, ticker: 'BTCUSD', action: side, quantity, orderType: type === 'stop-limit' ? 'stop_limit' : type, limitPrice, stopPrice }),
});

const RESTING = 6; // orders that are there to be changed
const RETRY_MS = 1_500;
const ANSWER_MS = 3_000; // as long as TradingView waits
const MOST_TRIES = 40;

export class Client {
  readonly #options: ClientOptions;
  asked = 0;
  open = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { random, clock, intents, withinMs, regretProbability } = options;
    const [late, regrets] = [random.fork('late'), random.fork('regrets')];
    for (let i = 0; i < intents; i++) {
      const wish = this.#wish(i);
      const atMs = random.below(withinMs);
      clock.timer(atMs, () => void this.#ask(wish, 0));
      if (regrets.chance(regretProbability)) clock.timer(atMs + 300 + regrets.below(4_000), () => void this.#ask(intent(`regret-${i}`, { action: 'cancel' }), 1));
      if (random.chance(0.15)) clock.timer(atMs + random.below(40_000), () => void this.#ask(wish, 3)); // the same wish again, later
      if (late.chance(0.3)) clock.timer(atMs + late.below(withinMs), () => void this.#ask(wish, 3)); // and much later
    }
    const changes = random.fork('amends');
    if (options.amends) for (let n = 0; n < RESTING; n++) clock.timer(changes.below(withinMs), () => this.#changeItsMind(n, changes.fork(`${n}`)));
  }

  #changeItsMind(n: number, random: Random): void {
    const { clock } = this.#options;
    const { id, ...order } = restingOf(random, n, this.#middle());
    void this.#ask(intent(id, order), 0);
    for (const { id: amendId, afterMs, body } of amendsOf(random, { id, ...order })) {
      const wish = intent(amendId, body);
      clock.timer(afterMs, () => void this.#ask(wish, 0));
      if (random.chance(0.3)) clock.timer(afterMs + random.below(40_000), () => void this.#ask(wish, 3));
    }
  }

  #middle(): number {
    const price = this.#options.stage.exchange.quote(SYMBOL);
    return price === undefined ? 60_000 : Math.round((Number(price.bid) + Number(price.ask)) / 2);
  }

  #wish(i: number): Wish {
    const { random } = this.#options;
    const middle = this.#middle();
    const id = `wish-${i}`;
    const kind = random.below(20);
    if (kind === 0) return intent(id, { action: 'cancel' });
    if (kind === 1) return intent(id, { action: 'close' });
    const side = random.chance(0.6) ? 'buy' : 'sell';
    const quantity = formatUnits(BigInt(1_000_000 + random.below(200_000_000)), 9);
    const type = random.pick(['market', 'limit', 'limit', 'limit', 'stop-limit'] as const);
    const post = random.chance(0.5) ? intent : alert;
    if (type === 'market') return post(id, { side, quantity, type });
    const slip = random.chance(0.03) ? random.pick([0.9, 1.1] as const) : 1; // a price nobody can have meant
    const limitPrice = (middle * slip * (1 + (random.next() - 0.5) * 0.01)).toFixed(2);
    if (type === 'stop-limit') return post(id, { side, quantity, type, limitPrice, stopPrice: (middle * (1 + (random.next() - 0.5) * 0.006)).toFixed(2) });
    return intent(id, { side, quantity, type, limitPrice, timeInForce: random.pick(['gtc', 'gtc', 'gtc', 'ioc', 'ioc', 'fok'] as const) });
  }

  async #ask(wish: Wish, tries: number): Promise<void> {
    const { net, clock, tally, onTaken } = this.#options;
    if (tries === 0) this.asked += 1;
    const again = (why: string): void => {
      tally.state(`intake: ${why}`);
      if (tries < MOST_TRIES) clock.timer(RETRY_MS, () => void this.#ask(wish, tries + 1));
    };
    const outcome = await net.request({ method: 'POST', url: `${RUNTIME_URL}${wish.path}`, headers: wish.headers, body: new TextEncoder().encode(wish.body) }, ANSWER_MS);
    if (outcome.kind !== 'answered') return again(outcome.kind === 'not-sent' ? 'nobody listened' : 'no answer');
    if (outcome.status >= 500) return again(`answered ${outcome.status}`);
    const text = new TextDecoder().decode(outcome.body);
    if (outcome.status !== 200) throw new Error(`a sound wish was answered ${outcome.status}: ${text} to ${wish.body}`);
    const told = JSON.parse(text) as { duplicate?: boolean };
    if (told.duplicate === true) tally.state('a repetition was recognised');
    onTaken(wish.key);
  }
}
