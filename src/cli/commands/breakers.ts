/** Commands for circuit breakers. */
import type { CommandSpec, NounSpec } from '../spec.ts';
import { by, reason } from './person.ts';

const name = { name: '<name>', says: 'the circuit, such as `alpaca/orders`' };

export const breakerNouns: readonly NounSpec[] = [
  { name: 'breakers', summary: 'Circuit breakers: which are open and why, and what a person does to them.', examples: ['breakwater breakers ls', 'breakwater breakers show alpaca/orders', 'breakwater breakers reset alpaca/orders --reason "the venue is well again"'] },
];

export const breakers: readonly CommandSpec[] = [
  {
    name: 'breakers ls', chapter: 'Asking and ordering', answers: 'document', reaches: '5s',
    summary: 'Every circuit, and how it stands.',
    examples: ['breakwater breakers ls', 'breakwater breakers ls --data ./data', 'breakwater breakers ls --json'],
    exits: ['unreachable'],
    shape: () => import('../shapes/breakers.ts').then(({ breakersLs }) => breakersLs),
    run: () => import('../breakers.ts').then(({ ls }) => ls),
  },
  {
    name: 'breakers show', chapter: 'Asking and ordering', answers: 'document', reaches: '5s',
    summary: 'Why a circuit is or was open: counts, window, rule, the last errors.',
    examples: ['breakwater breakers show alpaca/orders', 'breakwater breakers show alpaca/reads --json', 'breakwater breakers show alpaca/prices --data ./data'],
    arguments: [name],
    exits: ['unreachable'],
    shape: () => import('../shapes/breakers.ts').then(({ breakersShow }) => breakersShow),
    run: () => import('../breakers.ts').then(({ show }) => show),
  },
  {
    name: 'breakers trip', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Opens a circuit by hand. It is still open after any crash.',
    details: 'Without `--until` it stays so until somebody resets it. `loss/SCOPE`, `position/SCOPE` and `volatility/SCOPE` stop new orders of a scope: `default` is everything, otherwise the name of an instrument, a strategy or a venue.',
    examples: ['breakwater breakers trip alpaca/orders --reason "maintenance announced"', 'breakwater breakers trip volatility/BTC/USD --until 30m --reason "news"', 'breakwater breakers trip loss/default --reason "the statement differs" --evidence "statement of 09:00: -4,100 USD, ours: -1,900 USD"'],
    arguments: [name],
    options: [reason, by, { flags: '--until <duration>', says: 'for how long, such as 30m' }, { flags: '--evidence <text>', says: 'what was observed, up to 200 characters; kept with the trip, and shown wherever it is' }],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/breakers.ts').then(({ breakersDid }) => breakersDid),
    run: () => import('../breakers.ts').then(({ trip }) => trip),
  },
  {
    name: 'breakers hold', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Holds a circuit open, closed, or only counting, whatever is counted.',
    details: '`--closed` and `--metrics-only` let more pass than the circuit would: they need a reason and an end. A trip ends what holds it closed.',
    examples: ['breakwater breakers hold alpaca/orders --open --reason "maintenance"', 'breakwater breakers hold alpaca/orders --closed --until 10m --reason "a false alarm"', 'breakwater breakers hold alpaca/prices --metrics-only --until 1d --reason "trying out new rules"'],
    arguments: [name],
    options: [
      { flags: '--open', says: 'nothing passes; so where nothing else is said' }, { flags: '--closed', says: 'everything passes' }, { flags: '--metrics-only', says: 'counts and judges as ever, and lets everything pass' },
      { flags: '--until <duration>', says: 'for how long, such as 10m' }, reason, by,
    ],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/breakers.ts').then(({ breakersDid }) => breakersDid),
    run: () => import('../breakers.ts').then(({ hold }) => hold),
  },
  {
    name: 'breakers reset', chapter: 'Asking and ordering', answers: 'document', reaches: '10s',
    summary: 'Closes a circuit, and lets go of it where somebody holds it. Needs a reason.',
    examples: ['breakwater breakers reset alpaca/orders --reason "the venue is well again"', 'breakwater breakers reset loss/default --by sam --reason "a new day"', 'breakwater breakers reset alpaca/reads --reason "drill over" --json'],
    arguments: [name],
    options: [{ ...reason, says: 'why it may go on; written down with your name', needed: true }, by],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/breakers.ts').then(({ breakersDid }) => breakersDid),
    run: () => import('../breakers.ts').then(({ reset }) => reset),
  },
];
