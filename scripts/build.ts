/**
 * Builds what the package ships: dist/, JavaScript and declarations of src/ without its tests. `npm pack` runs it first.
 *
 * Owns dist/, which is made anew each time, so that nothing of an earlier build is ever shipped. A clone itself needs no
 * build: whatever runs there runs from src/.
 *
 *   B1. Of the declarations only those are shipped that an export leads to: nobody's editor can open the others.
 */
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runTool } from './suite/tool.ts';

type Exports = Readonly<Record<string, string | { readonly types: string }>>;

rmSync('dist', { recursive: true, force: true });
const { ok, output } = await runTool('tsc', ['--project', 'tsconfig.build.json']);
if (!ok) console.error(output.trim());
else {
  const led = ledTo(entries());
  for (const path of globSync('dist/**/*.d.ts')) if (!led.has(path)) rmSync(path); // B1
}
process.exitCode = ok ? 0 : 1;

function entries(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly exports: Exports };
  return Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [join(entry.types)]));
}

/** The declarations at these paths, and all that they import, by name or inside a type. */
function ledTo(paths: readonly string[]): ReadonlySet<string> {
  const led = new Set<string>();
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (led.has(path)) continue;
    led.add(path);
    for (const [, named = ''] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const next = join(dirname(path), named.replace(/\.[jt]s$/, '.d.ts'));
      if (!existsSync(next)) throw new Error(`${path} imports ${named}, and there is no ${next}.`);
      waiting.push(next);
    }
  }
  return led;
}
