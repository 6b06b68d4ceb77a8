/** A configuration before it is checked: plain values, each of which knows where it was written. */
import type { JsonNode } from '../../base/index.ts';

/** A file of the layers, or the variable or option that stands in for one. */
export type Layer = { readonly kind: 'main' | 'environment' | 'local' | 'variable' | 'option'; readonly name: string; readonly text: string };
export type Origin = { readonly layer: Layer; readonly at: number; readonly end: number };
export type Scalar = string | number | boolean | null;
export type Tree = { readonly origin: Origin } & (
  | { readonly kind: 'scalar'; readonly value: Scalar; readonly filledIn?: 'default' | 'outside' } // how `${…}` was answered, where there was any
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, { readonly keyOrigin: Origin; readonly value: Tree }> }
);
export type Path = readonly (string | number)[];
export type ObjectTree = Extract<Tree, { kind: 'object' }>;

export function treeOf(node: JsonNode, layer: Layer): Tree {
  const origin: Origin = { layer, at: node.at, end: node.end };
  switch (node.kind) {
    case 'null': return { kind: 'scalar', value: null, origin };
    case 'number': return { kind: 'scalar', value: Number(node.text), origin };
    case 'boolean':
    case 'string': return { kind: 'scalar', value: node.value, origin };
    case 'list': return { kind: 'list', items: node.items.map((item) => treeOf(item, layer)), origin };
    case 'object': {
      const members = [...node.members].map(([key, member]) =>
        [key, { keyOrigin: { layer, at: member.keyAt, end: member.keyEnd }, value: treeOf(member.value, layer) }] as const);
      return { kind: 'object', members: new Map(members), origin };
    }
  }
}

/** Objects merge, everything else is replaced by the later one. */
export function merge(below: Tree, above: Tree): Tree {
  if (below.kind !== 'object' || above.kind !== 'object') return above;
  const members = new Map(below.members);
  for (const [key, member] of above.members) {
    const earlier = members.get(key);
    members.set(key, earlier === undefined ? member : { ...member, value: merge(earlier.value, member.value) });
  }
  return { ...below, members };
}

/** The tree with one value set, and the objects on the way there made where they are missing. */
export function withValue(tree: Tree | undefined, path: readonly string[], value: Tree): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const { origin } = value;
  const object: ObjectTree = tree?.kind === 'object' ? tree : { kind: 'object', members: new Map(), origin };
  const inner = withValue(object.members.get(key)?.value, rest, value);
  return { ...object, members: new Map(object.members).set(key, { keyOrigin: object.members.get(key)?.keyOrigin ?? origin, value: inner }) };
}

export function fromPlain(value: unknown, origin: Origin): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => fromPlain(item, origin)), origin };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value: value as Scalar, origin };
  return { kind: 'object', members: new Map(Object.entries(value).map(([key, inner]) => [key, { keyOrigin: origin, value: fromPlain(inner, origin) }])), origin };
}

export function toPlain(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar': return tree.value;
    case 'list': return tree.items.map(toPlain);
    case 'object': {
      const plain: Record<string, unknown> = {};
      // `defineProperty`, so that a key such as "__proto__" is a key like any other.
      for (const [key, { value }] of tree.members) Object.defineProperty(plain, key, { value: toPlain(value), enumerable: true, configurable: true, writable: true });
      return plain;
    }
  }
}

/** What is written at a path, or at the nearest place above it. */
export function nearestTo(tree: Tree, path: Path): { readonly tree: Tree; readonly keyOrigin: Origin | undefined; readonly exact: boolean } {
  let found: Tree = tree;
  let keyOrigin: Origin | undefined;
  for (const key of path) {
    const member = found.kind === 'object' ? found.members.get(String(key)) : undefined;
    const item = found.kind === 'list' && typeof key === 'number' ? found.items[key] : undefined;
    const next = member?.value ?? item;
    if (next === undefined) return { tree: found, keyOrigin, exact: false };
    [found, keyOrigin] = [next, member?.keyOrigin];
  }
  return { tree: found, keyOrigin, exact: true };
}

export type Leaf = { readonly path: Path; readonly tree: Extract<Tree, { kind: 'scalar' }> };

export function leavesOf(tree: Tree, path: Path = []): Leaf[] {
  if (tree.kind === 'scalar') return [{ path, tree }];
  if (tree.kind === 'list') return tree.items.flatMap((item, index) => leavesOf(item, [...path, index]));
  return [...tree.members].flatMap(([key, { value }]) => leavesOf(value, [...path, key]));
}
