/**
 * Posts what the bot wants as TradingView would: JSON with an id, sent again under the same id until it is answered.
 * Keeps what was answered, so that the end of the run can hold the runtime to it.
 */
import { sleep } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';
import { textAt } from '../table.ts';
import type { Wish } from './bot.ts';
import type { Web } from './web.ts';

export type Intake = { readonly id: string; readonly status: number; readonly outcome: string; readonly orderId: string | undefined; readonly duplicate: boolean };

export type AlertOptions = {
  readonly web: Web;
  readonly clock: Clock;
  readonly hook: string;
  readonly secret: string;
  readonly ticker: string;
  readonly run: string; // begins every id, so that runs on the same data do not share ids
};

const TRIES = 40;
const PAUSE_MS = 250;

export class Alerts {
  readonly #options: AlertOptions;
  readonly answered: Intake[] = [];
  readonly given: string[] = []; // up: never answered 2xx
  sentAgain = 0;
  #count = 0;

  constructor(options: AlertOptions) {
    this.#options = options;
  }

  async post(wish: Wish): Promise<Intake | undefined> {
    const { web, clock, hook, secret, ticker, run } = this.#options;
    const id = `${run}-${(this.#count += 1)}`;
    const body = {
      secret, id, ticker, action: wish.action, time: new Date(clock.wallMs()).toISOString(),
      ...('quantity' in wish ? { quantity: wish.quantity } : {}),
      ...('limitPrice' in wish && wish.limitPrice !== undefined ? { orderType: 'limit', limitPrice: wish.limitPrice } : {}),
    };
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const reply = await web.send('POST', hook, body);
      if ('status' in reply && reply.status < 300) {
        const orderId = textAt(reply.document, 'orderId');
        const intake: Intake = { id, status: reply.status, outcome: textAt(reply.document, 'outcome'), orderId: orderId === '' ? undefined : orderId, duplicate: textAt(reply.document, 'duplicate') === 'true' };
        this.answered.push(intake);
        return intake;
      }
      if ('status' in reply && reply.status < 500) break; // a definite no
      this.sentAgain += 1;
      await sleep(clock, PAUSE_MS);
    }
    this.given.push(id);
    return undefined;
  }
}
