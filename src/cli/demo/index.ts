/**
 * `breakwater demo`: everything at once on this machine. The invented exchange, the supervised runtime and a sample bot that
 * posts TradingView alerts; each order is shown, and every few seconds what the books and the exchange say.
 *
 * Starting again on the same data goes on where it was. In the end everything open is cancelled, and the run is held to its
 * promises: every order final, none twice, none lost, books equal to the last unit. Exit 0 when all hold, 9 otherwise.
 */
import { durationMs, wholeNumber } from '../cli.ts';
import type { Cli, Common } from '../cli.ts';
import { speedOf } from '../exchange.ts';
import { UsageError } from '../failure.ts';
import { runDemo } from './demo.ts';

type Options = Common & {
  readonly data: string; readonly config?: string; readonly for?: string; readonly replay?: string; readonly speed: string; readonly faults?: string; readonly port: string; readonly seed: string;
  readonly settle: string;
};

export function demo(cli: Cli, options: Options): Promise<number> {
  const speed = speedOf(options.speed);
  if (speed === 'step') throw new UsageError('--speed is a multiple of real time, or "max".');
  return runDemo(cli, {
    json: options.json === true, data: options.data, config: options.config, forMs: options.for === undefined ? undefined : durationMs('--for', options.for),
    replay: options.replay, speed, faults: options.faults, port: wholeNumber('--port', options.port), seed: wholeNumber('--seed', options.seed),
    settleMs: durationMs('--settle', options.settle),
  });
}
