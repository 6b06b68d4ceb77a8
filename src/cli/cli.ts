/** What every command is handed: the terminal, the clock, and a place for its exit code. */
import { Command, Option } from 'commander';
import type { ColourWish, Terminal } from '../edges/process/index.ts';
import { answered, failed } from './answer.ts';
import type { Answer } from './answer.ts';
import { UsageError } from './failure.ts';

export type Cli = {
  readonly terminal: Terminal;
  readonly version: string;
  exit: number;
};

export type Common = { readonly json?: true; readonly colour?: ColourWish };

/** A command with what all have: --json, and examples first in its help. */
export const command = (name: string, summary: string, examples: readonly string[]): Command => group(name, summary, examples).option('--json', 'one JSON document on standard output');

/** A noun with verbs of its own: it has no options, which would hide those of the verbs. */
export function group(name: string, summary: string, examples: readonly string[]): Command {
  const made = new Command(name).description(summary).configureHelp({ helpWidth: 100 });
  made.addHelpText('before', `Examples\n${examples.map((example) => `  ${example}`).join('\n')}\n\n`);
  return made;
}

/** For commands that start one another; not for people. */
export const hiddenOption = (flags: string): Option => new Option(flags).hideHelp();

/** Gives a command its action: what it returns is printed in the form that was asked for. */
export function acts<Options extends Common>(cli: Cli, made: Command, label: string, run: (options: Options, args: readonly string[]) => Promise<Answer>): Command {
  return made.action(async () => {
    const options = made.opts<Options>();
    cli.exit = await answered(cli.terminal, label, options.json === true, () => run(options, made.processedArgs as string[]));
  });
}

/** For commands that print a stream, or run until they are told to stop. What is thrown becomes one failure document. */
export function streams<Options extends Common>(cli: Cli, made: Command, label: string, run: (options: Options, args: readonly string[]) => Promise<number>): Command {
  return made.action(async () => {
    const options = made.opts<Options>();
    try {
      cli.exit = await run(options, made.processedArgs as string[]);
    } catch (thrown) {
      cli.exit = failed(cli.terminal, label, options.json === true, thrown);
    }
  });
}

/** A whole number, as an option gives it. */
export function wholeNumber(name: string, text: string, least = 0): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < least) throw new UsageError(`${name} is "${text}": give a whole number${least > 0 ? ` of ${least} or more` : ''}.`);
  return value;
}

const msPer: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** "30s", "5m", "250ms". */
export function durationMs(name: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (count === '') throw new UsageError(`${name} is "${text}": give a duration such as 30s, 5m or 250ms.`);
  return Math.round(Number(count) * (msPer[unit] ?? 1));
}
