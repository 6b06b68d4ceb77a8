/**
 * `breakwater pause`, `flatten` and `kill`: stopping more than new orders, and seeing that it is done.
 *
 * A kill that was asked for is followed until every venue has shown it, or the time is over; the receipt says what is not confirmed.
 */
import { realClock } from '../edges/clock/index.ts';
import { sleep } from '../ports/index.ts';
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { Control, ControlOptions, Document } from './control.ts';
import { EXIT } from './exit.ts';
import { UnreachableError, UsageError } from './failure.ts';
import { amountAt, listAt, textAt } from './table.ts';

type Words = ControlOptions & { readonly scope?: string; readonly reason?: string; readonly by?: string };
type Options = Words & { readonly plan?: true; readonly apply?: string; readonly now?: true; readonly wait?: boolean };

const FOLLOW_MS = 250;
const NOT_TAKEN = 'It was taken by nobody and is not remembered. Orders that stand at the venue stay there, and a service that starts the runtime again would trade again. If one runs on another folder, name that with --data.';

export async function pause(cli: Cli, options: Words): Promise<Answer> {
  const { by = cli.terminal.user, scope, reason } = options;
  const { status, document } = await asking(options, (control) => control.insist('/api/v1/pause', { by, ...given({ scope, reason }) }, () => undefined));
  return {
    data: document, exit: status === 207 ? EXIT.partial : EXIT.ok,
    text: [`${textAt(document, 'scope')} is ${textAt(document, 'gate.state')} by ${textAt(document, 'gate.by')}: ${textAt(document, 'gate.reason')}.${textAt(document, 'changed') === 'true' ? ' Orders that only reduce a position pass.' : ' It was as strict before.'}`],
  };
}

export const flatten = (cli: Cli, options: Options): Promise<Answer> => stopping(cli, 'flatten', options);
export const kill = (cli: Cli, options: Options): Promise<Answer> => stopping(cli, 'kill', options);

async function stopping(cli: Cli, word: 'flatten' | 'kill', options: Options): Promise<Answer> {
  const { by = cli.terminal.user, scope, reason, apply } = options;
  const chosen = [options.plan === true, apply !== undefined, options.now === true].filter(Boolean).length;
  if (chosen > 1) throw new UsageError(`Say one of --plan (shows what a ${word} would do), --apply PLAN (does it) or --now (does it without a plan).`);
  return asking(options, async (control) => {
    if (apply === undefined && options.now !== true) {
      const { document } = await control.post(`/api/v1/${word}/plan`, given({ scope }), `breakwater ${word} --plan`);
      return { data: document, text: sheetOf(document['plan'] as Document, word) };
    }
    const body = { by, ...given({ scope, reason, apply }), ...(options.now === true ? { now: true } : {}) };
    const clock = realClock();
    const sentMs = clock.wallMs();
    const { status, document } = apply === undefined ? await insisting(cli, control, word, body, options) : await control.post(`/api/v1/${word}`, body, 'breakwater status');
    const tookMs = clock.wallMs() - sentMs;
    const id = textAt(document, 'stop.id');
    const last = id === '' || options.wait === false ? document : await follow(control, id, clock.monotonicMs() + options.reach.timeoutMs - tookMs) ?? document;
    const outcome = textAt(last, 'stop.outcome');
    const swept = listAt(last, 'venues').map((one) => `  ${textAt(one, 'venue')}: ${listAt(one, 'asked').length} cancels asked for, ${textAt(one, 'open') === '' ? `what is open is not known: ${textAt(one, 'why')}` : `${listAt(one, 'open').length} still open`}`);
    const note = textAt(last, 'note');
    return {
      data: last, text: id === '' ? [`${textAt(last, 'gate.state')} without a journal: what is open is being cancelled; positions are closed once there is a journal again.`, ...swept] : receiptOf(last, sentMs, tookMs),
      ...(note === '' ? {} : { warnings: [note] }), exit: outcome === 'CONFIRMED' && status !== 207 ? EXIT.ok : EXIT.partial,
    };
  });
}

const given = (words: Readonly<Record<string, string | undefined>>): Document => Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));

async function insisting(cli: Cli, control: Control, word: string, body: Document, { reach }: Options): ReturnType<Control['insist']> {
  try {
    return await control.insist(`/api/v1/${word}`, body, (why) => cli.terminal.note(`The runtime does not answer (${why}). Asking again, until ${reach.timeoutMs / 1_000} s are over.`));
  } catch (thrown) {
    throw thrown instanceof UnreachableError ? new UnreachableError(control.socket, thrown.why, NOT_TAKEN) : thrown;
  }
}

/** Until it has ended, one way or the other. A runtime that dies meanwhile goes on with it in its next life, and is asked again. */
async function follow(control: Control, id: string, untilMs: number): Promise<Document | undefined> {
  const clock = realClock();
  let last: Document | undefined;
  while (clock.monotonicMs() < untilMs) {
    try {
      last = await control.get(`/api/v1/stops/${id}`);
      if (textAt(last, 'stop.outcome') !== 'running') return last;
    } catch (thrown) {
      if (!(thrown instanceof UnreachableError)) throw thrown;
    }
    await sleep(clock, FOLLOW_MS);
  }
  return last;
}

function sheetOf(plan: Document, word: string): readonly string[] {
  const lines = [`PLAN ${textAt(plan, 'id')}  (valid ${Number(textAt(plan, 'validForMs')) / 1_000} s, data age ${textAt(plan, 'dataAgeMs')} ms)`];
  const say = (label: string, text: string): void => void lines.push(`  ${label.padEnd(12)}${text}`);
  for (const one of listAt(plan, 'unread')) say('NOT SEEN', `${textAt(one, 'venue')}: ${textAt(one, 'why')}. What is open and held there is not in this plan, and is stopped all the same.`);
  say('scope', textAt(plan, 'scope'));
  say('gate', listAt(plan, 'gate').join(' → '));
  say('cancel', `${textAt(plan, 'cancel.ours')} orders of ours, ${textAt(plan, 'cancel.foreign')} of others`);
  const closes = listAt(plan, 'close');
  if (closes.length === 0) say('close', 'nothing is held');
  for (const [index, one] of closes.entries()) say(index === 0 ? 'close' : '', `${textAt(one, 'symbol')} at ${textAt(one, 'venue')}: ${textAt(one, 'side')} ${amountAt(one, 'quantity')}${amountAt(one, 'value') === '' ? '' : ` ≈ ${amountAt(one, 'value')}`}, market ${textAt(one, 'market')}`);
  const worst = listAt(plan, 'worstSlippage').map((one) => `${textAt(one, 'amount')} ${textAt(one, 'asset')}`);
  if (worst.length > 0) say('slippage', `at most ${worst.join(', ')} while limits close; a market order after that has no bound`);
  for (const one of listAt(plan, 'notTouched')) say('not touched', `${textAt(one, 'held')} ${textAt(one, 'asset')} at ${textAt(one, 'venue')}: no instrument of it is configured`);
  return [...lines, `To do it: breakwater ${word} --apply ${textAt(plan, 'id')} --reason "…"`];
}

const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

/** What was done, step by step, and what is not confirmed. */
function receiptOf(document: Document, sentMs: number, tookMs: number): readonly string[] {
  const stop = document['stop'];
  const outcome = textAt(stop, 'outcome');
  const lines = [`${textAt(stop, 'word')} ${textAt(stop, 'id')} of ${textAt(stop, 'scope')} by ${textAt(stop, 'by')}: ${textAt(stop, 'reason')}`];
  for (const one of listAt(stop, 'venues')) {
    const steps = listAt(one, 'steps').map((step) => `${textAt(step, 'step')} ${textAt(step, 'outcome') === 'done' ? '' : `${textAt(step, 'outcome').toUpperCase()} `}${(Number(textAt(step, 'tookMs')) / 1_000).toFixed(3)} s (${textAt(step, 'detail')})`);
    lines.push(`  ${textAt(one, 'venue')}: sent ${clockTime(sentMs)} → gate closed ${textAt(stop, 'began').slice(11, 23)} (answered after ${Math.max(0, Math.round(tookMs))} ms) → ${steps.length === 0 ? 'nothing heard yet' : steps.join(' → ')}`);
  }
  for (const one of listAt(stop, 'callbacks')) lines.push(`  callback ${textAt(one, 'detail')}`);
  if (outcome === 'CONFIRMED') return [...lines, `CONFIRMED after ${(Number(textAt(stop, 'tookMs')) / 1_000).toFixed(1)} s. The gate is ${textAt(document, 'gate.state')}.`];
  const open = listAt(stop, 'open').map(String);
  return [...lines, `NOT CONFIRMED: it goes on until it is. ${open.length === 0 ? '' : `${open.join('; ')}. `}Look at the venue itself; "breakwater status" says how it stands.`];
}
