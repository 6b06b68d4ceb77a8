/** Reading a configuration for a command: the file, the environment, and what was said on the command line. */
import { dataFolderIn, formatProblems, formatProblem, loadConfig, readConfigFile } from '../edges/config/index.ts';
import type { Config, LoadRequest } from '../edges/config/index.ts';
import type { Terminal } from '../edges/process/index.ts';
import { ConfigRefusedError } from './failure.ts';

export type ConfigOptions = { readonly config: string; readonly env?: string };

/** `files`: those it was read from. @throws ConfigRefusedError with everything that is wrong */
export function configFor(terminal: Terminal, { config: file, env }: ConfigOptions, overrides: LoadRequest['overrides'] = []): { readonly config: Config; readonly warnings: readonly string[]; readonly files: readonly string[] } {
  const files = new Set<string>();
  const readFile = (path: string): string | undefined => {
    const text = readConfigFile(path);
    if (text !== undefined) files.add(path);
    return text;
  };
  const loaded = loadConfig({ file, environment: env, env: terminal.env, overrides, readFile });
  if (!loaded.ok) throw new ConfigRefusedError(formatProblems([...loaded.errors, ...loaded.warnings]), loaded.errors);
  return { config: loaded.config, warnings: loaded.warnings.map(formatProblem), files: [...files] };
}

/** The data folder that a configuration names, though its secrets may be out of reach here. @throws ConfigRefusedError where it does not say even that */
export function dataFolderFor(terminal: Terminal, file: string): string {
  return dataFolderIn({ file, env: terminal.env, readFile: readConfigFile }) ?? configFor(terminal, { config: file }).config.storage.dir;
}

/** Every secret of a configuration, for striking it out of what is logged. */
export function secretsOf({ venues, signals, supervisor }: Config): readonly string[] {
  return [
    ...Object.values(venues).flatMap(({ keyId, secret }) => [keyId, secret]),
    ...Object.values(signals.tradingview.sources).map(({ secret }) => secret),
    ...Object.values(signals.intents.tokens).map(({ secret }) => secret),
    ...(supervisor.secret === undefined ? [] : [supervisor.secret]),
  ].map((secret) => secret.reveal());
}

export const logFormat = (wanted: Config['logs']['format'], isTty: boolean): 'json' | 'pretty' => (wanted === 'auto' ? (isTty ? 'pretty' : 'json') : wanted);
