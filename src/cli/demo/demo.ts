/** The demo from start to end: set the stage, let the bot trade, finish in good order, and judge. */
import { dirname, join } from 'node:path';
import { realClock } from '../../edges/clock/index.ts';
import { realNet } from '../../edges/net/index.ts';
import { onEndSignal } from '../../edges/process/index.ts';
import type { EndSignal } from '../../edges/process/index.ts';
import { moneyOf } from '../../door/index.ts';
import type { Mode } from '../../door/index.ts';
import { jsonLine } from '../answer.ts';
import type { Cli } from '../cli.ts';
import { configFor } from '../configuration.ts';
import { symbolOf } from '../exchange.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../failure.ts';
import { modeLine } from '../look.ts';
import { Ending } from './ending.ts';
import type { Summary } from './finish.ts';
import { humanShow, jsonShow } from './show.ts';
import { setStage } from './stage.ts';
import { Trading } from './trading.ts';
import { webOver } from './web.ts';

export type DemoOptions = {
  readonly json: boolean; readonly data: string; readonly config: string | undefined; readonly forMs: number | undefined; readonly replay: string | undefined; readonly speed: number | 'max';
  readonly faults: string | undefined; readonly port: number; readonly seed: number; readonly settleMs: number;
};

export async function runDemo(cli: Cli, options: DemoOptions): Promise<number> {
  const { terminal } = cli;
  const { json, data, port, seed, faults, replay, speed, forMs, settleMs } = options;
  const clock = realClock();
  const show = json ? jsonShow(terminal) : humanShow(terminal);
  const config = options.config ?? join(dirname(terminal.program), '../config/demo.json');
  const { mode, venue, source, secret, ticker, symbol } = partsOf(cli, config, replay);
  const stage = await setStage({ terminal, clock, data, config, venue, port, seed, faults, replay: replay === undefined ? undefined : { file: replay, symbol } });
  const net = realNet({ clock });
  const ending = new Ending(clock);
  let left: EndSignal | undefined;
  const off = onEndSignal((signal) => {
    if (ending.wanted) {
      left = signal;
      return ending.leave();
    }
    show.say('Ending: the bot stops, what is open is cancelled, everything is compared once more. Again to leave at once.');
    ending.want();
  });
  let broken: string | undefined;
  void stage.broken.then((why) => {
    broken = why;
    ending.want();
  });
  try {
    if (!json) terminal.out(modeLine(terminal, mode));
    show.ready(stage);
    const trading = new Trading({ web: webOver(net), clock, show, ending, stage, data, source, secret, ticker, symbol, isReplay: replay !== undefined, speed });
    if (forMs !== undefined) clock.timer(forMs, () => ending.want());
    const summary = await Promise.race([trading.run(() => (broken === undefined ? settleMs : 0)), ending.left]);
    if (summary === undefined) return left === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    return tell(summary);
  } finally {
    off();
    await stage.close();
    await net.close();
  }

  function tell(summary: Summary): number {
    const isKept = summary.kept && broken === undefined;
    if (json) terminal.out(jsonLine({ schema: 'breakwater/demo/1', ok: isKept, ...summary.document, ...(broken === undefined ? {} : { broken }) }));
    else for (const line of summary.text(terminal)) terminal.out(line);
    if (broken !== undefined) terminal.note(broken);
    return isKept ? EXIT.ok : EXIT.unproven;
  }
}

function partsOf(cli: Cli, file: string, replay: string | undefined): { readonly mode: Pick<Mode, 'instance' | 'money'>; readonly venue: string; readonly source: string; readonly secret: string; readonly ticker: string; readonly symbol: string } {
  const { config } = configFor(cli.terminal, { config: file });
  const [name, source] = Object.entries(config.signals.tradingview.sources)[0] ?? [];
  if (name === undefined || source === undefined) throw new UsageError(`${file} names no TradingView source, and the bot needs one to post to.`);
  const symbol = replay === undefined ? Object.values(source.tickers)[0] : symbolOf(replay);
  const ticker = Object.entries(source.tickers).find(([, target]) => target === symbol)?.[0];
  if (symbol === undefined || ticker === undefined) throw new UsageError(`The source "${name}" of ${file} has no ticker for ${symbol ?? 'any instrument'}; add it under signals.tradingview.sources.${name}.tickers.`);
  const money = moneyOf(Object.values(config.venues).map((one) => one.money));
  return { mode: { instance: config.instance.name, money }, venue: source.venue, source: name, secret: source.secret.reveal(), ticker, symbol };
}
