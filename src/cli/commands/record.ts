/** Commands about the record itself, with or without a running runtime. */
import type { CommandSpec, NounSpec } from '../spec.ts';
import { by, reason } from './person.ts';

export const recordNouns: readonly NounSpec[] = [
  { name: 'journal', summary: 'The record: read it, verify it, let a newer release write more into it.', examples: ['breakwater journal tail --follow', 'breakwater journal verify --data ./data', 'breakwater journal raise-format --reason "no step back"'] },
  { name: 'backup', summary: 'Proven copies of the record: take one while it trades, prove it, restore it.', examples: ['breakwater backup create --data ./data --to /backups/2026-11-21', 'breakwater backup verify /backups/2026-11-21', 'breakwater backup restore /backups/2026-11-21 --data ./data-restored'] },
];

export const record: readonly CommandSpec[] = [
  {
    name: 'journal verify', chapter: 'The record', answers: 'document',
    summary: 'Proves every entry against the chain, the anchor and the snapshots, and reads what it says.',
    details: 'Works beside a running runtime, and without one. A finding is exit 9; what only a newer release can read is a warning.',
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
  {
    name: 'journal raise-format', chapter: 'The record', answers: 'document', reaches: '10s',
    summary: 'Lets the journal hold what only newer releases read. Needs a reason.',
    details: 'Asked of the running runtime. It is never taken back: a release that does not read the format refuses to start from then on (`BW-7204`). `breakwater version` says what a release reads and writes, `breakwater status` what the journal is in.',
    examples: ['breakwater journal raise-format --reason "a month without a step back"', 'breakwater journal raise-format --to 2 --by sam --reason "both machines have it"', 'breakwater journal raise-format --reason "as planned" --json'],
    options: [{ flags: '--to <format>', says: 'which; by default the newest that the running release writes' }, reason, by],
    exits: ['unreachable', 'timeout', 'refused'],
    shape: () => import('../shapes/record.ts').then(({ journalRaiseFormat }) => journalRaiseFormat),
    run: () => import('../journal.ts').then(({ raiseFormat }) => raiseFormat),
  },
  {
    name: 'journal reindex', chapter: 'The record', answers: 'document',
    summary: 'Makes `segments/keys.db` anew from the segments, and proves each entry on the way.',
    details: 'With the runtime stopped. Where segments were removed it goes on from an index that has what they left behind; see [backup](../operations/backup.md).',
    examples: ['breakwater journal reindex', 'breakwater journal reindex --data ./data', 'breakwater journal reindex --json'],
    options: [
      { flags: '--data <dir>', says: 'the data folder', default: 'data', values: 'folders' },
      { flags: '--accept-gap', says: 'although segments were removed whose keys nobody has any more: a repetition of something that old will look new' },
    ],
    exits: ['refused'],
    shape: () => import('../shapes/record.ts').then(({ journalReindex }) => journalReindex),
    run: () => import('../journal.ts').then(({ reindex }) => reindex),
  },
  {
    name: 'journal rebuild-anchor', chapter: 'The record', answers: 'document',
    summary: 'Writes the anchor anew, for a head that you have compared with the venue, a backup or a standby.',
    details: 'With the runtime stopped. Refused with 9 where the journal ends with another head, or has any other finding.',
    examples: ['breakwater journal rebuild-anchor --data ./data --head 1f0c2ab94d7e', 'breakwater journal rebuild-anchor --head 1f0c2ab94d7e --json', 'breakwater journal verify     # shows the head'],
    options: [
      { flags: '--data <dir>', says: 'the data folder', default: 'data', values: 'folders' },
      { flags: '--head <hash>', says: 'the head that you compared: its first 12 digits or more', needed: true },
    ],
    exits: ['refused', 'unproven'],
    shape: () => import('../shapes/record.ts').then(({ journalAnchor }) => journalAnchor),
    run: () => import('../journal.ts').then(({ rebuildAnchor }) => rebuildAnchor),
  },
  {
    name: 'backup create', chapter: 'The record', answers: 'document',
    summary: 'Copies the whole record up to one entry, and proves the copy.',
    details: 'Beside a running runtime, whose writer never waits for it, or without one. See [backup](../operations/backup.md).',
    examples: ['breakwater backup create --to /backups/2026-11-21', 'breakwater backup create --data ./data --to "/backups/$(date +%F)"', 'breakwater backup create --to ./copy --json'],
    options: [
      { flags: '--data <dir>', says: 'the data folder', default: 'data', values: 'folders' },
      { flags: '--to <dir>', says: 'a new or empty folder for this one backup', needed: true, values: 'folders' },
    ],
    exits: ['refused', 'unproven'],
    shape: () => import('../shapes/record.ts').then(({ backupCreate }) => backupCreate),
    run: () => import('../backup.ts').then(({ create }) => create),
  },
  {
    name: 'backup verify', chapter: 'The record', answers: 'document',
    summary: 'Proves a backup again: its files, the chain of every entry, snapshot, index of older keys and anchor.',
    details: 'Writes nothing into it. A finding is exit 9, the first wrong place first.',
    examples: ['breakwater backup verify /backups/2026-11-21', 'breakwater backup verify ./copy --json', 'breakwater backup verify ./copy; echo $?'],
    arguments: [{ name: '<folder>', says: 'the backup', values: 'folders' }],
    exits: ['unproven'],
    shape: () => import('../shapes/record.ts').then(({ backupVerify }) => backupVerify),
    run: () => import('../backup.ts').then(({ verify }) => verify),
  },
  {
    name: 'backup ls', chapter: 'The record', answers: 'document',
    summary: 'Lists the backups that lie side by side in a folder, and what is not finished.',
    examples: ['breakwater backup ls /backups', 'breakwater backup ls /backups --json', 'breakwater backup ls .'],
    arguments: [{ name: '<folder>', says: 'the folder that holds them', values: 'folders' }],
    exits: ['refused'],
    shape: () => import('../shapes/record.ts').then(({ backupList }) => backupList),
    run: () => import('../backup.ts').then(({ list }) => list),
  },
  {
    name: 'backup restore', chapter: 'The record', answers: 'document',
    summary: 'Makes a data folder of a backup, after proving it, with its gate shut.',
    details: 'The gate stays shut until every venue in use was reconciled and somebody resumes with a name and a reason. Refused with 7 where the folder is not free, with 9 where the backup is not proven.',
    examples: ['breakwater backup restore /backups/2026-11-21 --data ./data-restored', 'breakwater backup restore ./copy --data ./data --by sam', 'breakwater backup restore ./copy --data ./data --json'],
    arguments: [{ name: '<folder>', says: 'the backup', values: 'folders' }],
    options: [
      { flags: '--data <dir>', says: 'a new or empty folder', needed: true, values: 'folders' },
      { flags: '--by <name>', says: 'who you are; by default the user of this shell' },
    ],
    exits: ['refused', 'unproven'],
    shape: () => import('../shapes/record.ts').then(({ backupRestore }) => backupRestore),
    run: () => import('../backup.ts').then(({ restore }) => restore),
  },
];
