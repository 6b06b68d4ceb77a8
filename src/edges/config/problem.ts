/** What can be wrong with a configuration, where, and how it is shown. */
import { lineAndColumn } from '../../base/index.ts';
import type { ErrorCode } from '../../base/index.ts';
import type { Origin } from './tree.ts';

/** Every code, and what it means. */
export const configCodes = {
  'BW-1200': 'A file of the configuration is not there or cannot be read.',
  'BW-1201': 'The file is not JSON with comments.',
  'BW-1202': 'A key is not known.',
  'BW-1203': 'A key is missing that has no default.',
  'BW-1204': 'A value does not have the form that is needed.',
  'BW-1205': 'A "${…}" cannot be filled in: the variable or file is missing, or the form is not known.',
  'BW-1206': 'A value names a venue or an instrument that is not there.',
  'BW-1207': 'A secret is written into the main file.',
  'BW-1208': 'Two values do not go together.',
  'BW-1209': 'A key stands twice in the same object.',
  'BW-1210': 'A limit is missing; the orders it would have judged are blocked.',
  'BW-1211': 'An environment variable that begins with BREAKWATER__ names no key.',
  'BW-1212': 'Controls only observe, with real money.',
  'BW-1213': 'Others may write the configuration, the data folder or a socket of command.',
} as const satisfies Record<ErrorCode, string>;
export type ConfigCode = keyof typeof configCodes;

export type ConfigProblem = {
  readonly severity: 'error' | 'warning';
  readonly code: ConfigCode;
  readonly file: string; // or the name of a variable or option
  readonly line: number; // from 1; 0 where there is no file
  readonly column: number;
  readonly path: string; // "venues.alpaca.money"
  readonly message: string;
  readonly hint: string; // what to do; may be empty
  readonly excerpt?: { readonly text: string; readonly column: number; readonly length: number }; // the line, with secrets struck out
};

export function problemAt(origin: Origin, about: Pick<ConfigProblem, 'severity' | 'code' | 'path' | 'message' | 'hint'>, struckOut: readonly Origin[]): ConfigProblem {
  const { layer, at, end } = origin;
  if (layer.kind === 'variable' || layer.kind === 'option' || layer.text === '') return { ...about, file: layer.name, line: 0, column: 0 };
  const { line, column } = lineAndColumn(layer.text, at);
  const from = at - column + 1;
  const lineEnd = layer.text.indexOf('\n', from);
  const to = lineEnd < 0 ? layer.text.length : lineEnd;
  const hidden = struckOut.filter((other) => other.layer === layer && other.at < to && other.end > from);
  const text = hidden.reduce((shown, other) => struckOutOf(shown, other.at - from, other.end - from), layer.text.slice(from, to).replaceAll('\t', ' ')).trimEnd();
  return { ...about, file: layer.name, line, column, excerpt: { text, column, length: Math.max(1, Math.min(end, to) - at) } };
}

/** Stars for a value, quotes kept, so that every column stays where it is. */
function struckOutOf(line: string, from: number, to: number): string {
  const [start, end] = [Math.max(0, from), Math.min(line.length, to)];
  return line.slice(0, start) + line.slice(start, end).replaceAll(/[^"]/g, '*') + line.slice(end);
}

/** One problem as a person reads it: the place and the fault, the line, and under it what to write. */
export function formatProblem({ file, line, column, severity, code, path, message, hint, excerpt }: ConfigProblem): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const head = `${place}  ${severity} ${code}  ${path === '' ? '' : `${path}: `}${message}`;
  if (excerpt === undefined) return hint === '' ? head : `${head}\n      ${hint}`;
  const margin = String(line).padStart(5);
  const marks = `${' '.repeat(excerpt.column - 1)}${'^'.repeat(excerpt.length)}`;
  return `${head}\n${margin} | ${excerpt.text}\n${' '.repeat(margin.length)} | ${marks}${hint === '' ? '' : `  ${hint}`}`;
}

/** All of them and the sum, as `config validate` prints it. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const [errors, warnings] = (['error', 'warning'] as const).map((severity) => problems.filter((problem) => problem.severity === severity).length);
  const counted = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  return [...problems.map(formatProblem), `${counted(errors ?? 0, 'error')}, ${counted(warnings ?? 0, 'warning')}`].join('\n');
}
