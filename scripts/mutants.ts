/**
 * Plants bugs and looks whether they are found: each patch of test/mutants breaks one promise, and the simulator has to notice.
 *
 * Usage: npm run mutants [-- --seeds N] [--from SEED] [--only NAME[,NAME]] [--json] [--record]
 *
 * A patch is a unified diff against the tree with a head of its own: `Breaks:` what it does, `Promise:` what it breaks, and,
 * where no simulation can see it, `Found by:` the test file that does.
 *
 *   M1. A patch that does not apply any more is a failure: the bug it plants has to be planted anew.
 *   M2. So is a bug that nobody finds, and a tree in which something is found without one.
 *   M3. What is on record as having found a bug (test/mutants/found.json, which the page of controls is written from) finds it again. `--record` puts it there.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hunt, mutantsIn } from './mutants/hunt.ts';
import type { Catch, Mutant } from './mutants/hunt.ts';
import { foundIn, isFoundAgain, recorded, writeFound } from './mutants/found.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '2000' }, from: { type: 'string', default: '1' }, only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isSafeInteger(from)) {
  console.error('--seeds takes a whole number above zero, --from a whole number.');
  process.exit(2);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const all = mutantsIn(root);
const only = (values.only ?? []).flatMap((names) => names.split(','));
const strangers = only.filter((name) => !all.some((mutant) => mutant.name === name));
if (strangers.length > 0) {
  console.error(`There is no planted bug "${strangers.join('", "')}". There are: ${all.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const SIDE_BY_SIDE = 2;
const wanted = all.filter(({ name }) => only.length === 0 || only.includes(name));
const results: { readonly mutant: Mutant; readonly caught: Catch }[] = [];
const waiting = [...wanted];
const found = foundIn(root);
const work = async (): Promise<void> => {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const hunted = await hunt(root, mutant, { seeds, from });
    const caught = values.record || isFoundAgain(found[mutant.name], hunted) ? hunted : { ...hunted, found: false, said: `${hunted.said}; BUT NOT BY ${found[mutant.name]?.by ?? ''}` }; // M3
    results.push({ mutant, caught });
    console.error(`${caught.found ? '✔' : '✖'} ${mutant.name}: ${caught.said} (${(caught.tookMs / 1_000).toFixed(1)} s)`);
  }
};
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));

if (values.record) writeFound(root, Object.fromEntries([...Object.entries(found).filter(([name]) => all.some((mutant) => mutant.name === name)), ...results.flatMap(({ mutant, caught }) => recorded(mutant, caught))]));
const missed = results.filter(({ caught }) => !caught.found);
const inOrder = wanted.flatMap(({ name }) => results.filter(({ mutant }) => mutant.name === name));
if (values.json) {
  console.log(JSON.stringify({ seeds, from, mutants: inOrder.map(({ mutant, caught }) => ({ ...mutant, ...caught })), missed: missed.length }));
} else {
  const width = Math.max(...inOrder.map(({ mutant }) => mutant.name.length));
  console.log(['', ...inOrder.map(({ mutant, caught }) => `${mutant.name.padEnd(width)}  ${caught.said}`)].join('\n'));
  console.log(`${results.length - missed.length} of ${results.length} planted bugs found, by at most ${seeds} seeds from ${from} on`);
}
process.exit(missed.length === 0 ? 0 : 1);
