/** The command line. */
import { readFileSync } from 'node:fs';
import { runCli } from './cli/index.ts';
import { printed, terminal } from './edges/process/index.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const code = await runCli(process.argv.slice(2), terminal(), version);
await printed();
process.exit(code);
