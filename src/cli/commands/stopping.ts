/** Commands that stop everything without the runtime. */
import { EXIT } from '../exit.ts';
import type { CommandSpec } from '../spec.ts';
import { by, reason } from './person.ts';

export const stopping: readonly CommandSpec[] = [
  {
    name: 'stop-all', chapter: 'Asking and ordering', answers: 'document', reaches: '90s',
    summary: 'Stops everything by the supervisor, while the runtime hangs, spins or cannot write.',
    details: `The supervisor kills the runtime and waits until it is reaped; only then it writes what was asked for to the emergency log, and cancels our open orders at every venue, looks again, and goes on until
each venue has shown twice that nothing is left, further apart than a request of the dead runtime can still arrive. Then it starts the runtime again, which boots halted. See
[stopping without the runtime](../operations/independent-stop.md). A venue that is away is NOT CONFIRMED and tried again for ever (exit ${EXIT.partial} when the time of this command is over before that; the stop goes on).
Asked again it strengthens the stop that is under way, and shows how it stands.`,
    examples: ['breakwater stop-all --reason "it does not answer"', 'breakwater stop-all --flatten --by kim --reason "get out"', 'breakwater stop-all --keep-orders', 'breakwater stop-all --start-again --by kim     # the runtime, halted, before every venue has confirmed'],
    options: [
      { flags: '--keep-orders', says: 'kill and halt alone: what waits at the venues stays there' },
      { flags: '--flatten', says: 'cancel every order, also those of others, and close every position in a configured instrument' },
      { flags: '--kill', says: 'the same as `--flatten`, and the runtime comes back as after a kill' },
      { flags: '--start-again', says: 'start the runtime, halted, though not every venue has confirmed' },
      reason, by,
    ],
    exits: ['unreachable', 'timeout', 'refused', 'partial'],
    shape: () => import('../shapes/stopping.ts').then(({ stop }) => stop),
    run: () => import('../stop-all.ts').then(({ stopAll }) => stopAll),
  },
];
