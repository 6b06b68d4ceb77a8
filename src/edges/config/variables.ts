/**
 * `BREAKWATER__SECTION__KEY`: one key of the configuration as an environment variable. Names are matched without regard
 * to case, "_" and "-", against the schema and, below a collection, against the names that are already there.
 * `…_FILE` names a file that holds the value, for secrets.
 */
import { nearest, readJson } from '../../base/index.ts';
import { configSchema, schemaAt } from './schema.ts';
import type { SchemaNode } from './schema.ts';
import type { ObjectTree, Tree } from './tree.ts';

export const PREFIX = 'BREAKWATER__';

export type Variable = { readonly name: string; readonly value: string };
export type Located =
  | { readonly ok: true; readonly path: readonly string[]; readonly fromFile: boolean }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** In the order of their names, so that two that mean the same key always end the same way. */
export function variablesOf(environment: Readonly<Record<string, string | undefined>>): Variable[] {
  return Object.entries(environment)
    .flatMap(([name, value]) => (name.startsWith(PREFIX) && value !== undefined ? [{ name, value }] : []))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function locate(variable: Variable, tree: Tree): Located {
  const segments = variable.name.slice(PREFIX.length).split('__');
  const plain = pathOf(segments, tree);
  if (plain.ok) return { ...plain, fromFile: false };
  const last = segments.at(-1) ?? '';
  const held = last.endsWith('_FILE') ? pathOf([...segments.slice(0, -1), last.slice(0, -'_FILE'.length)], tree) : plain;
  return held.ok ? { ...held, fromFile: true } : plain;
}

/** The text of a variable as the kind of value its key wants; a text that is none stays a text, and the check says so. */
export function valueFor(path: readonly string[], text: string): unknown {
  const type = schemaAt(path)?.type;
  if (type === 'integer' || type === 'number') return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'array' && !text.trim().startsWith('[')) return text.split(',').map((item) => item.trim());
  if (type === 'array' || type === 'object') return readJson(text).ok ? (JSON.parse(text) as unknown) : text;
  return text;
}

type Found = { readonly ok: true; readonly path: readonly string[] } | { readonly ok: false; readonly message: string; readonly hint: string };

function pathOf(segments: readonly string[], root: Tree): Found {
  const path: string[] = [];
  let schema: SchemaNode | undefined = configSchema();
  let tree: Tree | undefined = root;
  for (const segment of segments) {
    const here: ObjectTree | undefined = tree?.kind === 'object' ? tree : undefined;
    const known: readonly string[] = [...Object.keys(schema?.properties ?? {}), ...(here?.members.keys() ?? [])];
    const key: string | undefined = known.find((candidate) => folded(candidate) === folded(segment)) ?? newName(schema, segment);
    if (key === undefined) {
      const meant = nearest(folded(segment), known.map(folded));
      const suggestion = known.find((candidate) => folded(candidate) === meant);
      return { ok: false, message: `no key "${[...path, segment].join('.')}" is known`, hint: suggestion === undefined ? '' : `did you mean "${[...path, suggestion].join('.')}"?` };
    }
    path.push(key);
    schema = schemaAt(path);
    tree = here?.members.get(key)?.value;
  }
  return { ok: true, path };
}

const folded = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9$]/g, '');

function newName(schema: SchemaNode | undefined, segment: string): string | undefined {
  if (typeof schema?.additionalProperties !== 'object') return undefined;
  const pattern = new RegExp(schema.propertyNames?.pattern ?? '');
  return [segment, segment.toLowerCase()].find((name) => name !== '' && pattern.test(name));
}
