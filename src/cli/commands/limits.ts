/** Commands for limits and how they change. */
import { EXIT } from '../exit.ts';
import type { CommandSpec, NounSpec } from '../spec.ts';
import { by, reason } from './person.ts';

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
    name: 'limits override', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Asks that one order may pass one limit. It counts once somebody else has approved it.',
    details: `For one strategy, instrument and side, up to a size, for at most an hour, and for one order; what it opens is one control and no other. \`limits approve\` grants it, never by the one who asked
(exit ${EXIT.refused}, \`BW-2042\`). A limit that is missing is never opened, nor are permissions, the restricted list, ages of prices, reduce-only, buying power and rates.`,
    examples: [
      'breakwater limits override --control position --venue alpaca --symbol BTC/USD --strategy momentum --side buy --quantity 0.5 --reason "a hedge"',
      'breakwater limits override --control order-value --venue alpaca --symbol BTC/USD --strategy momentum --side sell --quantity 2 --for 5m --reason "a fund"',
      'breakwater limits override --control price-collar --venue alpaca --symbol BTC/USD --strategy momentum --side buy --quantity 1 --reason "by phone" --json',
    ],
    options: [
      { flags: '--control <name>', says: 'which: `price-collar`, `price-drift`, `order-value`, `order-quantity`, `position`, `net-value`, `gross-value` or `duplicate`', needed: true },
      { flags: '--venue <name>', says: 'where', needed: true, values: 'venues' }, { flags: '--symbol <symbol>', says: 'in which instrument', needed: true, values: 'symbols' },
      { flags: '--strategy <name>', says: 'on whose behalf', needed: true }, { flags: '--side <side>', says: '`buy` or `sell`', needed: true, values: ['buy', 'sell'] },
      { flags: '--quantity <amount>', says: 'the largest order that may pass, in the base asset', needed: true }, { flags: '--for <duration>', says: 'how long it counts', default: '10m' },
      { ...reason, says: 'why; written down with your name', needed: true }, by,
    ],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/limits.ts').then(({ limitsOverride }) => limitsOverride),
    run: () => import('../limits.ts').then((actions) => actions.override),
  },
  {
    name: 'limits approve', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Lets looser limits come into force that are held, or one order past a limit. Needs a reason, and mostly a second person.',
    details: `What is held is named by \`reload\` and \`limits ls\`. With \`--for\` the limits fall back to what they were when the time is over, whatever runs then. Where \`approvals.people\` names two people or more, whoever
approves is one of them and not the one who asked (exit ${EXIT.refused}, \`BW-2042\`).`,
    examples: ['breakwater limits approve lp_7c1e20ab --reason "looked at the volumes"', 'breakwater limits approve lp_7c1e20ab --for 1h --reason "for the auction"', 'breakwater limits approve lp_7c1e20ab --by kim --reason "agreed with sam" --json'],
    arguments: [{ name: '<id>', says: 'the name of what is held' }],
    options: [{ ...reason, says: 'why; written down with your name', needed: true }, by, { flags: '--for <duration>', says: 'for how long, such as 1h; without it for good' }],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/limits.ts').then(({ limitsApprove }) => limitsApprove),
    run: () => import('../limits.ts').then((actions) => actions.approve),
  },
  {
    name: 'limits reject', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Turns down looser limits or an override that wait for approval, or takes back an override. Needs a reason.',
    details: `What waits is named by \`status\` and \`limits ls\`. Who asked for it withdraws it; else, where \`approvals.people\` names anybody, one of them rejects it (exit ${EXIT.refused}, \`BW-2042\`). An override that was granted is taken back by
anybody who gives a name. What is in force does not change; while the configuration file asks for looser limits, the next \`reload\` or start asks again.`,
    examples: ['breakwater limits reject lp_7c1e20ab --reason "not before the auction"', 'breakwater limits reject lo_7c1e20ab --by kim --reason "too large"', 'breakwater limits reject lp_7c1e20ab --by sam --reason "asked by mistake" --json'],
    arguments: [{ name: '<id>', says: 'the name of what waits' }],
    options: [{ ...reason, says: 'why; written down with your name', needed: true }, by],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/limits.ts').then(({ limitsReject }) => limitsReject),
    run: () => import('../limits.ts').then(({ reject }) => reject),
  },
];
