/** Commands that ask a running runtime, or tell it what to do. */
import { EXIT } from '../exit.ts';
import type { CommandSpec, NounSpec, OptionSpec } from '../spec.ts';
import { by, reason } from './person.ts';

const scope: OptionSpec = { flags: '--scope <scope>', says: 'of what: `system`, `account:NAME`, `venue:NAME`, `instrument:VENUE:SYMBOL` or `strategy:NAME`; by default the system' };
const stopOptions: readonly OptionSpec[] = [
  { flags: '--plan', says: 'show what it would do, and do nothing; so does the command without any of these' },
  { flags: '--apply <plan>', says: 'do what this plan says, if it still holds' },
  { flags: '--now', says: 'do it without a plan' },
  { flags: '--no-wait', says: 'do not wait for the venues to show it' },
];

export const askingNouns: readonly NounSpec[] = [
  { name: 'strategy', summary: 'Strategies that were stopped because they repeated themselves.', examples: ['breakwater strategy enable momentum --reason "a grid, and meant to"', 'breakwater strategy enable momentum --by sam --reason "mended in 1.4"', 'breakwater strategy enable momentum --reason "drill over" --json'] },
];

export const asking: readonly CommandSpec[] = [
  {
    name: 'status', chapter: 'Asking and ordering', answers: 'document', reaches: '5s',
    summary: 'How things stand, in a sentence and a few figures.',
    examples: ['breakwater status', 'breakwater status --data ./data --json', 'breakwater status --check; echo $?     # 6 when not healthy'],
    options: [{ flags: '--check', says: 'exit with 6 unless it trades, the books agree and nothing is unknown' }],
    exits: ['unreachable', 'unhealthy'],
    shape: () => import('../shapes/asking.ts').then(({ status }) => status),
    run: () => import('../status.ts').then(({ status }) => status),
  },
  {
    name: 'orders', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Lists orders, the newest first.',
    examples: ['breakwater orders', 'breakwater orders --state unknown', 'breakwater orders --strategy momentum --trader sam', 'breakwater orders --state all --limit 500 --json'],
    options: [
      { flags: '--state <state>', says: '`live`, `unknown`, `blocked` or `all`', default: 'live', values: ['live', 'unknown', 'blocked', 'all'] },
      { flags: '--limit <n>', says: 'how many at most', default: '100' },
      { flags: '--source <name>', says: 'only those that this source or token asked for' },
      { flags: '--strategy <name>', says: 'only those of this strategy' },
      { flags: '--trader <name>', says: 'only those of this trader' },
      { flags: '--desk <name>', says: 'only those of this desk' },
      { flags: '--client <name>', says: 'only those for this client' },
    ],
    exits: ['unreachable', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ orders }) => orders),
    run: () => import('../orders.ts').then(({ orders }) => orders),
  },
  {
    name: 'order', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'One order and everything the journal says of it; cancel it, or say what became of it.',
    examples: [
      'breakwater order 4f0c2d9be1a87f63d2c1', 'breakwater order 4f0c2d9be1a87f63d2c1 --cancel --reason "wrong size"',
      'breakwater order 4f0c2d9be1a87f63d2c1 --resolve absent --reason "the venue confirmed by phone that it has no such order"',
    ],
    arguments: [{ name: '<id>', says: 'the id of the order, or how it alone of the newest thousand begins', values: 'orders' }],
    options: [
      { flags: '--cancel', says: 'cancel it' },
      { flags: '--resolve <outcome>', says: 'of an order that is unknown: `absent`, on your word', values: ['absent'] },
      reason, by,
    ],
    exits: ['unreachable', 'timeout', 'refused', 'partial'],
    shape: () => import('../shapes/asking.ts').then(({ order }) => order),
    run: () => import('../order.ts').then(({ order }) => order),
  },
  {
    name: 'amend', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Changes an order that rests: its whole quantity, its limit price, its stop price.',
    details: `What is not named stays. The changed order is judged like a new one first; refused, the order stays as it is. Otherwise it is cancelled, and once its end is known what is left of the whole
leaves as a new order. A cancel, a halt or a kill in between wins. \`breakwater order ID\` tells what became of either.`,
    examples: [
      'breakwater amend 4f0c2d9be1a87f63d2c1 --limit-price 20100 --reason "the market went away"', 'breakwater amend 4f0c2d9be1a87f63d2c1 --quantity 0.5 --reason "half is enough" --key half-1',
      'breakwater amend 4f0c2d9be1a87f63d2c1 --quantity 0.5 --limit-price 20100 --reason "both" --json',
    ],
    arguments: [{ name: '<id>', says: 'the id of the order, or how it alone of the newest thousand begins', values: 'orders' }],
    options: [
      { flags: '--quantity <units>', says: 'the whole of it, with what is filled already' },
      { flags: '--limit-price <price>', says: 'the worst price allowed' },
      { flags: '--stop-price <price>', says: 'of a stop-limit order: the price that wakes it' },
      { flags: '--key <key>', says: 'names this wish: the same again under the same key is done once' },
      { ...reason, needed: true }, by,
    ],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ amend }) => amend),
    run: () => import('../amend.ts').then(({ amend }) => amend),
  },
  {
    name: 'positions', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'What is held, by the books, and what may still change it.',
    examples: ['breakwater positions', 'breakwater positions --data ./data', 'breakwater positions --json'],
    exits: ['unreachable', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ positions }) => positions),
    run: () => import('../positions.ts').then(({ positions }) => positions),
  },
  {
    name: 'components', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'What is watched, how each component is, and how the whole is because of it.',
    examples: ['breakwater components', 'breakwater components --data ./data', 'breakwater components --json'],
    exits: ['unreachable', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ components }) => components),
    run: () => import('../components.ts').then(({ components }) => components),
  },
  {
    name: 'risk', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'What the account is worth, what it lost today, and how near it is to its limits.',
    examples: ['breakwater risk', 'breakwater risk --data ./data', 'breakwater risk --json'],
    exits: ['unreachable', 'refused'],
    shape: () => import('../shapes/risk.ts').then(({ risk }) => risk),
    run: () => import('../risk.ts').then(({ risk }) => risk),
  },
  {
    name: 'prices', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'The price of each instrument: from which source, how old, and what is wrong with the others.',
    examples: ['breakwater prices', 'breakwater prices --data ./data', 'breakwater prices --json'],
    exits: ['unreachable', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ prices }) => prices),
    run: () => import('../prices.ts').then(({ prices }) => prices),
  },
  {
    name: 'reconcile', chapter: 'Asking and ordering', answers: 'document', reaches: '40s',
    summary: 'Compares the books with the venue, now.',
    examples: [
      'breakwater reconcile', 'breakwater reconcile --venue alpaca --release BTC/USD --reason "the foreign order was mine, placed by hand"',
      'breakwater reconcile --venue alpaca --adopt USD --reason "deposit of 2026-11-20"',
    ],
    options: [
      { flags: '--venue <name>', says: 'this venue alone', values: 'venues' },
      { flags: '--release <symbol>', says: 'let a quarantined instrument trade again', values: 'symbols' },
      { flags: '--adopt <asset>', says: "take the venue's balance of an asset into the books, as a visible entry" },
      reason, by,
    ],
    exits: ['unreachable', 'timeout', 'unhealthy', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ reconcile }) => reconcile),
    run: () => import('../reconcile.ts').then(({ reconcile }) => reconcile),
  },
  {
    name: 'halt', chapter: 'Asking and ordering', answers: 'document', reaches: '30s',
    summary: 'Nothing new leaves, and what is open is cancelled. Remembered until somebody resumes.',
    details: `A halt that met a runtime which hangs or dies is asked for again, until the next one has done it or \`--timeout\` is over. Where nobody took it the answer says so: without a runtime nothing leaves,
and nothing is remembered either.`,
    examples: ['breakwater halt', 'breakwater halt --reason "strange fills in BTC"', 'breakwater halt --keep-orders --by sam --reason "release at noon"'],
    options: [reason, by, scope, { flags: '--keep-orders', says: 'leave open orders where they are' }],
    exits: ['unreachable', 'timeout', 'partial'],
    shape: () => import('../shapes/asking.ts').then(({ halt }) => halt),
    run: () => import('../halt.ts').then(({ halt }) => halt),
  },
  {
    name: 'pause', chapter: 'Asking and ordering', answers: 'document', reaches: '30s',
    summary: 'Only orders that reduce a position pass. Remembered until somebody resumes.',
    examples: ['breakwater pause', 'breakwater pause --scope strategy:momentum --reason "too many signals"', 'breakwater pause --scope instrument:alpaca:BTC/USD'],
    options: [reason, by, scope],
    exits: ['unreachable', 'timeout', 'usage', 'partial'],
    shape: () => import('../shapes/asking.ts').then(({ pause }) => pause),
    run: () => import('../stopping.ts').then(({ pause }) => pause),
  },
  {
    name: 'flatten', chapter: 'Asking and ordering', answers: 'document', reaches: '90s',
    summary: 'Cancels every order and closes every position, until the venues show it. Ends in HALTED.',
    details: `What it would do is shown by \`--plan\` and done by \`--apply\`: a plan that does not hold any more is refused (exit ${EXIT.refused}, \`BW-2032\`), and the one that holds is named. \`--now\` needs no plan.
It is followed until it is confirmed or \`--timeout\` is over; exit ${EXIT.partial} means that it is not confirmed yet, and goes on. See [stopping](../operations/stopping.md).`,
    examples: ['breakwater flatten --plan', 'breakwater flatten --apply fp_7c1e20ab --reason "strange fills"', 'breakwater flatten --now --scope venue:alpaca'],
    options: [...stopOptions, reason, by, scope],
    exits: ['unreachable', 'timeout', 'usage', 'refused', 'partial'],
    shape: () => import('../shapes/asking.ts').then(({ stopping }) => stopping),
    run: () => import('../stopping.ts').then(({ flatten }) => flatten),
  },
  {
    name: 'kill', chapter: 'Asking and ordering', answers: 'document', reaches: '90s',
    summary: 'A flatten that disconnects and locks: nothing leaves until a person says so, whatever starts.',
    details: `As \`flatten\`, and then every venue is left alone and the gate is LOCKED. Only \`breakwater resume --after-kill\` opens it. A second kill joins the first while that has all of it still to confirm; otherwise it is a stop of its own.`,
    examples: ['breakwater kill --now', 'breakwater kill --plan', 'breakwater kill --apply fp_7c1e20ab --reason "keys are in the wrong hands"'],
    options: [...stopOptions, reason, by, scope],
    exits: ['unreachable', 'timeout', 'usage', 'refused', 'partial'],
    shape: () => import('../shapes/asking.ts').then(({ stopping }) => stopping),
    run: () => import('../stopping.ts').then(({ kill }) => kill),
  },
  {
    name: 'resume', chapter: 'Asking and ordering', answers: 'document', reaches: '40s',
    summary: 'Lets orders leave again. Needs a reason, and a checklist that is met.',
    details: `Before orders leave again every venue in the scope is looked at: it must be reconciled since the stop, the books must agree, prices must be fresh, and no flatten or kill may be under way. Open circuits are told, and one that only a person closes must be named by \`--acknowledge\`.
It refuses while one line is open and names each (exit ${EXIT.refused}, \`BW-2031\`). After a kill it also needs \`--after-kill\` and \`--instance\`; no start and no other command opens what a kill has locked.`,
    examples: ['breakwater resume --reason "fills explained"', 'breakwater resume --scope venue:alpaca --reason "release done"', 'breakwater resume --after-kill --instance momentum --reason "looked at every fill"'],
    options: [{ ...reason, says: 'why it may go on; written down with your name', needed: true }, by, scope, { flags: '--after-kill', says: 'open what a kill has locked' }, { flags: '--instance <name>', says: 'after a kill: the name of this installation, typed' }, { flags: '--acknowledge <circuits>', says: 'go on though these are open, separated by commas; what they stop stays stopped' }],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ resume }) => resume),
    run: () => import('../halt.ts').then(({ resume }) => resume),
  },
  {
    name: 'strategy enable', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Lets a strategy go on that was stopped because it did the same over and over. Needs a reason.',
    examples: ['breakwater strategy enable momentum --reason "a grid, and meant to"', 'breakwater strategy enable momentum --by sam --reason "mended in 1.4"', 'breakwater strategy enable momentum --reason "drill over" --json'],
    arguments: [{ name: '<strategy>', says: 'its name, as its orders carry it' }],
    options: [{ ...reason, says: 'why it may go on; written down with your name', needed: true }, by],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/asking.ts').then(({ strategyEnable }) => strategyEnable),
    run: () => import('../strategy.ts').then(({ enable }) => enable),
  },
];
