/**
 * The tree as one list, and every way to break it.
 *
 * Owns the order of the folders of src/ and what each may reach. Does not own the files: it is handed their text, so
 * that a test can plant a fault.
 *
 *   R1. A file imports only what its line of the list names, its own folder, and nothing outside src/.
 *   R2. Inside core/ the order goes on: a folder imports only folders listed before it.
 *   R3. node: modules and packages are for the real outside.
 *   R4. Neighbours that must not lean on each other (venues, dialects, edges) are strangers.
 *   R5. No two folders need each other, and no two files need each other to load.
 */
import { importsOf } from './imports.ts';
import type { Import } from './imports.ts';

type Line = {
  readonly name: string;
  readonly mayImport: readonly string[];
  readonly modules?: readonly string[] | 'any'; // node: modules and packages; none unless named
  readonly typesOnly?: boolean;
  readonly strangers?: boolean;
};

const pureSchemas = ['zod'];
const pureCodecs = ['@msgpack/msgpack'];

export const tree: readonly Line[] = [
  { name: 'base', mayImport: [] },
  { name: 'journal', mayImport: ['base'], modules: ['node:crypto'] },
  { name: 'core', mayImport: ['base', 'journal'] },
  { name: 'ports', mayImport: ['base', 'journal', 'core'], typesOnly: true },
  { name: 'calls', mayImport: ['base', 'core', 'ports'] },
  { name: 'runtime', mayImport: ['base', 'journal', 'core', 'ports', 'calls'] },
  { name: 'door', mayImport: ['base', 'journal', 'core', 'ports', 'runtime'] },
  { name: 'supervisor', mayImport: ['base', 'journal', 'core', 'ports', 'runtime'] },
  { name: 'exchange', mayImport: ['base', 'journal', 'ports'] },
  { name: 'venues', mayImport: ['base', 'journal', 'ports'], modules: pureSchemas, strangers: true },
  { name: 'dialects', mayImport: ['base', 'journal', 'ports'], modules: [...pureSchemas, ...pureCodecs], strangers: true },
  { name: 'sim', mayImport: ['base', 'journal', 'core', 'ports', 'calls', 'runtime', 'door', 'supervisor', 'exchange', 'venues', 'dialects'] },
  { name: 'edges', mayImport: ['base', 'journal', 'ports'], modules: 'any', strangers: true },
  {
    name: 'cli', modules: ['commander', 'node:path', 'node:util', ...pureSchemas],
    mayImport: ['base', 'journal', 'core', 'ports', 'calls', 'runtime', 'door', 'supervisor', 'exchange', 'venues', 'dialects', 'sim', 'edges'],
  },
  {
    name: 'library', modules: ['node:fs', 'node:path', 'node:process'],
    mayImport: ['base', 'journal', 'core', 'ports', 'calls', 'runtime', 'door', 'edges', 'cli'],
  },
];
const openEnds = ['main.ts', 'index.ts', 'resilience.ts']; // the only files that may know every folder
const coreOrder = [
  'market', 'orders', 'ledger', 'feeds', 'valuation', 'health', 'messages', // facts
  'calls', 'breakers', 'limits', 'failover', 'recovery', // guards
  'formats', 'segments', // the record itself
  'safety', // command
  'alerts', 'audit', 'availability', 'board', // outlook
];
// The closed union of facts and the world are made of every folder's parts; a folder may name their types, no more.
const coreSums = ['src/core/events.ts', 'src/core/world.ts'];
const nameless = /(?:^|-)(?:utils?|helpers?|managers?|common|misc|stuff)(?:-|$)/i;

/** @param files path from the project's root to text, all of src/ */
export function faultsOf(files: ReadonlyMap<string, string>): readonly string[] {
  const sources = [...files].filter(([path]) => path.startsWith('src/') && path.endsWith('.ts'));
  const product = sources.filter(([path]) => !path.endsWith('.test.ts')); // a test may import what it likes
  const imports = product.flatMap(([path, source]) => importsOf(path, source));
  return [
    ...product.flatMap(([path]) => placeFaults(path)),
    ...folderFaults(sources.map(([path]) => path)),
    ...imports.flatMap((one) => importFaults(one).map((fault) => `${one.from}:${one.line} imports ${one.target}: ${fault}`)),
    ...cycles(siblingGraph(imports)).map((cycle) => `These folders need each other: ${cycle.join(' → ')}`),
    ...cycles(loadGraph(imports)).map((cycle) => `These files need each other to load: ${cycle.join(' → ')}`),
  ];
}

function placeFaults(path: string): readonly string[] {
  const [, top = '', second = ''] = path.split('/');
  const faults: string[] = [];
  const known = tree.some((line) => line.name === top) || openEnds.includes(top);
  if (!known) faults.push(`${path}: src/${top} is not in the tree. Put it where it belongs, or add its line to test/tree/rules.ts and ARCHITECTURE.md.`);
  const isCoreFolder = top === 'core' && path.split('/').length > 3;
  if (isCoreFolder && !coreOrder.includes(second)) faults.push(`${path}: core/${second} is not in the order of core folders.`);
  for (const part of path.replace(/(\.test)?\.ts$/, '').split('/')) {
    if (nameless.test(part)) faults.push(`${path}: "${part}" says nothing about what it holds. Name it by its noun.`);
  }
  return faults;
}

function folderFaults(paths: readonly string[]): readonly string[] {
  const folders = new Set(paths.flatMap((path) => ancestors(path)));
  // A folder of strangers has no story of its own: whoever wants one of them would load them all.
  for (const line of tree) if (line.strangers === true) folders.delete(`src/${line.name}`);
  return [...folders].filter((folder) => !paths.includes(`${folder}/index.ts`)).map((folder) => `${folder} has no index.ts: a folder is entered by it.`);
}

/** `src/a/b/c.ts` gives `src/a/b` and `src/a`, not `src`. */
function ancestors(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.slice(1).map((_, depth) => parts.slice(0, depth + 2).join('/'));
}

function importFaults({ from, target, typeOnly }: Import): readonly string[] {
  const [, top = '', second = ''] = from.split('/');
  if (openEnds.includes(top)) return [];
  const line = tree.find((one) => one.name === top);
  if (line === undefined) return []; // named by placeFaults
  if (!target.startsWith('src/')) return outsideFaults(line, target);
  const [, targetTop = '', targetSecond = ''] = target.split('/');
  if (openEnds.includes(targetTop)) return [`nothing imports src/${targetTop}.`]; // R1
  if (targetTop !== top && !line.mayImport.includes(targetTop)) {
    return [`${top}/ may import ${line.mayImport.join(', ') || 'nothing'}.`]; // R1
  }
  if (line.typesOnly === true && targetTop !== top && !typeOnly) return [`${top}/ holds shapes alone; write "import type".`];
  if (targetTop !== top) return [];
  if (line.strangers === true && isFolder(from) && isFolder(target) && second !== targetSecond) {
    return [`${top}/${second} and ${top}/${targetSecond} are strangers.`]; // R4
  }
  return top === 'core' ? coreFaults({ from, target, typeOnly }) : [];
}

function outsideFaults(line: Line, target: string): readonly string[] {
  if (target.includes('/') && /^(test|bench|scripts|web|examples)\//.test(target)) return ['the product does not import what is outside src/.'];
  if (line.modules === 'any' || line.modules?.includes(target) === true) return [];
  return [`${line.name}/ may use ${line.modules?.join(', ') ?? 'no module or package'}; the outside comes through ports.`]; // R3
}

function coreFaults({ from, target, typeOnly }: Pick<Import, 'from' | 'target' | 'typeOnly'>): readonly string[] {
  if (!isFolder(from)) return [];
  const own = from.split('/')[2] ?? '';
  const other = target.split('/')[2] ?? '';
  if (!isFolder(target)) return coreSums.includes(target) && typeOnly ? [] : [`a core folder may import types of events.ts and world.ts alone.`];
  if (own === other || coreOrder.indexOf(other) < coreOrder.indexOf(own)) return [];
  return [`core/${other} comes after core/${own}.`]; // R2
}

/** Is the file inside a folder of its top folder, as `src/core/orders/key.ts` is and `src/core/world.ts` is not? */
function isFolder(path: string): boolean {
  return path.split('/').length > 3;
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function graphOf(pairs: readonly (readonly [string, string])[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of pairs) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  return graph;
}

/** Folders that stand side by side and of which one imports the other. */
function siblingGraph(imports: readonly Import[]): Graph {
  return graphOf(imports.flatMap(({ from, target }): (readonly [string, string])[] => {
    const one = from.split('/');
    const other = target.split('/');
    const shared = one.findIndex((part, depth) => part !== other[depth]);
    const bothFolders = shared > 0 && shared < one.length - 1 && shared < other.length - 1;
    return bothFolders ? [[one.slice(0, shared + 1).join('/'), other.slice(0, shared + 1).join('/')]] : [];
  }));
}

/** Files of which one runs the other when it is loaded; types are gone by then, and a dynamic import comes later. */
function loadGraph(imports: readonly Import[]): Graph {
  return graphOf(imports.filter(({ typeOnly, target }) => !typeOnly && target.startsWith('src/')).map(({ from, target }) => [from, target] as const));
}

/** One cycle for every knot in the graph, starting at its first name. */
function cycles(graph: Graph): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) found.push([...path.slice(at), name]);
    if (at >= 0 || done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of [...graph.keys()].toSorted()) visit(name, []);
  return found;
}
