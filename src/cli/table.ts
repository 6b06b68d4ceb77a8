/** Rows with aligned columns, and the shapes that stand for states in every place where people look. */
import type { Style, Terminal } from '../edges/process/index.ts';

export type Mark = '●' | '▲' | '◆' | '■' | '◌';
const styles: Readonly<Record<Mark, Style>> = { '●': 'green', '▲': 'yellow', '◆': 'cyan', '■': 'red', '◌': 'dim' };

export const marked = (terminal: Terminal, mark: Mark): string => terminal.paint(styles[mark], mark);

/** Columns two spaces apart; nothing is cut. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map((row) => row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ').trimEnd());
}

const at = (value: unknown, key: string): unknown => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined);

/** The value at a path of a document, as text; "" where there is none. */
export function textAt(document: unknown, path: string): string {
  const value = path.split('.').reduce(at, document);
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`;
}

export function listAt(document: unknown, path: string): readonly unknown[] {
  const value = path.split('.').reduce(at, document);
  return Array.isArray(value) ? value : [];
}

/** "0.01 BTC" of `{ amount, asset }`. */
export const amountAt = (document: unknown, path: string): string => {
  const amount = textAt(document, `${path}.amount`);
  return amount === '' ? '' : `${amount} ${textAt(document, `${path}.asset`)}`;
};
