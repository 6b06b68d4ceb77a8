/**
 * `breakwater completion SHELL`: a script for the shell, made from the table; and the hidden command that tells it what only a
 * running system knows.
 *
 *   P1. The script knows every word by itself. It asks for live values alone, and a word is never held up by that for long.
 *   P2. Where nothing runs, live values are none, in silence.
 */
import type { Cli, Common } from '../cli.ts';
import type { Answer } from '../answer.ts';
import { asking, reachOf } from '../control.ts';
import type { ReachOptions } from '../control.ts';
import { pageOf } from '../explain/index.ts';
import { entriesOf } from '../explain/page.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../failure.ts';
import { listAt, textAt } from '../table.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { wordsOf } from './words.ts';
import { zshScript } from './zsh.ts';

const scripts: Readonly<Record<string, typeof bashScript>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

export function completion({ commands }: Cli, _: Common, [shell = '']: readonly string[]): Promise<Answer> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw new UsageError(`There is no completion for "${shell}"; there are ${Object.keys(scripts).join(', ')}.`);
  const text = script(wordsOf(commands));
  return Promise.resolve({ data: { shell, script: text }, text: [text.trimEnd()] });
}

/** Prints values of one kind, a line each. It is asked while somebody types: nothing is said of what goes wrong. */
export async function complete(cli: Cli, options: Common & ReachOptions, [kind = '']: readonly string[]): Promise<number> {
  for (const value of await valuesOf(cli, options, kind).catch(() => [])) cli.terminal.out(value); // P2
  return EXIT.ok;
}

async function valuesOf(cli: Cli, options: Common & ReachOptions, kind: string): Promise<readonly string[]> {
  if (kind === 'codes') return entriesOf(pageOf(cli)).map(({ code }) => code);
  if (kind === 'commands') return cli.commands.map(({ name }) => name);
  const reach = await reachOf(cli.terminal, options);
  const ask = (path: string) => asking({ reach }, (control) => control.get(path));
  if (kind === 'orders') return listAt(await ask('/api/v1/orders?state=live&limit=50'), 'orders').map((order) => textAt(order, 'id'));
  const venues = listAt(await ask('/api/v1/status'), 'venues');
  if (kind === 'venues') return venues.map((venue) => textAt(venue, 'name'));
  if (kind === 'symbols') return venues.flatMap((venue) => listAt(venue, 'instruments').map(String));
  return [];
}
