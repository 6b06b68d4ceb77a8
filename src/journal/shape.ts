/**
 * A small language in which a fact says what its payload holds. From one declaration come the type, the strict writer
 * and reader of its canonical JSON, and the words of the reference.
 *
 *   P1. What `encode` wrote, `decode` gives back: the same kinds, keys and values; encoding that again gives the same bytes.
 *   P2. Nothing is guessed: a missing or unknown key, another kind, a float, an unsafe number is an error that names its path.
 *   P3. Money is `bigint` here and decimal text in the bytes, by declaration (`units`), never by looking at the value.
 */
import { byKey, quote } from './canonical.ts';
import { ShapeError } from './errors.ts';

export type Shape<T> = {
  readonly kind: 'text' | 'int' | 'units' | 'flag' | 'list' | 'record' | 'dictionary' | 'oneOf';
  readonly doc: string;
  readonly words: string; // for the reference: "list of text"
  readonly fields?: readonly FieldNote[]; // of a record, or of the records inside a list or dictionary
  write(value: T): string;
  read(json: unknown): T;
};
export type OptionalShape<T> = { readonly kind: 'optional'; readonly inner: Shape<T> };
export type FieldNote = { readonly name: string; readonly words: string; readonly optional: boolean; readonly doc: string; readonly fields: readonly FieldNote[] };
export type Fields = Readonly<Record<string, Shape<unknown> | OptionalShape<unknown>>>;

export type Infer<S> = S extends Shape<infer T> ? T : never;
type OptionalKey<F> = { [K in keyof F]: F[K] extends OptionalShape<unknown> ? K : never }[keyof F];
export type RecordOf<F> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKey<F>>]: F[K] extends Shape<infer T> ? T : never }
  & { readonly [K in OptionalKey<F>]?: F[K] extends OptionalShape<infer T> ? T : never }
>;
type Flat<T> = { [K in keyof T]: T[K] };

export const text = (doc = ''): Shape<string> => ({
  kind: 'text', doc, words: 'text',
  write: (value) => (typeof value === 'string' ? quote(value) : wrong(value, 'text')),
  read: (json) => (typeof json === 'string' ? json : wrong(json, 'text')),
});

/** A whole number that a double holds exactly: a time in ms, a count, a sequence number. Never money. */
export const int = (doc = ''): Shape<number> => ({
  kind: 'int', doc, words: 'whole number',
  write: (value) => (Number.isSafeInteger(value) ? String(value) : wrong(value, 'a safe whole number')),
  read: (json) => (Number.isSafeInteger(json) ? (json as number) : wrong(json, 'a safe whole number')),
});

/** Money, quantities and prices in whole units: `bigint`, decimal text in the bytes. */
export const units = (doc = ''): Shape<bigint> => ({
  kind: 'units', doc, words: 'units (whole number as text)',
  write: (value) => (typeof value === 'bigint' ? `"${value}"` : wrong(value, 'units (a bigint)')),
  read: (json) => (typeof json === 'string' && wholeNumber.test(json) ? BigInt(json) : wrong(json, 'units (a whole number as text)')),
});
const wholeNumber = /^(?:0|-?[1-9]\d*)$/;

export const flag = (doc = ''): Shape<boolean> => ({
  kind: 'flag', doc, words: 'true or false',
  write: (value) => (typeof value === 'boolean' ? String(value) : wrong(value, 'true or false')),
  read: (json) => (typeof json === 'boolean' ? json : wrong(json, 'true or false')),
});

/** One of these texts and no other. For a doc: `described(oneOf('buy', 'sell'), 'the side')`. */
export function oneOf<const T extends readonly [string, ...string[]]>(...choices: T): Shape<T[number]> {
  const written = new Map<unknown, string>(choices.map((choice) => [choice, quote(choice)]));
  const words = choices.map((choice) => `"${choice}"`).join(' | ');
  return {
    kind: 'oneOf', doc: '', words,
    write: (value) => written.get(value) ?? wrong(value, `one of ${words}`),
    read: (json) => (written.has(json) ? (json as T[number]) : wrong(json, `one of ${words}`)),
  };
}

export function list<T>(item: Shape<T>, doc = ''): Shape<readonly T[]> {
  return {
    kind: 'list', doc, words: `list of ${item.words}`, ...inside(item),
    write(value) {
      if (!Array.isArray(value)) return wrong(value, 'a list');
      let [at, out] = [0, ''];
      try {
        for (; at < value.length; at++) out += `${at === 0 ? '' : ','}${item.write((value as readonly T[])[at] as T)}`;
      } catch (thrown) {
        throw within(`[${at}]`, thrown);
      }
      return `[${out}]`;
    },
    read(json) {
      if (!Array.isArray(json)) return wrong(json, 'a list');
      const items: T[] = [];
      try {
        for (const element of json as readonly unknown[]) items.push(item.read(element));
      } catch (thrown) {
        throw within(`[${items.length}]`, thrown);
      }
      return items;
    },
  };
}

/** Any number of named values of one shape. The names are data, not declared. */
export function dictionary<T>(item: Shape<T>, doc = ''): Shape<Readonly<Record<string, T>>> {
  return {
    kind: 'dictionary', doc, words: `by name: ${item.words}`, ...inside(item),
    write(value) {
      const source = plain<T>(value);
      let [at, out] = ['', ''];
      try {
        for (at of Object.keys(source).toSorted(byKey)) out += `${out === '' ? '' : ','}${quote(notReserved(at))}:${item.write(source[at] as T)}`;
      } catch (thrown) {
        throw within(at, thrown);
      }
      return `{${out}}`;
    },
    read(json) {
      const source = plain(json);
      const result: Record<string, T> = {};
      let at = '';
      try {
        for (at of Object.keys(source)) result[notReserved(at)] = item.read(source[at]);
      } catch (thrown) {
        throw within(at, thrown);
      }
      return result;
    },
  };
}

/** Only as a field of a record: the key may be absent, and is then absent in the bytes. It is never present with `undefined`. */
export const optional = <T>(inner: Shape<T>): OptionalShape<T> => ({ kind: 'optional', inner });

/** The same shape with other words for the reference. */
export const described = <T>(shape: Shape<T>, doc: string): Shape<T> => ({ ...shape, doc });

export const record = <F extends Fields>(fields: F, doc = ''): Shape<RecordOf<F>> => recordBeside(fields, doc, undefined);

/** A record whose object carries one more key that is not part of it: a fact's `type`, which stands in the header. */
export function recordBeside<F extends Fields>(fields: F, doc: string, besideKey: string | undefined): Shape<RecordOf<F>> {
  const declared = Object.entries(fields).toSorted(([a], [b]) => byKey(a, b)).map(([name, field]) => {
    const required = field.kind !== 'optional';
    return { name, prefix: `${quote(name)}:`, required, shape: required ? field : field.inner };
  });
  const names = new Set(declared.map((field) => field.name));
  const beside = besideKey === undefined ? 0 : 1;
  const checkKeys = (keys: readonly string[], taken: number): void => {
    if (keys.length === taken) return;
    const unknown = keys.find((key) => key !== besideKey && !names.has(key));
    if (unknown !== undefined) throw new ShapeError(unknown, 'is not declared');
    throw new ShapeError(keys.find((key) => key !== besideKey) ?? '', 'is present without a value; leave the key out instead');
  };
  return {
    kind: 'record', doc, words: 'record',
    fields: declared.map(({ name, required, shape }) => ({ name, words: shape.words, optional: !required, doc: shape.doc, fields: shape.fields ?? [] })),
    write(value) {
      const source = plain(value);
      let [at, out, taken] = ['', '', beside];
      try {
        for (const field of declared) {
          at = field.name;
          const item = source[at];
          if (item === undefined) {
            if (field.required) throw new ShapeError('', 'is missing');
            continue;
          }
          taken += 1;
          out += `${out === '' ? '' : ','}${field.prefix}${field.shape.write(item)}`;
        }
      } catch (thrown) {
        throw within(at, thrown);
      }
      checkKeys(Object.keys(source), taken);
      return `{${out}}`;
    },
    read(json) {
      const source = plain(json);
      const result: Record<string, unknown> = {};
      let [at, taken] = ['', 0];
      try {
        for (const field of declared) {
          at = field.name;
          const item = source[at];
          if (item === undefined) {
            if (field.required) throw new ShapeError('', 'is missing');
            continue;
          }
          taken += 1;
          result[at] = field.shape.read(item);
        }
      } catch (thrown) {
        throw within(at, thrown);
      }
      checkKeys(Object.keys(source), taken);
      return result as RecordOf<F>;
    },
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value as canonical JSON in UTF-8. Throws ShapeError. */
export const encode = <T>(shape: Shape<T>, value: T): Uint8Array => encoder.encode(shape.write(value));

/** The value of these bytes. Throws ShapeError. */
export const decode = <T>(shape: Shape<T>, bytes: Uint8Array): T => shape.read(parseJson(bytes));

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    throw new ShapeError('', `is not JSON in UTF-8 (${bytes.length} bytes)`);
  }
}

const inside = (item: Shape<unknown>): { readonly fields?: readonly FieldNote[] } => (item.fields === undefined ? {} : { fields: item.fields });

function plain<T = unknown>(value: unknown): Readonly<Record<string, T>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, 'a record');
  return value as Readonly<Record<string, T>>;
}

// Assigned to a plain object, this one name would change the object's nature instead of becoming a key.
function notReserved(key: string): string {
  if (key === '__proto__') throw new ShapeError('', 'has a name that is reserved');
  return key;
}

function wrong(value: unknown, expected: string): never {
  const shown = typeof value === 'string' ? `text ${quote(value.slice(0, 40))}` : typeof value === 'bigint' || typeof value === 'number' ? `${typeof value} ${value}` : value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  throw new ShapeError('', `should be ${expected} but is ${shown}`);
}

/** The same error, seen from one level further out. */
function within(step: string, thrown: unknown): unknown {
  if (!(thrown instanceof ShapeError)) return thrown;
  const join = thrown.path === '' || thrown.path.startsWith('[') ? '' : '.';
  return new ShapeError(`${step}${join}${thrown.path}`, thrown.problem);
}
