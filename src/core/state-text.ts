/**
 * A state as text: one line that says what follows, then one line for each row of each table, in key order.
 *
 * Owns the form alone. Which tables there are, and what they mean, is the world's. A line is exactly what a table's digest is made
 * of, so that rows which nobody looks at are neither read nor written when a state is taken apart and put together.
 *
 *   ST1. The same state gives the same text; a text that is cut, or goes on too long, is an error.
 */
import { canonicalText, invariant, parseCanonical } from '../base/index.ts';
import type { Table } from '../base/index.ts';

/** A row: its key, and its value as canonical text. */
export type TextRow = readonly [string, string];
export type ReadState = { readonly format: number; readonly singles: unknown; readonly tables: ReadonlyMap<string, readonly TextRow[]> };

const FIRST_FORMAT_OF_LINES = 4; // before it a state was one canonical text of everything

/** @param without rows that are left out, as `table key` */
export function writeState(format: number, singles: unknown, tables: readonly (readonly [string, Table<unknown>])[], without: ReadonlySet<string>): string {
  const lines = [''];
  const sizes: [string, number][] = [];
  for (const [name, table] of tables) {
    const before = lines.length;
    for (const [key, text] of table.texts()) if (without.size === 0 || !without.has(`${name} ${key}`)) lines.push(`${JSON.stringify(key)}:${text}`);
    sizes.push([name, lines.length - before]);
  }
  lines[0] = canonicalText({ format, singles, tables: sizes });
  return lines.join('\n');
}

/** Reads every format since the first that a segment began with. Throws where the text is not whole. */
export function readState(text: string): ReadState {
  const end = text.indexOf('\n');
  const first = parseCanonical(end < 0 ? text : text.slice(0, end)) as { readonly format: number; readonly singles: unknown; readonly tables: unknown };
  if (first.format >= FIRST_FORMAT_OF_LINES) return { ...first, tables: rowsOf(text, end < 0 ? text.length : end, first.tables as readonly [string, number][]) };
  const tables = Object.entries(first.tables as Record<string, readonly [string, unknown][]>);
  return { ...first, tables: new Map(tables.map(([name, rows]) => [name, rows.map(([key, value]): TextRow => [key, canonicalText(value)])])) };
}

function rowsOf(text: string, from: number, sizes: readonly (readonly [string, number])[]): Map<string, readonly TextRow[]> {
  let at = from;
  const tables = new Map<string, readonly TextRow[]>();
  for (const [name, size] of sizes) {
    const rows: TextRow[] = [];
    for (let row = 0; row < size; row++) {
      invariant(at < text.length, `a state holds the rows it names (${row} of ${size} in ${name})`); // ST1
      const next = text.indexOf('\n', at + 1);
      const end = next < 0 ? text.length : next;
      const colon = endOfKey(text, at + 1);
      rows.push([keyIn(text.slice(at + 1, colon)), text.slice(colon + 1, end)]);
      at = end;
    }
    tables.set(name, rows);
  }
  invariant(at === text.length, 'a state ends with its last row'); // ST1
  return tables;
}

const keyIn = (quoted: string): string => (quoted.includes('\\') ? JSON.parse(quoted) as string : quoted.slice(1, -1));

/** Where the quoted text that begins here has ended. */
function endOfKey(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at += 1;
    else if (unit === 0x22) return at + 1;
  }
  return text.length;
}
