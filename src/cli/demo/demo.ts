/** One run of the demo: set the stage, let the bot trade, end it in good order, and judge it. */
import { dirname, join } from 'node:path';
import { reasonOf } from '../../base/index.ts';
import { realClock, realIds } from '../../edges/clock/index.ts';
import { realNet } from '../../edges/net/index.ts';
import { onEndSignal } from '../../edges/process/index.ts';
import { sleep } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';
import { jsonLine } from '../answer.ts';
import type { Cli } from '../cli.ts';
import { configFor } from '../configuration.ts';
import { symbolOf } from '../exchange.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../failure.ts';
import { Alerts } from './alerts.ts';
import { Bot } from './bot.ts';
import { compareBooks } from './books.ts';
import { Follower } from './follow.ts';
import { finish } from './finish.ts';
import { livePrices, replayedPrices } from './prices.ts';
import { humanShow, jsonShow } from './show.ts';
import { setStage } from './stage.ts';
import { documentOf, webOver } from './web.ts';
import { textAt } from '../table.ts';

export type DemoOptions = {
  readonly json: boolean; readonly data: string; readonly config: string | undefined; readonly forMs: number | undefined; readonly replay: string | undefined; readonly speed: number | 'max';
  readonly faults: string | undefined; readonly port: number; readonly seed: number; readonly settleMs: number;
};

const QUANTITY = '0.01';
const [LIVE_WINDOW, REPLAY_WINDOW] = [4, 7];
const BOOKS_EVERY_MS = 4_000;
const MOST_OPEN = 64; // orders at once, before the bot waits
const [MOST_LOOKS, LOOK_MS] = [120, 30_000]; // at the venue, while something keeps orders from leaving
const FOLLOW_MS = 250; // how long the bot waits for an order before it goes on

export async function runDemo(cli: Cli, options: DemoOptions): Promise<number> {
  const { terminal } = cli;
  const clock = realClock();
  const show = options.json ? jsonShow(terminal) : humanShow(terminal);
  const config = options.config ?? join(dirname(terminal.program), '../config/demo.json');
  const { venue, source, secret, ticker, symbol } = partsOf(cli, config, options.replay);

  let stopWanted = false;
  let wake: () => void = () => {};
  const ending = new Promise<void>((resolve) => (wake = resolve));
  const stop = (): void => {
    stopWanted = true;
    wake();
  };
  const stage = await setStage({
    terminal, clock, data: options.data, config, venue, port: options.port, seed: options.seed, faults: options.faults,
    replay: options.replay === undefined ? undefined : { file: options.replay, symbol },
  });
  const net = realNet({ clock });
  let interrupts = 0;
  const off = onEndSignal((signal) => {
    interrupts += 1;
    if (interrupts === 1) {
      show.say('Ending: the bot stops, what is open is cancelled, everything is compared once more. Again to leave at once.');
      return stop();
    }
    cli.exit = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    abandon();
  });
  let abandon: () => void = () => {};
  const abandoned = new Promise<void>((resolve) => (abandon = resolve));
  let broken: string | undefined;
  void stage.broken.then((why) => {
    broken = why;
    stop();
  });

  try {
    const web = webOver(net);
    const control = `unix:${stage.controlSocket}:`;
    show.ready(stage);
    await waitUntilTrading(clock, web, control, () => stopWanted);
    const sinceSeq = Number(textAt(documentOf(await web.get(`${control}/api/v1/status`)), 'journal.durableSeq'));
    const follower = new Follower({ web, clock, control, sinceSeq, onTold: (told) => show.told(told) });
    const following = follower.run();
    const alerts = new Alerts({ web, clock, hook: () => `${stage.listening}/hooks/tradingview/${source}`, secret, ticker, run: realIds().id().slice(0, 13) });
    const bot = new Bot({ window: options.replay === undefined ? LIVE_WINDOW : REPLAY_WINDOW, quantity: QUANTITY });

    if (options.forMs !== undefined) clock.timer(options.forMs, stop);
    const showing = showBooks();
    const prices = options.replay === undefined ? livePrices(web, clock, stage.exchange, symbol) : replayedPrices(web, clock, stage.exchange, options.speed);
    let seen = 0;
    for await (const price of prices) {
      if (stopWanted) break;
      seen += 1;
      const wish = bot.sees(price);
      if (wish === undefined) continue;
      const intake = await alerts.post(wish);
      const { orderId } = intake ?? {};
      if (orderId !== undefined && options.speed === 'max') await follower.until(() => stopWanted || follower.ways.get(orderId)?.endedAtMs !== undefined, FOLLOW_MS);
      if (options.replay !== undefined) await untilUnblocked(); // a recording can wait; a market cannot
      while (follower.open.size >= MOST_OPEN && !stopWanted) await follower.until(() => stopWanted || follower.open.size < MOST_OPEN, BOOKS_EVERY_MS);
    }
    if (options.replay !== undefined && seen === 0 && !stopWanted) show.say('The recording was played to its end on this data before; give another --data to play it again.');
    stop();
    await showing;
    const over = Promise.race([abandoned.then(() => 'abandoned' as const), finish({ web, clock, control, exchange: stage.exchange, alerts, follower, settleMs: broken === undefined ? options.settleMs : 0, show })]);
    const summary = await over;
    follower.stop();
    await Promise.race([following, abandoned]);
    if (summary === 'abandoned') return cli.exit;
    const isKept = summary.kept && broken === undefined;
    if (options.json) terminal.out(jsonLine({ schema: 'breakwater/demo/1', ok: isKept, ...summary.document, ...(broken === undefined ? {} : { broken }) }));
    else for (const line of summary.text(terminal)) terminal.out(line);
    if (broken !== undefined) terminal.note(broken);
    return isKept ? EXIT.ok : EXIT.unproven;

    async function untilUnblocked(): Promise<void> {
      for (let asked = 0; asked < MOST_LOOKS && follower.blockers.size > 0 && !stopWanted; asked += 1) {
        await web.send('POST', `${control}/api/v1/reconcile`, {}, LOOK_MS);
        await follower.until(() => stopWanted || follower.blockers.size === 0, FOLLOW_MS * 2);
      }
    }

    async function showBooks(): Promise<void> {
      while (!stopWanted) {
        await Promise.race([sleep(clock, BOOKS_EVERY_MS), ending]);
        if (!stopWanted) show.books(await compareBooks(web, control, stage.exchange));
      }
    }
  } finally {
    off();
    await stage.close();
    await net.close();
  }
}

function partsOf(cli: Cli, file: string, replay: string | undefined): { readonly venue: string; readonly source: string; readonly secret: string; readonly ticker: string; readonly symbol: string } {
  const { config } = configFor(cli.terminal, { config: file });
  const [name, source] = Object.entries(config.signals.tradingview.sources)[0] ?? [];
  if (name === undefined || source === undefined) throw new UsageError(`${file} names no TradingView source, and the bot needs one to post to.`);
  const symbol = replay === undefined ? Object.values(source.tickers)[0] : symbolOf(replay);
  const ticker = Object.entries(source.tickers).find(([, target]) => target === symbol)?.[0];
  if (symbol === undefined || ticker === undefined) throw new UsageError(`The source "${name}" of ${file} has no ticker for ${symbol ?? 'any instrument'}; add it under signals.tradingview.sources.${name}.tickers.`);
  return { venue: source.venue, source: name, secret: source.secret.reveal(), ticker, symbol };
}

async function waitUntilTrading(clock: Clock, web: ReturnType<typeof webOver>, control: string, stopWanted: () => boolean): Promise<void> {
  const untilMs = clock.monotonicMs() + 60_000;
  let last = '';
  while (!stopWanted() && clock.monotonicMs() < untilMs) {
    const status = documentOf(await web.get(`${control}/api/v1/status`).catch((thrown: unknown) => ({ why: reasonOf(thrown), sent: false })));
    if (textAt(status, 'state') === 'trading') return;
    if (textAt(status, 'state') === 'halted') throw new Error(`${textAt(status, 'sentence')} Run "breakwater resume" on this data folder first.`);
    last = textAt(status, 'sentence');
    await sleep(clock, 100);
  }
  if (!stopWanted()) throw new Error(`The runtime did not begin to trade within a minute: ${last}`);
}
