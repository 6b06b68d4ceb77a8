/** Configurations that pages show: whole ones, and pieces that are put into the one that is shipped. */
import { readJson } from '../../src/base/index.ts';
import type { JsonNode } from '../../src/base/index.ts';
import { loadConfig } from '../../src/edges/config/index.ts';
import { placedBlocks } from './blocks.ts';

type Tree = { readonly [key: string]: unknown };
const chapters = ['instance', 'server', 'storage', 'venues', 'signals', 'limits', 'reconciliation', 'journal', 'supervisor', 'logs'];

const treeOf = (text: string): Tree | undefined => {
  const read = readJson(text, 'with-comments');
  return read.ok && read.node.kind === 'object' ? valueOf(read.node) as Tree : undefined;
};

function valueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null': return null;
    case 'number': return Number(node.text);
    case 'list': return node.items.map(valueOf);
    case 'object': return Object.fromEntries([...node.members].map(([key, { value }]) => [key, valueOf(value)]));
    default: return node.value;
  }
}

/** Is it a configuration, or a piece of one? */
export function configIn(text: string): Tree | undefined {
  const tree = treeOf(text);
  return tree !== undefined && Object.keys(tree).length > 0 && Object.keys(tree).every((key) => chapters.includes(key) || key === 'version' || key === '$schema') ? tree : undefined;
}

/** What is wrong with it, as the loader sees it; a piece is looked at inside the shipped configuration. */
export function faultsOfConfig(piece: Tree, shipped: string): readonly string[] {
  const text = JSON.stringify('version' in piece ? piece : merged(treeOf(shipped) ?? {}, piece));
  const loaded = loadConfig({ file: 'page.json', environment: undefined, env: { ALPACA_KEY: 'a-key', ALPACA_SECRET: 'a-secret' }, readFile: (path) => (path.endsWith('page.json') ? text : path.startsWith('/run/') ? 'a secret' : undefined) });
  return loaded.ok ? [] : loaded.errors.map(({ path, message }) => `${path} ${message}`);
}

/** What a reader of the README has who did as it says: the shipped configuration, with the venue that it shows. */
export function readersConfig(readme: string, shipped: string): string {
  const piece = placedBlocks({ path: 'README.md', text: readme }).map(({ language, text }) => (language === 'json' ? configIn(text) : undefined)).find((found) => found !== undefined);
  return JSON.stringify(merged(treeOf(shipped) ?? {}, piece ?? {}), undefined, 2);
}

/** What is whole takes the place of what is there (a venue that names its adapter); everything else goes into it. */
function merged(base: Tree, piece: Tree): Tree {
  const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(piece).map(([key, value]) => {
    const there = base[key];
    return [key, isTree(value) && isTree(there) && !('adapter' in value) ? merged(there, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}
