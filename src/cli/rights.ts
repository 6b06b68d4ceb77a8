/**
 * Who may change what decides how much may be traded: the files of the configuration, the data folder, and the sockets of those in command.
 *
 *   R1. Each belongs to whoever runs this or to root, and nobody else may write it; nor may anybody else put another in its place, in any folder above it.
 *   R2. With real money nothing is started, and nothing read again, while that is not so. With other money it is told.
 *   R3. What was in order at the start and is no longer refuses a reload, whatever the money: somebody has changed it.
 *   R4. Where a machine does not tell, nothing is concluded.
 */
import { dirname, join, resolve } from 'node:path';
import { formatProblem, formatProblems } from '../edges/config/index.ts';
import type { Config, ConfigProblem } from '../edges/config/index.ts';
import type { Machine, Rights } from '../ports/index.ts';
import { ConfigRefusedError } from './failure.ts';

type Told = Extract<Rights, { kind: 'told' }>;
export type Loose = { readonly path: string; readonly why: string; readonly doNext: string };

const OTHERS_WRITE = 0o022;
const STICKY = 0o1000; // whoever may write in such a folder may still not take away what is not his

/** The sockets over which a runtime and its supervisor are told what to do. */
export const socketsIn = (data: string): readonly string[] => [join(data, 'control.sock'), join(data, 'supervisor.sock')];

/** @returns undefined where this machine does not tell (R4) */
export function looseRights(machine: Pick<Machine, 'rights'>, paths: readonly string[]): readonly Loose[] | undefined {
  const loose = new Map<string, Loose>();
  for (const path of paths.map((one) => resolve(one))) {
    const rights = machine.rights(path);
    if (rights.kind === 'not-told') return undefined;
    if (rights.kind === 'told') note(loose, path, itself(path, rights));
    for (const folder of new Set([...above(path), ...(rights.kind === 'told' ? above(rights.realPath) : [])])) {
      const found = machine.rights(folder);
      if (found.kind === 'told') note(loose, folder, around(folder, path, found));
    }
  }
  return [...loose.values()];
}

/**
 * Checks what a configuration was read from, and where it keeps its data.
 * @param known what was loose before, for a reload; @returns what to warn of @throws ConfigRefusedError R2, R3
 */
export function guardRights(machine: Pick<Machine, 'rights'>, { config, files }: { readonly config: Config; readonly files: readonly string[] }, data: string, known?: ReadonlySet<string>): { readonly warnings: readonly string[]; readonly loose: ReadonlySet<string> } {
  const loose = looseRights(machine, [...files, data, ...socketsIn(data)]) ?? [];
  const isReal = isRealMoney(config);
  const refused = loose.filter(({ path }) => isReal || (known !== undefined && !known.has(path)));
  if (refused.length > 0) {
    const errors = refused.map((one) => problemOf(one, 'error'));
    throw new ConfigRefusedError(formatProblems(errors), errors);
  }
  return { warnings: loose.map((one) => formatProblem(problemOf(one, 'warning'))), loose: new Set(loose.map(({ path }) => path)) };
}

export const isRealMoney = ({ venues }: Pick<Config, 'venues'>): boolean => Object.values(venues).some(({ money }) => money === 'live');

/** R1 */
function itself(path: string, { owner, mode }: Told): Loose | undefined {
  if (owner === 'other') return { path, why: 'belongs to another user, who may change it', doNext: `give it to the user that runs Breakwater, or to root: chown USER ${path}` };
  if ((mode & OTHERS_WRITE) === 0) return undefined;
  return { path, why: `may be written by others (mode ${modeText(mode)}): whoever trades could set his own limits, or give commands`, doNext: `take that from them: chmod go-w ${path}` };
}

/** R1: of a folder above something. */
function around(folder: string, path: string, { owner, mode }: Told): Loose | undefined {
  if (owner === 'other') return { path: folder, why: `belongs to another user, who may put another ${path} in place`, doNext: `keep it in a folder of the user that runs Breakwater, or of root: chown USER ${folder}` };
  if ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0) return undefined;
  return { path: folder, why: `may be written by others (mode ${modeText(mode)}), who may put another ${path} in place`, doNext: `take that from them: chmod go-w ${folder}` };
}

function note(into: Map<string, Loose>, path: string, found: Loose | undefined): void {
  if (found !== undefined && !into.has(path)) into.set(path, found);
}

function above(path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) return folders;
  }
}

const modeText = (mode: number): string => (mode & 0o7777).toString(8);

const problemOf = ({ path, why, doNext }: Loose, severity: ConfigProblem['severity']): ConfigProblem => ({ severity, code: 'BW-1213', file: path, line: 0, column: 0, path: '', message: why, hint: doNext });
