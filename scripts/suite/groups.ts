/**
 * Which test files there are, to which group each belongs, and how a group is run.
 *
 *   G1. Every `*.test.ts` of the project belongs to exactly one group: what is not named elsewhere is a unit test.
 */
import { globSync } from 'node:fs';

export type GroupName = 'check' | 'unit' | 'simulation' | 'crash';
export type Group = { readonly name: GroupName; readonly sideBySide: boolean; readonly fileTimeoutMs: number };

export const groups: readonly Group[] = [
  { name: 'check', sideBySide: true, fileTimeoutMs: 60_000 },
  { name: 'unit', sideBySide: true, fileTimeoutMs: 120_000 },
  { name: 'simulation', sideBySide: true, fileTimeoutMs: 660_000 },
  // Crash tests start and kill real processes and judge their timing: beside each other they would judge each other.
  { name: 'crash', sideBySide: false, fileTimeoutMs: 660_000 },
];

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
  return all.filter((file) => groupOf(file) === name).toSorted();
}
