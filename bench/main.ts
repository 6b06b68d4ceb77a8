/** `npm run bench -- NAME… [--json]`: measures, and prints one line per figure. The words of each round go to stderr. */
import { appendBench } from './append.ts';
import { breakersBench } from './breakers.ts';
import type { Figure } from './figure.ts';
import { orderBench } from './order.ts';

const benches: Readonly<Record<string, () => Promise<Figure[]>>> = { append: appendBench, breakers: breakersBench, order: orderBench };

const words = process.argv.slice(2);
const json = words.includes('--json');
const named = words.filter((word) => !word.startsWith('--'));
const unknown = named.find((name) => !(name in benches));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench "${unknown}". Choose from: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}
for (const name of named.length === 0 ? Object.keys(benches) : named) {
  for (const figure of (await benches[name]?.()) ?? []) {
    process.stdout.write(json ? `${JSON.stringify(figure)}\n` : `${figure.name.padEnd(28)} ${figure.ratio.toFixed(3).padStart(8)}  ${figure.against}, ${figure.samples} samples\n`);
  }
}
