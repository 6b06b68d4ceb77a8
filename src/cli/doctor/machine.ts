/** Node.js, the clock, and the limits of this user. */
import { sleep } from '../../ports/index.ts';
import { failed, ok, skipped, warning } from './check.ts';
import type { Check } from './check.ts';

const WATCHED_MS = 200;
const STEP_MS = 20;
const FEWEST_FILES = 1_024;

export const machineChecks: readonly Check[] = [
  {
    name: 'node',
    examine: ({ node }) => {
      const [major = 0, minor = 0] = node.split('.').map(Number);
      return major >= 26 || (major === 24 && minor >= 15) ? ok(node) : failed('node', `Node.js ${node} is too old`);
    },
  },
  {
    name: 'clock',
    examine: async ({ clock }) => {
      const [wallMs, monotonicMs] = [clock.wallMs(), clock.monotonicMs()];
      await sleep(clock, WATCHED_MS);
      const steppedMs = clock.wallMs() - wallMs - (clock.monotonicMs() - monotonicMs);
      if (Math.abs(steppedMs) > STEP_MS) return warning('clock', `the wall clock stepped by ${steppedMs.toFixed(0)} ms within ${WATCHED_MS} ms`);
      return ok(`${new Date(clock.wallMs()).toISOString()}, without a step`);
    },
  },
  {
    name: 'limits',
    examine: ({ machine }) => {
      const files = machine.openFilesLimit();
      if (files === undefined) return skipped('not told on this machine');
      return files < FEWEST_FILES ? warning('limits', `${files} open files are allowed; ${FEWEST_FILES} are wise`) : ok(`${files} open files`);
    },
  },
];
