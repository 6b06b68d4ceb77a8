/** Commands about the record itself, with or without a running runtime. */
import type { CommandSpec, NounSpec } from './spec.ts';

export const recordNouns: readonly NounSpec[] = [
  { name: 'journal', summary: 'The record: read it, verify it.', examples: ['breakwater journal tail --follow', 'breakwater journal verify --data ./data', 'breakwater journal tail --from 1 --json'] },
];

export const record: readonly CommandSpec[] = [
  {
    name: 'journal verify', chapter: 'The record', answers: 'document',
    summary: 'Proves every entry against the chain, the anchor and the snapshots.',
    details: 'Works beside a running runtime, and without one. A finding is exit 9.',
    examples: ['breakwater journal verify', 'breakwater journal verify --data ./data', 'breakwater journal verify --json; echo $?'],
    options: [{ flags: '--data <dir>', says: 'the data folder', default: 'data', values: 'folders' }],
    exits: ['unproven'],
    shape: () => import('../shapes/record.ts').then(({ journalVerify }) => journalVerify),
    run: () => import('../journal.ts').then(({ verify }) => verify),
  },
  {
    name: 'journal tail', chapter: 'The record', answers: 'lines',
    summary: 'Prints entries, one a line.',
    examples: ['breakwater journal tail', 'breakwater journal tail --follow --type order', 'breakwater journal tail --from 1 --limit 1000 --json'],
    options: [
      { flags: '--data <dir>', says: 'the data folder', default: 'data', values: 'folders' },
      { flags: '--from <seq>', says: 'the first entry; by default the last ones' },
      { flags: '--limit <n>', says: 'how many at most, when not following', default: '50' },
      { flags: '-f, --follow', says: 'go on as entries are written' },
      { flags: '--type <prefix>', says: 'only entries whose type begins so' },
    ],
    exits: [],
    shape: () => import('../shapes/record.ts').then(({ journalLine }) => journalLine),
    run: () => import('../journal.ts').then(({ tail }) => tail),
  },
];
