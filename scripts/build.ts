/**
 * Builds what the package ships: dist/, JavaScript and declarations of src/ without its tests. `npm pack` runs it first.
 *
 * Owns dist/, which is made anew each time, so that nothing of an earlier build is ever shipped. A clone itself needs no
 * build: whatever runs there runs from src/.
 */
import { rmSync } from 'node:fs';
import { runTool } from './suite/tool.ts';

rmSync('dist', { recursive: true, force: true });
const { ok, output } = await runTool('tsc', ['--project', 'tsconfig.build.json']);
if (!ok) console.error(output.trim());
process.exitCode = ok ? 0 : 1;
