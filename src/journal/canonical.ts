/**
 * One text for one value: JSON with sorted keys, no spaces, whole numbers only. Equal values give equal bytes on every
 * machine, so that a hash of the bytes is a hash of the value.
 *
 * A `bigint` becomes its decimal text, because JSON has no other place for it; whoever reads it back knows by schema.
 */
import { ShapeError } from './errors.ts';

export const quote = (text: string): string => JSON.stringify(text);

/** Order of keys: by UTF-16 code unit, as `<` on strings. */
export const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Throws ShapeError for a float, an unsafe number, `undefined`, and anything that is not plain data. */
export function canonicalJson(value: unknown): string {
  return write(value, '');
}

function write(value: unknown, path: string): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new ShapeError(path, `is ${value}, which is not a safe whole number`);
    return String(value);
  }
  if (value === null) return 'null';
  if (typeof value !== 'object') throw new ShapeError(path, `is ${typeof value}, which has no canonical form`);
  if (Array.isArray(value)) return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new ShapeError(path, 'is not plain data');
  const source = value as Readonly<Record<string, unknown>>;
  const parts = Object.keys(source).toSorted(byKey).map((key) => `${quote(key)}:${write(source[key], path === '' ? key : `${path}.${key}`)}`);
  return `{${parts.join(',')}}`;
}
