/** What found each planted bug when it was last hunted on purpose: kept beside the bugs, and held true by every later hunt. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catch, Mutant } from './hunt.ts';

/** By a test of a file, or by a check of the simulator. */
export type Found = { readonly by: string; readonly file?: string };
export type AllFound = Readonly<Record<string, Found>>;

const PATH = 'test/mutants/found.json';

export const foundIn = (root: string): AllFound => (existsSync(join(root, PATH)) ? JSON.parse(readFileSync(join(root, PATH), 'utf8')) as AllFound : {});

export function writeFound(root: string, all: AllFound): void {
  const sorted = Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(join(root, PATH), `${JSON.stringify(sorted, undefined, 2)}\n`);
}

/** Of several tests that failed, the one that speaks of what was broken, by the name of the control or of its entry in the catalogue. */
export function recorded({ name, promise, foundBy }: Mutant, { found, tests = [], invariant }: Catch): [string, Found][] {
  if (!found) return [];
  if (foundBy === undefined) return invariant === undefined ? [] : [[name, { by: invariant }]];
  const control = name.replace(/^without-/, '');
  const entries = promise.match(/\bC\d+\b/g) ?? [];
  const by = tests.find((title) => title.startsWith(`${control}:`)) ?? tests.find((title) => entries.some((entry) => new RegExp(`\\b${entry}\\b`).test(title))) ?? tests[0];
  return by === undefined ? [] : [[name, { by, file: foundBy }]];
}

/** A simulation may find a bug by another check with another seed; a test is one test. */
export const isFoundAgain = (before: Found | undefined, { found, tests }: Catch): boolean => !found || before?.file === undefined || tests?.includes(before.by) === true;
