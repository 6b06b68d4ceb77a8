/**
 * `breakwater demo`: everything at once on this machine. The invented exchange, the supervised runtime and a sample bot that
 * posts TradingView alerts; each order is shown, and every few seconds what the books and the exchange say.
 *
 * Starting again on the same data goes on where it was. In the end everything open is cancelled, and the run is held to its
 * promises: every order final, none twice, none lost, books equal to the last unit. Exit 0 when all hold, 9 otherwise.
 */
import type { Command } from 'commander';
import { command, durationMs, hiddenOption, streams, wholeNumber } from '../cli.ts';
import type { Cli, Common } from '../cli.ts';
import { speedOf } from '../exchange.ts';
import { UsageError } from '../failure.ts';
import { runDemo } from './demo.ts';

type Options = Common & {
  readonly data: string; readonly config?: string; readonly for?: string; readonly replay?: string; readonly speed: string; readonly faults?: string; readonly port: string; readonly seed: string;
  readonly settle: string;
};

export function demoCommand(cli: Cli): Command {
  const made = command('demo', 'The whole system on this machine, against an invented exchange.', [
    'breakwater demo --data ./data', 'breakwater demo --data ./data --for 30s --json', 'breakwater demo --data ./replay --replay btcusdc-1m.csv.gz --speed max --faults faults.json',
  ])
    .option('--data <dir>', 'where everything is kept', 'data')
    .option('--config <file>', 'in place of the shipped configuration; its first venue and source are used')
    .option('--for <duration>', 'end after this')
    .option('--replay <file>', 'trade on a recording')
    .option('--speed <n>', 'of the recording: a multiple of real time, or "max"', '60')
    .option('--faults <file>', 'a fault plan for the exchange')
    .option('--port <number>', 'where signals are taken, on 127.0.0.1; 0 takes a free one', '0')
    .option('--seed <number>', 'of the exchange', '7')
    .addOption(hiddenOption('--settle <duration>').default('180s'));
  return streams<Options>(cli, made, 'demo', (options) => {
    const speed = speedOf(options.speed);
    if (speed === 'step') throw new UsageError('--speed is a multiple of real time, or "max".');
    return runDemo(cli, {
      json: options.json === true, data: options.data, config: options.config, forMs: options.for === undefined ? undefined : durationMs('--for', options.for),
      replay: options.replay, speed, faults: options.faults, port: wholeNumber('--port', options.port), seed: wholeNumber('--seed', options.seed),
      settleMs: durationMs('--settle', options.settle),
    });
  });
}
