/**
 * How an answer is printed: for people as short lines, with --json as exactly one document; streams as one document a line.
 *
 * `{ "schema": "breakwater/status/1", "ok": true, "data": …, "warnings": [] }`, and on failure `"ok": false` with `error`.
 */
import type { Terminal } from '../edges/process/index.ts';
import { EXIT } from './exit.ts';
import { failureOf } from './failure.ts';

export type Answer = {
  readonly data: unknown;
  readonly text: readonly string[]; // the lines for people
  readonly warnings?: readonly string[];
  readonly exit?: number;
};

export const schemaOf = (command: string): string => `breakwater/${command.replaceAll(' ', '-')}/1`;

/** One value as JSON; units of money as text, because a JSON number would lose digits. */
export const jsonLine = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));

/**
 * Runs a command and prints what came of it.
 * @param mode what the runtime that was asked is at, once it has answered: the first line for people
 * @returns the exit code
 */
export async function answered(terminal: Terminal, command: string, json: boolean, mode: () => string | undefined, run: () => Promise<Answer>): Promise<number> {
  const told = (say: (line: string) => void): void => {
    const line = mode();
    if (line !== undefined && !json) say(line);
  };
  try {
    const { data, text, warnings = [], exit = EXIT.ok } = await run();
    if (json) terminal.out(jsonLine({ schema: schemaOf(command), ok: exit === EXIT.ok, data, warnings }));
    else {
      told((line) => terminal.out(line));
      for (const line of text) terminal.out(line);
      for (const warning of warnings) terminal.note(`warning: ${warning}`);
    }
    return exit;
  } catch (thrown) {
    told((line) => terminal.note(line));
    return failed(terminal, command, json, thrown);
  }
}

export function failed(terminal: Terminal, command: string, json: boolean, thrown: unknown): number {
  const { failure, exit } = failureOf(thrown);
  const problems = typeof thrown === 'object' && thrown !== null && 'problems' in thrown ? { problems: thrown.problems } : {};
  if (json) terminal.out(jsonLine({ schema: schemaOf(command), ok: false, error: { ...failure, ...problems }, warnings: [] }));
  else terminal.note(`${terminal.paint('red', `error ${failure.code}`)}  ${failure.detail}`);
  return exit;
}
