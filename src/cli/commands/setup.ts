/** Commands about the configuration, and about the program itself. */
import { EXIT } from '../exit.ts';
import type { CommandSpec, NounSpec } from '../spec.ts';

export const setupNouns: readonly NounSpec[] = [
  { name: 'config', summary: 'Checks and describes the configuration.', examples: ['breakwater config validate --config breakwater.json', 'breakwater config schema > schema.json', 'breakwater config validate --json'] },
];

export const setup: readonly CommandSpec[] = [
  {
    name: 'config validate', chapter: 'Configuration and help', answers: 'document',
    summary: 'Says everything that is wrong with a configuration, and where.',
    examples: ['breakwater config validate --config breakwater.json', 'breakwater config validate --config breakwater.json --env production', 'breakwater config validate --json'],
    options: [
      { flags: '--config <file>', says: 'the configuration', default: 'breakwater.json', values: 'files' },
      { flags: '--env <name>', says: 'the environment: chooses the second file of the layers' },
    ],
    exits: ['config'],
    shape: () => import('../shapes/setup.ts').then(({ configValidate }) => configValidate),
    run: () => import('../config.ts').then(({ validate }) => validate),
  },
  {
    name: 'config schema', chapter: 'Configuration and help', answers: 'document',
    summary: 'Prints the JSON Schema of the configuration, for editors.',
    examples: ['breakwater config schema', 'breakwater config schema > config.schema.json', 'breakwater config schema --json'],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ configSchema }) => configSchema),
    run: () => import('../config.ts').then(({ schema }) => schema),
  },
  {
    name: 'doctor', chapter: 'Configuration and help', answers: 'document',
    summary: 'Looks at everything about an installation that can be looked at without changing it.',
    details: `With a runtime or without, with a configuration or without. \`ok\`, \`warning\`, \`failed\`, or \`skipped\` where something cannot be looked at; exit ${EXIT.unhealthy} when anything failed.

\`node\` · \`clock\` (steps) · \`limits\` (open files) · \`folder\` (who may read it) · \`disk\` (room) · \`file-system\` · \`flush\` (fifty flushes, timed) · \`holder\` (who has the folder, and whether he answers) ·
\`journal\` (chain, anchor and snapshots of the open segment, and entries from the future; with \`--full\` closed segments too) · \`circuits\` (which are open or held, in a running runtime) · \`configuration\` · \`secrets\` (files that others may read) · \`addresses\` (free, or held by
the running runtime). Of each venue, by one read of the account: \`NAME answers\`, \`NAME time\`, \`NAME keys\` (whose account, may it trade, may it move money), \`NAME stream\`. Nothing is ordered.`,
    examples: ['breakwater doctor --config breakwater.json --data ./data', 'breakwater doctor --only journal,flush --full', 'breakwater doctor --config breakwater.json --json; echo $?'],
    options: [
      { flags: '--config <file>', says: 'the configuration; by default `breakwater.json`, if it is there', values: 'files' },
      { flags: '--data <dir>', says: 'the data folder; by default `storage.dir` of the configuration', values: 'folders' },
      { flags: '--env <name>', says: 'the environment: chooses the second file of the layers' },
      { flags: '--only <names>', says: 'these checks, separated by commas; the name of a venue stands for all of its own' },
      { flags: '--full', says: 'read the whole journal' },
      { flags: '--timeout <duration>', says: 'how long to wait for one answer', default: '5s' },
    ],
    exits: ['unhealthy'],
    shape: () => import('../shapes/setup.ts').then(({ doctor }) => doctor),
    run: () => import('../doctor/index.ts').then(({ doctor }) => doctor),
  },
  {
    name: 'explain', chapter: 'Configuration and help', answers: 'document',
    summary: 'Says what an error means: why, what it means for the money, and what to do.',
    details: 'Asks nobody. It reads [errors.md](errors.md), which is installed with the program. Without a code it lists the families, with a family such as `30xx` its codes.',
    examples: ['breakwater explain BW-3020', 'breakwater explain 30xx', 'breakwater explain --json'],
    arguments: [{ name: '[code]', says: 'the code, or a family of codes', values: 'codes' }],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ explain }) => explain),
    run: () => import('../explain/index.ts').then(({ explain }) => explain),
  },
  {
    name: 'schema', chapter: 'Configuration and help', answers: 'document',
    summary: 'Prints the JSON Schema of what a command answers with --json.',
    details: 'The schemas of all commands stand in [cli-shapes.json](cli-shapes.json) too. The number at the end of `breakwater/status/1` rises when a field is removed or means something else; fields may be added at any time.',
    examples: ['breakwater schema status', 'breakwater schema journal tail', 'breakwater schema --json     # of every command'],
    arguments: [{ name: '[command...]', says: 'of which command; of all without it', values: 'commands' }],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ schema }) => schema),
    run: () => import('../schema.ts').then(({ schema }) => schema),
  },
  {
    name: 'completion', chapter: 'Configuration and help', answers: 'document',
    summary: 'Prints a script that completes commands, options, ids of orders, venues and codes in a shell.',
    details: `The script knows the words of this version. Ids of orders, venues and symbols it asks the runtime for that the line names (\`--data\`, \`--url\`, \`--config\`); where none runs there are none.
For zsh a file \`_breakwater\` in a folder of \`$fpath\` does as well.`,
    examples: ['source <(breakwater completion bash)', 'source <(breakwater completion zsh)', 'breakwater completion fish | source'],
    arguments: [{ name: '<shell>', says: '`bash`, `zsh` or `fish`', values: ['bash', 'zsh', 'fish'] }],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ completion }) => completion),
    run: () => import('../completion/index.ts').then(({ completion }) => completion),
  },
  {
    name: 'complete', chapter: 'Configuration and help', answers: 'lines', hidden: true,
    summary: 'Prints live values of one kind. Completion asks it.',
    examples: ['breakwater complete orders', 'breakwater complete codes', 'breakwater complete venues --data ./data'],
    arguments: [{ name: '<kind>', says: 'orders, venues, symbols, codes or commands' }],
    options: [
      { flags: '--data <dir>', says: 'the data folder' },
      { flags: '--url <socket>', says: 'the control socket' },
      { flags: '--config <file>', says: 'the configuration' },
      { flags: '--timeout <duration>', says: 'how long to wait', default: '700ms' },
    ],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ value }) => value),
    run: () => import('../completion/index.ts').then(({ complete }) => complete),
  },
  {
    name: 'version', chapter: 'Configuration and help', answers: 'document',
    summary: 'What is installed.',
    examples: ['breakwater version', 'breakwater version --json', 'breakwater --version'],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ version }) => version),
    run: () => import('../version.ts').then(({ version }) => version),
  },
];
