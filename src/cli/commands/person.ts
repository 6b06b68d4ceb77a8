/** Who wants something, and why: said with each command that is written down. */
import type { OptionSpec } from '../spec.ts';

export const by: OptionSpec = { flags: '--by <name>', says: 'who you are; by default the user of this machine' };
export const reason: OptionSpec = { flags: '--reason <text>', says: 'why' };
