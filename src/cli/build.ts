/** From the table to what reads a command line. */
import { Command, Option } from 'commander';
import { answered, failed } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { reachOf } from './control.ts';
import type { Reach, ReachOptions } from './control.ts';
import { looking, modeLine } from './look.ts';
import type { CommandSpec, NounSpec, OptionSpec } from './spec.ts';

type Given = Common & ReachOptions & { readonly ndjson?: true };

/** What every command knows. */
export const commonOptions: readonly OptionSpec[] = [
  { flags: '--json', says: 'one JSON document on standard output' },
  { flags: '--color <when>', says: 'colours: `auto`, `always` or `never`', default: 'auto', choices: ['auto', 'always', 'never'] },
  { flags: '--ascii', says: 'shapes in plain ASCII, for old terminals' },
  { flags: '--no-input', says: 'never ask back; nothing does yet' },
];
/** What commands know that print lines. */
export const lineOptions: readonly OptionSpec[] = [{ flags: '--ndjson', says: 'the same as --json: one document a line' }];
/** What commands know that speak to a running runtime. */
export const reachOptions = (timeout: string): readonly OptionSpec[] => [
  { flags: '--data <dir>', says: 'the data folder of the runtime; its control socket is in it. By default `data`', values: 'folders' },
  { flags: '--url <socket>', says: 'its control socket itself, such as `unix:/run/breakwater/control.sock`', values: 'files' },
  { flags: '--config <file>', says: 'its configuration: `storage.dir` is the data folder', values: 'files' },
  { flags: '--timeout <duration>', says: 'how long to wait for its answer', default: timeout },
];

/** Every option of a command but --help, its own first. */
export const optionsOf = ({ options = [], reaches, answers }: CommandSpec): readonly OptionSpec[] =>
  [...options, ...(reaches === undefined ? [] : reachOptions(reaches)), ...(answers === 'lines' ? lineOptions : []), ...commonOptions];

/** Text of the table without what is meant for Markdown. */
export const plainText = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll(/[`*]/g, '');

/** A noun; its verbs are added to it. */
export function nounCommand({ name, summary, examples }: NounSpec): Command {
  return exampled(new Command(name).description(summary), examples).helpCommand(false);
}

/** @param end takes the exit code */
export function verbCommand(cli: Cli, spec: CommandSpec, end: (code: number) => void): Command {
  const made = exampled(new Command(spec.name.split(' ').at(-1)).description(plainText(spec.summary)), spec.examples);
  for (const { name, says } of spec.arguments ?? []) made.argument(name, plainText(says));
  for (const one of optionsOf(spec)) made.addOption(optionOf(one));
  return made.action(async () => {
    const given = made.opts<Given>();
    const json = given.json === true || given.ndjson === true;
    const terminal = looking(cli.terminal, { ...given, ...(json ? { json } : {}) });
    end(await performed({ ...cli, terminal }, spec, { ...given, ...(json ? { json } : {}) }, made.processedArgs.flat().filter((word) => word !== undefined).map(String)));
  });
}

async function performed(cli: Cli, spec: CommandSpec, given: Given, args: readonly string[]): Promise<number> {
  const { terminal } = cli;
  const json = given.json === true;
  if (spec.answers === 'document') {
    let reach: Reach | undefined;
    return answered(terminal, spec.name, json, () => (reach?.mode === undefined ? undefined : modeLine(terminal, reach.mode)), async () => {
      const run = await spec.run();
      if (spec.reaches === undefined) return run(cli, given as never, args);
      reach = await reachOf(terminal, given);
      return run(cli, { ...given, reach } as never, args);
    });
  }
  try {
    const run = await spec.run();
    return await run(cli, given as never, args);
  } catch (thrown) {
    return failed(terminal, spec.name, json, thrown);
  }
}

function exampled(made: Command, examples: readonly string[]): Command {
  return made.configureHelp({ helpWidth: 100 }).addHelpText('before', `Examples\n${examples.map((example) => `  ${example}`).join('\n')}\n\n`);
}

function optionOf({ flags, says, default: standard, needed, hidden, choices }: OptionSpec): Option {
  const made = new Option(flags, plainText(says));
  if (standard !== undefined) made.default(standard);
  if (choices !== undefined) made.choices([...choices]);
  return made.makeOptionMandatory(needed === true).hideHelp(hidden === true);
}
