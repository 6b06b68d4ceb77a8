/** What every command is handed: the terminal, the version, the words that all know, and readers of values. */
import type { ColourWish, Terminal } from '../edges/process/index.ts';
import { UsageError } from './failure.ts';
import type { CommandSpec } from './spec.ts';

export type Cli = {
  readonly terminal: Terminal;
  readonly version: string;
  readonly commands: readonly CommandSpec[]; // those that are for people
};

/** The options that every command knows. */
export type Common = { readonly json?: true; readonly color?: ColourWish; readonly ascii?: true };

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
