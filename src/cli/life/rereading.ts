/**
 * The configuration read again by a runtime that runs on it.
 *
 *   R1. It is taken whole or not at all: a key that only a start can bring into force refuses the rest too.
 *   R2. What differs is named by its key. No value is repeated: it may be a secret.
 */
import type { Reread } from '../../door/index.ts';
import { currencyOf, Secret } from '../../edges/config/index.ts';
import type { Config, ConfigProblem } from '../../edges/config/index.ts';
import { limitTextsOf } from '../../runtime/index.ts';
import { reasonOf } from '../../base/index.ts';
import { ConfigRefusedError } from '../failure.ts';
import { settingsOf } from './bindings.ts';

/** What a reload may change. Everything else is put together at a start. */
const reloadable = (path: string): boolean => (path.startsWith('limits.') && !/^limits\.signalMaxAge(?:\.|$)/.test(path)) || /^(?:risk\.(?:maxDailyLoss|maxDrawdown)|reconciliation\.maxAge)(?:\.|$)/.test(path);
const MOST_PROBLEMS = 50;

/** @param read the configuration as a start would read it now @throws ConfigRefusedError with everything that is wrong */
export function rereading(running: Config, read: () => { readonly config: Config; readonly warnings: readonly string[] }): () => Reread {
  return () => {
    try {
      const { config, warnings } = read();
      const restart = needsRestart(running, config); // R1
      if (restart.length > 0) return { kind: 'refused', problems: restart.slice(0, MOST_PROBLEMS).map((path) => `${path} needs a restart`) };
      return { kind: 'read', limits: limitTextsOf(settingsOf(config, { version: '', node: '', trustWallClock: false })), warnings };
    } catch (thrown) {
      if (!(thrown instanceof ConfigRefusedError)) return { kind: 'refused', problems: [`it cannot be read: ${reasonOf(thrown)}`] };
      return { kind: 'refused', problems: (thrown.problems as readonly ConfigProblem[]).slice(0, MOST_PROBLEMS).map(({ code, file, line, column, path, message }) => `${code} ${file}:${line}:${column} ${path === '' ? '' : `${path} `}${message}`) };
    }
  };
}

/** The keys that differ and that a reload does not bring into force. */
export function needsRestart(running: Config, read: Config): readonly string[] {
  const currency = currencyOf(running) === currencyOf(read) ? [] : ['risk.currency'];
  return [...new Set([...differing(running, read, '').map((path) => path.replace(/\.(?:ms|ppm|bytes)$/, '')), ...currency])];
}

function differing(a: unknown, b: unknown, path: string): readonly string[] {
  if (path !== '' && reloadable(path)) return [];
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.reveal() === b.reveal() ? [] : [path]; // R2
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b) ? [] : [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differing((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`));
}
