/** Something that does not go together, before its place in the file is known. */
import { nearest } from '../../base/index.ts';
import type { ConfigCode } from './problem.ts';
import type { Path } from './tree.ts';

export type Finding = { readonly severity: 'error' | 'warning'; readonly code: ConfigCode; readonly path: Path; readonly message: string; readonly hint: string };

export const error = (code: ConfigCode, path: Path, message: string, hint: string): Finding => ({ severity: 'error', code, path, message, hint });
export const warning = (code: ConfigCode, path: Path, message: string, hint: string): Finding => ({ severity: 'warning', code, path, message, hint });

export function notThere(path: Path, what: string, named: string, known: readonly string[]): Finding {
  const meant = nearest(named, known);
  return error('BW-1206', path, `"${named}" is not ${what}`, meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`);
}
