/** Commands for limits and how they change. */
import { EXIT } from '../exit.ts';
import type { CommandSpec, NounSpec, OptionSpec } from '../spec.ts';

const by: OptionSpec = { flags: '--by <name>', says: 'who you are; by default the user of this machine' };
const reason: OptionSpec = { flags: '--reason <text>', says: 'why' };

export const limitNouns: readonly NounSpec[] = [
  { name: 'limits', summary: 'The limits in force, what waits for approval, and what ends by itself.', examples: ['breakwater limits ls', 'breakwater limits approve lp_7c1e20ab --reason "looked at the volumes"', 'breakwater limits approve lp_7c1e20ab --for 1h --reason "for the auction"'] },
];

export const limits: readonly CommandSpec[] = [
  {
    name: 'reload', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Reads the configuration again: tighter limits are in force at once, looser ones wait for approval.',
    details: `A file that has errors, or changes a key that only a start brings into force, is refused whole (exit ${EXIT.refused}, \`BW-2040\`) and nothing changes. Exit ${EXIT.partial} means that something looser is
held: \`breakwater limits approve\` lets it pass. SIGHUP to \`start\` does the same. See [limits](../operations/limits.md).`,
    examples: ['breakwater reload', 'breakwater reload --by sam --reason "smaller orders over the weekend"', 'breakwater reload --data ./data --json'],
    options: [reason, by],
    exits: ['unreachable', 'timeout', 'refused', 'partial'],
    shape: () => import('../shapes/limits.ts').then((shapes) => shapes.reload),
    run: () => import('../limits.ts').then((actions) => actions.reload),
  },
  {
    name: 'limits ls', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Every limit in force, what is held for approval, and what falls back by itself.',
    examples: ['breakwater limits ls', 'breakwater limits ls --data ./data', 'breakwater limits ls --json'],
    exits: ['unreachable', 'refused'],
    shape: () => import('../shapes/limits.ts').then(({ limitsLs }) => limitsLs),
    run: () => import('../limits.ts').then(({ ls }) => ls),
  },
  {
    name: 'limits approve', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Lets looser limits come into force that are held. Needs a reason, and where two people are named the other one.',
    details: `What is held is named by \`reload\` and \`limits ls\`. With \`--for\` the limits fall back to what they were when the time is over, whatever runs then. Where \`approvals.people\` names two people or more, whoever
approves is one of them and not the one who asked (exit ${EXIT.refused}, \`BW-2042\`).`,
    examples: ['breakwater limits approve lp_7c1e20ab --reason "looked at the volumes"', 'breakwater limits approve lp_7c1e20ab --for 1h --reason "for the auction"', 'breakwater limits approve lp_7c1e20ab --by kim --reason "agreed with sam" --json'],
    arguments: [{ name: '<id>', says: 'the name of what is held' }],
    options: [{ ...reason, says: 'why; written down with your name', needed: true }, by, { flags: '--for <duration>', says: 'for how long, such as 1h; without it for good' }],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/limits.ts').then(({ limitsApprove }) => limitsApprove),
    run: () => import('../limits.ts').then((actions) => actions.approve),
  },
];
