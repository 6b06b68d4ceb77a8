/**
 * `npm run bench -- NAME… [--json] [--OPTION NUMBER]`: measures, and prints one line per figure. The words of each round go to
 * stderr. What options a bench takes is said at its beginning.
 */
import { appendBench } from './append.ts';
import { breakersBench } from './breakers.ts';
import { limitsBench } from './limits.ts';
import { memoryBench } from './memory.ts';
import { orderBench } from './order.ts';
import { restartBench } from './restart.ts';
import { simBench } from './sim.ts';
import { standstillBench } from './standstill.ts';
import type { Figure } from './figure.ts';

const benches: Readonly<Record<string, (words: readonly string[]) => Promise<Figure[]>>> = { append: appendBench, breakers: breakersBench, limits: limitsBench, memory: memoryBench, order: orderBench, restart: restartBench, sim: simBench, standstill: standstillBench };

const words = process.argv.slice(2);
const json = words.includes('--json');
const named = words.filter((word) => /^[a-z]/.test(word));
const unknown = named.find((name) => !(name in benches));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench "${unknown}". Choose from: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}
for (const name of named.length === 0 ? Object.keys(benches) : named) {
  for (const figure of (await benches[name]?.(words)) ?? []) {
    process.stdout.write(json ? `${JSON.stringify(figure)}\n` : `${figure.name.padEnd(28)} ${figure.ratio.toFixed(3).padStart(8)}  ${figure.against}, ${figure.samples} samples\n`);
  }
}
