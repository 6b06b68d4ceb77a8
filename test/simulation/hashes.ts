/** Prints the journal hashes of some seeds, as one line of JSON: `node test/simulation/hashes.ts FROM SEEDS`. Run by whatever Node.js is asked about. */
import { settle } from '../../src/edges/clock/index.ts';
import { simulate } from '../../src/sim/index.ts';

const [from = 1, seeds = 1] = process.argv.slice(2).map(Number);
const hashes: string[] = [];
for (let seed = from; seed < from + seeds; seed++) hashes.push((await simulate({ seed, settle })).journalHash);
console.log(JSON.stringify({ node: process.versions.node, hashes }));
