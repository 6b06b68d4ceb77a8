/**
 * The command line: a table of commands, one file for what each does, and how answers are printed.
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
import { nounCommand, verbCommand } from './build.ts';
import type { Cli } from './cli.ts';
import { allCommands, nouns, shownCommands } from './commands/index.ts';
import { EXIT } from './exit.ts';
import { UsageError } from './failure.ts';

/** @returns the exit code */
export async function runCli(args: readonly string[], terminal: Terminal, version: string): Promise<number> {
  let exit: number = EXIT.ok;
  const program = programOf({ terminal, version, commands: shownCommands }, args[0] ?? '', (code) => (exit = code));
  if (args.length === 0) {
    terminal.note(program.helpInformation().trimEnd());
    return EXIT.usage;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (thrown) {
    const words = wordsOf(args);
    const json = args.includes('--json') || args.includes('--ndjson');
    if (!(thrown instanceof CommanderError)) return failed(terminal, words, json, thrown);
    if (thrown.exitCode === 0) return EXIT.ok; // help or version was asked for
    if (json) return failed(terminal, words, true, new UsageError(thrown.message.replace(/^error: /, '')));
    return EXIT.usage;
  }
}

/** With the commands that the first word may mean: its own, or all. */
function programOf(cli: Cli, word: string, end: (code: number) => void): Command {
  const { terminal } = cli;
  const program = new Command('breakwater').description('The safety runtime for automated trading.').version(cli.version, '-V, --version').exitOverride();
  program.configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.note(text.trimEnd()) });
  program.addHelpText('after', '\nSomething is wrong: `breakwater halt` stops new orders and cancels open ones; `breakwater status` says how things stand.\nWith --data DIR or --config FILE where the data folder is not ./data. `breakwater COMMAND --help` has examples.');
  program.configureHelp({ helpWidth: 100 }).helpCommand(false).showSuggestionAfterError(true);
  const wanted = allCommands.filter(({ name }) => name.split(' ')[0] === word);
  const listed = wanted.length > 0 ? wanted : allCommands;
  for (const spec of listed) {
    const [first = '', verb] = spec.name.split(' ');
    const made = verbCommand(cli, spec, end).copyInheritedSettings(program);
    if (verb === undefined) program.addCommand(made, { hidden: spec.hidden === true });
    else nounOf(program, first).addCommand(made);
  }
  return program;
}

function nounOf(program: Command, name: string): Command {
  const there = program.commands.find((one) => one.name() === name);
  if (there !== undefined) return there;
  const spec = nouns.find((noun) => noun.name === name);
  if (spec === undefined) throw new Error(`The table has verbs of "${name}" and no such noun.`);
  const made = nounCommand(spec).copyInheritedSettings(program);
  program.addCommand(made);
  return made;
}

/** The command that was meant, for the name of a failure's shape. */
function wordsOf(args: readonly string[]): string {
  const plain = args.filter((word) => !word.startsWith('-'));
  const [first = '', second = ''] = plain;
  return allCommands.some(({ name }) => name === `${first} ${second}`) ? `${first} ${second}` : first;
}
