/**
 * The table of commands: what each is called and says, its options, how it may end, and where it is loaded from. Data alone.
 *
 * Owns every word of help, the page docs/reference/cli.md, completion and the published shapes: all of them are made from it.
 * Does not own what a command does; that is loaded when it is asked for.
 *
 *   T1. A command that is not in the table is not there.
 *   T2. Reading the table loads nothing: shapes and actions are functions that import.
 */
import { asking, askingNouns } from './asking.ts';
import { breakerNouns, breakers } from './breakers.ts';
import { limitNouns, limits } from './limits.ts';
import { record, recordNouns } from './record.ts';
import { running } from './running.ts';
import { service, serviceNouns } from './service.ts';
import { setup, setupNouns } from './setup.ts';
import { stopping } from './stopping.ts';
import type { CommandSpec, NounSpec } from '../spec.ts';

export const allCommands: readonly CommandSpec[] = [...running, ...asking, ...stopping, ...breakers, ...limits, ...record, ...setup, ...service];
export const nouns: readonly NounSpec[] = [...askingNouns, ...breakerNouns, ...limitNouns, ...recordNouns, ...setupNouns, ...serviceNouns];

/** Those that are for people. */
export const shownCommands: readonly CommandSpec[] = allCommands.filter(({ hidden }) => hidden !== true);
