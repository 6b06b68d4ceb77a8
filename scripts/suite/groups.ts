/**
 * Which test files there are, to which group each belongs, and how a group is run.
 *
 *   G1. Every `*.test.ts` of the project belongs to exactly one group: what is not named elsewhere is a unit test.
 */
import { globSync } from 'node:fs';

export type GroupName = 'check' | 'unit' | 'simulation' | 'crash';
export type Group = { readonly name: GroupName; readonly fileTimeoutMs: number };

/** Files of a group are run side by side, as many as there are cores. */
export const groups: readonly Group[] = [
  { name: 'check', fileTimeoutMs: 60_000 },
  { name: 'unit', fileTimeoutMs: 120_000 },
  { name: 'simulation', fileTimeoutMs: 480_000 },
  { name: 'crash', fileTimeoutMs: 480_000 },
];

/** The longest first, each beginning while there is something to run beside it: at the end nobody waits for one of them alone. */
const longest = ['test/crash/kills.test.ts', 'test/crash/stops-around.test.ts', 'test/crash/independent.test.ts', 'test/crash/stops.test.ts', 'test/crash/contract.test.ts', 'test/crash/stop-page.test.ts', 'test/fuzz/growth.test.ts'];

export function isGroupName(word: string): word is GroupName {
  return groups.some((group) => group.name === word);
}

export function groupOf(file: string): GroupName {
  if (file === 'test/tree.test.ts') return 'check';
  if (file.startsWith('test/simulation/')) return 'simulation';
  return file.startsWith('test/crash/') ? 'crash' : 'unit';
}

export function filesOf(name: GroupName): readonly string[] {
  const all = globSync('{src,test,bench,scripts}/**/*.test.ts').map((file) => file.replaceAll('\\', '/'));
  const own = all.filter((file) => groupOf(file) === name);
  return [...longest.filter((file) => own.includes(file)), ...own.filter((file) => !longest.includes(file)).toSorted()];
}
