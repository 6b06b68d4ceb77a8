/** What the command line itself says of its commands and options. */
import { runCli } from '../../src/cli/index.ts';
import type { Terminal } from '../../src/edges/process/index.ts';

/** The help of a command, or undefined where there is none of these words. */
export async function helpOf(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const terminal = { out: say, note: say, user: 'test', paint: (_: unknown, text: string) => text } as unknown as Terminal;
  const code = await runCli([...words, '--help'], terminal, '0.0.0');
  return code === 0 ? said.join('\n') : undefined;
}

/** Names in the part of a help text that lists commands. */
export const commandsOf = (help: string): readonly string[] =>
  [...(/^Commands:\n((?: {2}.*\n?)+)/m.exec(help)?.[1] ?? '').matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name = '']) => name);
export const optionsOf = (help: string): readonly string[] => [...help.matchAll(/(?<=^ {2}(?:-\w, )?)--[\w-]+/gm)].map(([name]) => name);
