/** Commands for whoever runs it as a service of a machine, or in a container. */
import type { CommandSpec, NounSpec } from '../spec.ts';

export const serviceNouns: readonly NounSpec[] = [
  {
    name: 'service', summary: 'Breakwater as a service of this machine.',
    examples: ['breakwater service print', 'breakwater service print > breakwater.service', 'breakwater service print --config /etc/breakwater/breakwater.json --env production'],
  },
];

export const service: readonly CommandSpec[] = [
  {
    name: 'health', chapter: 'Running', answers: 'document',
    summary: 'Whether a runtime answers on this machine that can write down what it decides. For the health check of a container.',
    details: 'Asks `/healthz` at 127.0.0.1 and nothing else. Healthy is not trading: a runtime that is halted is healthy, one without a journal is not. `status --check` tells whether it trades.',
    examples: ['breakwater health', 'breakwater health --port 7340 --timeout 1s', 'breakwater health --json; echo $?     # 6 when unwell'],
    options: [
      { flags: '--port <number>', says: 'of `server.listen`', default: '7340' },
      { flags: '--timeout <duration>', says: 'how long to wait for its answer', default: '2s' },
    ],
    exits: ['unhealthy'],
    shape: () => import('../shapes/service.ts').then(({ health }) => health),
    run: () => import('../health.ts').then(({ health }) => health),
  },
  {
    name: 'service print', chapter: 'Configuration and help', answers: 'document',
    summary: 'Prints a systemd unit for this installation: its program, its configuration, and a line for each secret that comes as a credential.',
    details: `The unit is [deploy/systemd/breakwater.service](../../deploy/systemd/breakwater.service) with the paths of this machine. A value of the configuration that is written
\`"\${file:/run/credentials/breakwater.service/NAME}"\` gets its line \`LoadCredential=NAME:/etc/breakwater/credentials/NAME\`. Nothing is installed: [how to](../operations/install.md#as-a-service).`,
    examples: ['breakwater service print', 'breakwater service print > breakwater.service', 'breakwater service print --config /etc/breakwater/breakwater.json --env production --json'],
    options: [
      { flags: '--config <file>', says: 'the configuration that the service is to run', default: '/etc/breakwater/breakwater.json', values: 'files' },
      { flags: '--env <name>', says: 'the environment: chooses the second file of the layers' },
    ],
    exits: [],
    shape: () => import('../shapes/service.ts').then(({ servicePrint }) => servicePrint),
    run: () => import('../service.ts').then(({ print }) => print),
  },
];
