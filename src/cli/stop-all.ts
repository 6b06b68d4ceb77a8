/**
 * `breakwater stop-all`: everything is stopped by the supervisor, without the runtime.
 *
 * It asks, and then looks until every venue has confirmed or the time is over. The stop goes on whatever becomes of this command.
 */
import { dirname, join } from 'node:path';
import { realClock } from '../edges/clock/index.ts';
import { sleep } from '../ports/index.ts';
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { controlOf } from './control.ts';
import type { ControlOptions, Document, Reach } from './control.ts';
import { EXIT } from './exit.ts';
import { UnreachableError, UsageError } from './failure.ts';
import { listAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly reason?: string; readonly by?: string; readonly keepOrders?: true; readonly flatten?: true; readonly kill?: true; readonly startAgain?: true };
export type Wish = { readonly word: 'halt' | 'cancel' | 'flatten' | 'kill'; readonly by: string; readonly reason?: string };

const LOOK_EVERY_MS = 500;
const NOBODY = 'Nothing was done. It is served by "breakwater start" while that lives; where neither lives, nothing of ours runs on this folder, and orders at the venues are as they were. If it runs on another folder, name that with --data.';

/** Where the supervisor of a runtime is asked: beside the runtime's own socket. */
export const supervisorOf = (reach: Reach): Reach => ({ ...reach, socket: join(dirname(reach.socket), 'supervisor.sock') });

export async function stopAll(cli: Cli, options: Options): Promise<Answer> {
  const { by = cli.terminal.user, reason, keepOrders, flatten, kill, startAgain } = options;
  const words = [keepOrders, flatten, kill, startAgain].filter((one) => one === true);
  if (words.length > 1) throw new UsageError('--keep-orders, --flatten, --kill and --start-again exclude one another.');
  if (startAgain === true) return startedAgain(supervisorOf(options.reach), by);
  const word = kill === true ? 'kill' : flatten === true ? 'flatten' : keepOrders === true ? 'halt' : 'cancel';
  return stopIndependently(cli, supervisorOf(options.reach), { word, by, ...(reason === undefined ? {} : { reason }) });
}

/** Asks, and waits for the venues as long as the reach allows. */
export async function stopIndependently(cli: Cli, reach: Reach, wish: Wish): Promise<Answer> {
  const control = controlOf(reach);
  const clock = realClock();
  const untilMs = clock.monotonicMs() + reach.timeoutMs;
  try {
    let { document } = await control.post('/api/v1/stop-all', { ...wish }, 'breakwater stop-all --json').catch((thrown: unknown) => {
      throw thrown instanceof UnreachableError ? new UnreachableError(reach.socket, thrown.why, NOBODY, 'supervisor') : thrown;
    });
    cli.terminal.note(`${wish.word}: taken by the supervisor. The runtime is killed, then the venues are swept.`);
    while (textAt(document, 'stop.state') !== 'over' && clock.monotonicMs() + LOOK_EVERY_MS < untilMs) {
      await sleep(clock, LOOK_EVERY_MS);
      document = await control.get('/api/v1/stop-all');
    }
    return answerOf(document);
  } finally {
    await control.close();
  }
}

async function startedAgain(reach: Reach, by: string): Promise<Answer> {
  const control = controlOf(reach);
  try {
    const { document } = await control.post('/api/v1/start-again', { by }, 'breakwater status');
    return answerOf(document);
  } finally {
    await control.close();
  }
}

function answerOf(document: Document): Answer {
  const [word, by, reason, state] = ['word', 'by', 'reason', 'state'].map((name) => textAt(document, `stop.${name}`));
  const venues = listAt(document, 'stop.venues');
  const isConfirmed = venues.every((one) => textAt(one, 'state') === 'CONFIRMED');
  const isOver = state === 'over';
  const lines = venues.flatMap((one) => [
    `  ${textAt(one, 'venue')}: ${textAt(one, 'state')}, ${textAt(one, 'cancels')} cancels and ${textAt(one, 'closings')} closing orders in ${textAt(one, 'sweeps')} sweeps`,
    ...(listAt(one, 'open') as readonly string[]).slice(0, 5).map((open) => `    ${open}`),
  ]);
  return {
    data: document['stop'],
    text: [
      `${word ?? ''} by ${by ?? ''}: ${reason ?? ''}.`,
      ...listAt(document, 'stop.receipts').map((one) => `  ${textAt(one, 'step')} after ${textAt(one, 'tookMs')} ms: ${textAt(one, 'detail')}`),
      ...lines,
      isOver ? 'Over; the runtime was started again, into the stop. "breakwater status" tells.' : 'NOT CONFIRMED yet: it goes on by itself, for ever. Ask again to see how it stands.',
    ],
    ...(isOver && isConfirmed ? {} : { exit: EXIT.partial }),
    ...(textAt(document, 'stop.remembered') === 'true' ? {} : { warnings: ['In force, and not remembered yet: the emergency log has not taken it, so the runtime stays down.'] }),
  };
}
