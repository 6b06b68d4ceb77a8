/**
 * From files, variables and command-line options to one checked configuration, or to a list of everything that is wrong.
 *
 * Layers, later ones win: the file → the file of its environment → the local file → `BREAKWATER__…` variables →
 * overrides by the command line. Objects merge, lists are replaced. Then `${…}` is filled in, and the whole is checked.
 * Owns the grammar, the schema, the defaults and their reference. Does not own what a value does once it is in force.
 *
 *   F1. A limit that is not written is not there. No default ever stands in for one.
 *   F2. No secret is printed: not by messages, not by excerpts of the file, not by inspecting or serialising the result.
 *   F3. Every problem says where: file, line and column, or the variable or option it came from.
 *   F4. All problems are found in one go; one mistake does not hide the next.
 */
export { currencyOf } from './consistency.ts';
export { guardedParts, rulesOf } from './breakers.ts';
export type { BreakerRules } from './breakers.ts';
export { limitsFor } from './limits.ts';
export type { InstrumentLimits } from './limits.ts';
export { dataFolderIn, loadConfig } from './load.ts';
export type { LoadedConfig, LoadRequest, RefusedConfig } from './load.ts';
export { configCodes, formatProblem, formatProblems } from './problem.ts';
export type { ConfigCode, ConfigProblem } from './problem.ts';
export { configReference } from './reference.ts';
export { configSchema, controlNames } from './schema.ts';
export type { Config, SourceConfig, TokenConfig, VenueConfig } from './schema.ts';
export { Secret } from './secret.ts';
export { readConfigFile } from './files.ts';
export { NONE } from './values.ts';
export type { Address, Drift, Duration, Money, Often, Share } from './values.ts';
