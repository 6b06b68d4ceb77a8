/** What a safety system is made with, and what is promised by it. */
import { formatProblems, loadConfig, readConfigFile } from '../edges/config/index.ts';
import type { Config } from '../edges/config/index.ts';
import type { Note } from '../runtime/index.ts';
import { LibraryError } from './errors.ts';

export type SafetySystemOptions = {
  /** The configuration as in a file, or the file itself. Without either there is no venue: parts are watched and calls guarded, and nothing can be traded. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly configFile?: string;
  /** Where the journal is kept. By default what the configuration says; without a configuration a temporary folder, gone after `shutdown`. */
  readonly dataDir?: string;
  /** Whether signals and intents are taken over HTTP, at `server.listen` of the configuration. By default they are where somebody may send. */
  readonly listen?: boolean;
  /** Lines for a log. By default nothing is said. */
  readonly onNote?: (note: Note) => void;
  /** The wall clock is right although it is more than a day ahead of the journal. */
  readonly trustClock?: boolean;
  /** Shares of time, 0 to 1. */
  readonly availabilityTarget?: number;
  readonly maxRecoveryTimeSeconds?: number;
  readonly redundancyLevels?: number;
};

/** What was promised, and whether it is kept. Nothing judges that yet: no verdict is given without measurements that cover it. */
export type Objective = { readonly name: 'availability' | 'recovery-time' | 'redundancy'; readonly target: number; readonly unit: 'share' | 's' | 'spares'; readonly verdict: 'insufficient-data'; readonly samples: 0 };

export function objectivesOf({ availabilityTarget, maxRecoveryTimeSeconds, redundancyLevels }: SafetySystemOptions): readonly Objective[] {
  const within = (name: string, value: number, least: number, most: number): number => {
    if (!Number.isFinite(value) || value < least || value > most) throw new LibraryError(`${name} is ${value}: give a number from ${least} to ${most}. Nothing was started.`);
    return value;
  };
  const objective = (name: Objective['name'], target: number, unit: Objective['unit']): Objective => ({ name, target, unit, verdict: 'insufficient-data', samples: 0 });
  return [
    ...(availabilityTarget === undefined ? [] : [objective('availability', within('availabilityTarget', availabilityTarget, 0, 1), 'share')]),
    ...(maxRecoveryTimeSeconds === undefined ? [] : [objective('recovery-time', within('maxRecoveryTimeSeconds', maxRecoveryTimeSeconds, 1, 86_400), 's')]),
    ...(redundancyLevels === undefined ? [] : [objective('redundancy', within('redundancyLevels', redundancyLevels, 0, 9), 'spares')]),
  ];
}

const GIVEN = 'createSafetySystem';

/** @throws LibraryError with everything that is wrong */
export function configOf({ config, configFile }: SafetySystemOptions, env: Readonly<Record<string, string | undefined>>): Config {
  if (config !== undefined && configFile !== undefined) throw new LibraryError('Both config and configFile were given: give one of them. Nothing was started.');
  const bare = { version: 1, instance: { name: 'library' }, venues: {} };
  const text = JSON.stringify(config ?? bare);
  const loaded = configFile === undefined
    ? loadConfig({ file: GIVEN, env: {}, readFile: (path) => (path.endsWith(GIVEN) ? text : undefined) })
    : loadConfig({ file: configFile, env, readFile: readConfigFile });
  if (!loaded.ok) throw new LibraryError(`The configuration cannot be used; nothing was started.\n${formatProblems(loaded.errors)}`);
  return loaded.config;
}
