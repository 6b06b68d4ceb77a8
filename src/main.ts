/** The command line. */
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
console.log(`breakwater ${version}, Node.js ${process.versions.node}`);
