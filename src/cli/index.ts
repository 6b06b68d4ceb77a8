/**
 * The command line: one file per command, and how answers are printed.
 *
 * Owns words, options, exit codes and the shapes of answers. Does not own what commands do: that is the business of the
 * folders above, which it puts together.
 *
 *   C1. Standard output is the answer; progress, notes, warnings and logs go to standard error.
 *   C2. With --json a command prints exactly one document, a stream one document a line, whatever becomes of it.
 *   C3. Only what a command needs is loaded: each is asked for by name.
 */
import { Command, CommanderError } from 'commander';
import type { Terminal } from '../edges/process/index.ts';
import { failed } from './answer.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit.ts';
import { UsageError } from './failure.ts';

type Load = (cli: Cli) => Promise<Command>;

/** Every command by name, with the file that knows it. */
const commands: Readonly<Record<string, Load>> = {
  demo: async (cli) => (await import('./demo/index.ts')).demoCommand(cli),
  start: async (cli) => (await import('./start.ts')).startCommand(cli),
  exchange: async (cli) => (await import('./exchange.ts')).exchangeCommand(cli),
  sim: async (cli) => (await import('./sim.ts')).simCommand(cli),
  status: async (cli) => (await import('./status.ts')).statusCommand(cli),
  orders: async (cli) => (await import('./orders.ts')).ordersCommand(cli),
  order: async (cli) => (await import('./order.ts')).orderCommand(cli),
  positions: async (cli) => (await import('./positions.ts')).positionsCommand(cli),
  reconcile: async (cli) => (await import('./reconcile.ts')).reconcileCommand(cli),
  halt: async (cli) => (await import('./halt.ts')).haltCommand(cli),
  resume: async (cli) => (await import('./halt.ts')).resumeCommand(cli),
  journal: async (cli) => (await import('./journal.ts')).journalCommand(cli),
  config: async (cli) => (await import('./config.ts')).configCommand(cli),
  version: async (cli) => (await import('./version.ts')).versionCommand(cli),
};
/** Not for people: what `start` starts. */
const hidden: Readonly<Record<string, Load>> = {
  runtime: async (cli) => (await import('./life/index.ts')).runtimeCommand(cli),
};

/** @returns the exit code */
export async function runCli(args: readonly string[], terminal: Terminal, version: string): Promise<number> {
  const cli: Cli = { terminal, version, exit: EXIT.ok };
  const program = new Command('breakwater').description('The safety runtime for automated trading.').version(version, '-V, --version').exitOverride();
  program.configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.note(text.trimEnd()) });
  program.configureHelp({ helpWidth: 100 }).helpCommand(false).showSuggestionAfterError(true);
  const word = args[0] ?? '';
  const wanted = Object.hasOwn(commands, word) ? commands[word] : Object.hasOwn(hidden, word) ? hidden[word] : undefined;
  const loads = wanted === undefined && word !== '--version' && word !== '-V' ? Object.values(commands) : wanted === undefined ? [] : [wanted];
  for (const load of loads) program.addCommand(inherit(await load(cli), program));
  if (args.length === 0) {
    terminal.note(program.helpInformation().trimEnd());
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return cli.exit;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return failed(terminal, word, args.includes('--json'), thrown);
    if (thrown.exitCode === 0) return EXIT.ok; // help or version was asked for
    if (args.includes('--json')) return failed(terminal, word, true, new UsageError(thrown.message));
    return EXIT.usage;
  }
}

/** Errors and help of a command, and of the commands within it, go where the program's go. */
function inherit(made: Command, program: Command): Command {
  made.copyInheritedSettings(program);
  for (const inner of made.commands) inherit(inner, program);
  return made;
}
