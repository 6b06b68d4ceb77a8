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

/** Texts beside their labels, within 100 columns. */
export function labelled(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...rows.map(([label = '']) => label.length));
  return rows.flatMap(([label = '', text = '']) => wrapped(text, WIDTH - width - 4).map((line, index) => `  ${(index === 0 ? label : '').padEnd(width)}  ${line}`));
}

export const WIDTH = 100;

/** Whole words, at most so wide. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
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
