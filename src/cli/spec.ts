/** What the table says of one command. */
import type { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import type { ExitName } from './exit.ts';

export type Live = 'orders' | 'venues' | 'symbols' | 'codes' | 'commands' | 'files' | 'folders';

export type OptionSpec = {
  readonly flags: string; // "-f, --follow", "--limit <n>"
  readonly says: string;
  readonly default?: string;
  readonly needed?: true;
  readonly hidden?: true; // for commands that start one another
  readonly choices?: readonly string[]; // no other value is taken
  readonly values?: readonly string[] | Live; // what completion offers
};

export type ArgumentSpec = {
  readonly name: string; // "<id>", "[code]"
  readonly says: string;
  readonly values?: readonly string[] | Live;
};

export type Chapter = 'Running' | 'Asking and ordering' | 'The record' | 'Configuration and help';

type Known = {
  readonly name: string; // "status", "journal verify"
  readonly chapter: Chapter;
  readonly summary: string;
  /** Paragraphs for docs/reference/cli.md. */
  readonly details?: string;
  readonly examples: readonly string[]; // three at least
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** It speaks to a running runtime, and waits so long for its answer. Such commands know --data, --url, --config and --timeout. */
  readonly reaches?: string;
  /** How it may end, besides 0 (done), 1 (a bug) and 2 (not understood). */
  readonly exits: readonly ExitName[];
  /** The form of `data`; of a command that prints lines, of each line. */
  readonly shape: () => Promise<z.ZodType>;
  /** Not for people. */
  readonly hidden?: true;
};

/** Prints one answer. */
export type DocumentSpec = Known & { readonly answers: 'document'; readonly run: () => Promise<(cli: Cli, options: never, args: readonly string[]) => Promise<Answer>> };
/** Prints lines until it is over; with --json each is a document. */
export type LinesSpec = Known & { readonly answers: 'lines'; readonly run: () => Promise<(cli: Cli, options: never, args: readonly string[]) => Promise<number>> };
export type CommandSpec = DocumentSpec | LinesSpec;

/** A noun with verbs of its own. */
export type NounSpec = { readonly name: string; readonly summary: string; readonly examples: readonly string[] };
