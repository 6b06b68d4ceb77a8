/** The bot at work: prices in, alerts out, never faster than the runtime follows; and around it what is shown meanwhile. */
import { realIds } from '../../edges/clock/index.ts';
import type { Clock } from '../../ports/index.ts';
import { StageError } from '../failure.ts';
import { textAt } from '../table.ts';
import { Alerts } from './alerts.ts';
import { Bot } from './bot.ts';
import { steadyBooks } from './books.ts';
import type { Ending } from './ending.ts';
import { finish } from './finish.ts';
import type { Summary } from './finish.ts';
import { Follower } from './follow.ts';
import { livePrices, replayedPrices } from './prices.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';
import { documentOf } from './web.ts';
import type { Web } from './web.ts';

export type TradingOptions = {
  readonly web: Web; readonly clock: Clock; readonly show: Show; readonly ending: Ending; readonly stage: Stage; readonly data: string; readonly source: string; readonly secret: string; readonly ticker: string;
  readonly symbol: string; readonly isReplay: boolean; readonly speed: number | 'max';
};

const QUANTITY = '0.01';
const [LIVE_WINDOW, REPLAY_WINDOW] = [4, 7]; // prices in the bot's average
const READY_MS = 60_000;
const BOOKS_EVERY_MS = 4_000;
const MOST_OPEN = 64; // orders at once, before the bot waits
const [MOST_LOOKS, LOOK_MS] = [120, 30_000]; // at the venue, while something keeps orders from leaving
const FOLLOW_MS = 250; // how long the bot waits for an order before it goes on

export class Trading {
  readonly #options: TradingOptions;
  readonly #control: string;
  readonly #alerts: Alerts;

  constructor(options: TradingOptions) {
    this.#options = options;
    const { web, clock, stage, source, secret, ticker } = options;
    this.#control = `unix:${stage.controlSocket}:`;
    this.#alerts = new Alerts({ web, clock, hook: `${stage.listening}/hooks/tradingview/${source}`, secret, ticker, run: realIds().id().slice(0, 13) });
  }

  /** @param settleMs how long the end may take, asked for when it comes */
  async run(settleMs: () => number): Promise<Summary> {
    const { web, clock, show, ending, stage } = this.#options;
    await this.#untilTrading();
    const sinceSeq = Number(textAt(documentOf(await web.get(`${this.#control}/api/v1/status`)), 'journal.durableSeq'));
    const follower = new Follower({ web, clock, control: this.#control, sinceSeq, onTold: (told) => show.told(told) });
    void follower.run();
    const showing = this.#showBooks();
    await this.#trade(follower);
    ending.want();
    await showing;
    const summary = await finish({ web, clock, control: this.#control, exchange: stage.exchange, alerts: this.#alerts, follower, settleMs: settleMs(), show });
    follower.stop();
    return summary;
  }

  async #trade(follower: Follower): Promise<void> {
    const { web, show, ending, stage, symbol, isReplay, speed } = this.#options;
    const bot = new Bot({ window: isReplay ? REPLAY_WINDOW : LIVE_WINDOW, quantity: QUANTITY });
    const pause = (ms: number): Promise<boolean> => ending.pause(ms);
    let seen = 0;
    for await (const price of isReplay ? replayedPrices(web, pause, stage.exchange, speed) : livePrices(web, pause, stage.exchange, symbol)) {
      if (ending.wanted) return;
      seen += 1;
      const wish = bot.sees(price);
      if (wish === undefined) continue;
      const orderId = (await this.#alerts.post(wish))?.orderId;
      if (orderId !== undefined && speed === 'max') await follower.until(() => ending.wanted || follower.ways.get(orderId)?.endedAtMs !== undefined, FOLLOW_MS);
      if (isReplay) await this.#untilUnblocked(follower); // a recording can wait; a market cannot
      while (follower.open.size >= MOST_OPEN && !ending.wanted) await follower.until(() => ending.wanted || follower.open.size < MOST_OPEN, BOOKS_EVERY_MS);
    }
    if (isReplay && seen === 0) show.say('The recording was played to its end on this data before; give another --data to play it again.');
  }

  async #untilUnblocked(follower: Follower): Promise<void> {
    const { web, ending } = this.#options;
    for (let asked = 0; asked < MOST_LOOKS && follower.blockers.size > 0 && !ending.wanted; asked += 1) {
      await web.send('POST', `${this.#control}/api/v1/reconcile`, {}, LOOK_MS);
      await follower.until(() => ending.wanted || follower.blockers.size === 0, FOLLOW_MS * 2);
    }
  }

  async #showBooks(): Promise<void> {
    const { web, show, ending, stage } = this.#options;
    while (await ending.pause(BOOKS_EVERY_MS)) {
      const view = await steadyBooks(web, this.#control, stage.exchange, (ms) => ending.pause(ms));
      if (view.kind !== 'moving' || !ending.wanted) show.books(view);
    }
  }

  async #untilTrading(): Promise<void> {
    const { web, clock, show, ending, data } = this.#options;
    let untilMs = clock.monotonicMs() + READY_MS;
    let isTold = false;
    let last = 'it does not answer';
    while (clock.monotonicMs() < untilMs && !ending.wanted) {
      const status = documentOf(await web.get(`${this.#control}/api/v1/status`));
      const state = textAt(status, 'state');
      if (state === 'trading') return;
      last = textAt(status, 'sentence') || last;
      if (state === 'halted') { // remembered from an earlier run; only a person opens it
        if (!isTold) show.say(`${last} The bot waits until, in another terminal: breakwater resume --reason "…"${data === 'data' || data === './data' ? '' : ` --data ${data}`}`);
        isTold = true;
        untilMs = clock.monotonicMs() + READY_MS;
      }
      await ending.pause(100);
    }
    if (!ending.wanted) throw new StageError(`the runtime did not begin to trade within a minute: ${last}`);
  }
}
