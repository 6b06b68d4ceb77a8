/** Commands about the configuration, and about the program itself. */
import type { CommandSpec, NounSpec } from './spec.ts';

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
    name: 'version', chapter: 'Configuration and help', answers: 'document',
    summary: 'What is installed.',
    examples: ['breakwater version', 'breakwater version --json', 'breakwater --version'],
    exits: [],
    shape: () => import('../shapes/setup.ts').then(({ version }) => version),
    run: () => import('../version.ts').then(({ version }) => version),
  },
];
