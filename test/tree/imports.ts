/**
 * Reads from a source file what it imports, in every spelling that loads another file: import and export
 * declarations, dynamic imports, imports of types in place, and a worker named by `new URL('./x.ts', import.meta.url)`.
 *
 * A search for patterns, not a parser: TypeScript's own is not to be had from a program any more. Declarations are
 * looked for at the start of a line only, where prose in comments never puts one.
 */
export type Import = { readonly from: string; readonly target: string; readonly typeOnly: boolean; readonly line: number };

const declaration = /^[ \t]*(?:import|export)\b(?<names>[^'"`;=]*?)\bfrom\s*['"](?<target>[^'"]+)['"]/gm;
const bare = /^[ \t]*import\s*['"](?<target>[^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"`](?<target>[^'"`]+)['"`]/g;
const worker = /\bnew URL\(\s*['"`](?<target>[^'"`]+\.ts)['"`]\s*,\s*import\.meta\.url/g;

export function importsOf(from: string, source: string): readonly Import[] {
  const found: Import[] = [];
  for (const pattern of [declaration, bare, dynamic, worker]) {
    for (const match of source.matchAll(pattern)) {
      const line = source.slice(0, match.index).split('\n').length;
      const start = source.slice(source.lastIndexOf('\n', match.index) + 1, match.index);
      if (/^\s*(?:\*|\/\/)/.test(start)) continue; // an example in a comment
      const typeOnly = /^\s*type\b/.test(match.groups?.['names'] ?? '');
      found.push({ from, target: resolve(from, match.groups?.['target'] ?? ''), typeOnly, line });
    }
  }
  return found.toSorted((a, b) => a.line - b.line);
}

/** A relative target as a path from the project's root, anything else as it stands. */
function resolve(from: string, target: string): string {
  if (!target.startsWith('.')) return target;
  const path = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') path.pop();
    else if (part !== '.') path.push(part);
  }
  return path.join('/');
}
