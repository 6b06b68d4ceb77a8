/** `breakwater schema`: the shapes of answers, as they are published. */
import type { Answer } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { UsageError } from './failure.ts';
import { publishedShapes } from './shapes/index.ts';

export async function schema({ commands }: Cli, _: Common, words: readonly string[]): Promise<Answer> {
  const name = words.join(' ');
  const wanted = name === '' ? commands : commands.filter((spec) => spec.name === name || spec.name.split(' ')[0] === name);
  if (wanted.length === 0) throw new UsageError(`There is no command "${name}"; there are ${commands.map((spec) => spec.name).join(', ')}.`);
  const data = await publishedShapes(wanted);
  const [only, ...others] = Object.values(data);
  return { data, text: [JSON.stringify(others.length === 0 ? only : data, undefined, 2)] };
}
