/** `breakwater breakers`: which circuits there are, why one is open, and what a person does to it. */
import type { Answer } from './answer.ts';
import { durationMs } from './cli.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions, Document } from './control.ts';
import { UsageError } from './failure.ts';
import { aligned, listAt, textAt } from './table.ts';

type Person = ControlOptions & { readonly by?: string; readonly reason?: string };
type Timed = Person & { readonly until?: string };
type Held = Timed & { readonly open?: true; readonly closed?: true; readonly metricsOnly?: true };

export async function ls(_: Cli, options: ControlOptions): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/breakers'));
  return { data: document, text: aligned(listAt(document, 'breakers').map((one) => [textAt(one, 'name'), textAt(one, 'held.as') === '' ? textAt(one, 'phase') : `held ${textAt(one, 'held.as')}`, textAt(one, 'phase') === 'closed' && textAt(one, 'held.as') === '' ? lately(one) : textAt(one, 'sentence')])) };
}

export async function show(_: Cli, options: ControlOptions, [name = '']: readonly string[]): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/breakers'));
  const all = listAt(document, 'breakers');
  const found = all.find((one) => textAt(one, 'name') === name);
  if (found === undefined) throw new UsageError(`There is no circuit "${name}"; there are ${all.map((one) => textAt(one, 'name')).join(', ')}.`);
  return { data: { breaker: found }, text: storyOf(found) };
}

export const trip = (cli: Cli, options: Timed & { readonly evidence?: string }, [name = '']: readonly string[]): Promise<Answer> =>
  told(cli, options, 'trip', { name, ...end(options), ...(options.evidence === undefined ? {} : { evidence: { observed: options.evidence } }) });

export function reset(cli: Cli, options: Person, [name = '']: readonly string[]): Promise<Answer> {
  return told(cli, options, 'reset', { name });
}

export function hold(cli: Cli, options: Held, [name = '']: readonly string[]): Promise<Answer> {
  const asked = [...(options.open === true ? ['open'] : []), ...(options.closed === true ? ['closed'] : []), ...(options.metricsOnly === true ? ['metrics-only'] : [])];
  const [as = 'open'] = asked; // what takes risk away
  if (asked.length > 1) throw new UsageError('Give one of --open, --closed and --metrics-only.');
  if (as !== 'open' && options.until === undefined) throw new UsageError(`--${as} needs --until, such as --until 10m: what lets more pass ends by itself.`);
  return told(cli, options, 'hold', { name, hold: as, ...end(options) });
}

async function told(cli: Cli, options: Person, verb: string, words: Document): Promise<Answer> {
  const { by = cli.terminal.user, reason } = options;
  const { document } = await asking(options, (control) => control.post(`/api/v1/breakers/${verb}`, { ...words, by, ...(reason === undefined ? {} : { reason }) }, 'breakwater breakers ls'));
  return { data: document, text: storyOf(document['breaker']) };
}

const end = ({ until }: Timed): { readonly forMs?: number } => (until === undefined ? {} : { forMs: durationMs('--until', until) });

const lately = (one: unknown): string => (textAt(one, 'lately.calls') === '' ? '' : `${textAt(one, 'lately.calls')} calls lately, ${textAt(one, 'lately.failures')} failed, ${textAt(one, 'lately.slow')} slow`);

function storyOf(one: unknown): readonly string[] {
  const lines = [textAt(one, 'sentence')];
  const say = (label: string, text: string): void => { if (text !== '') lines.push(`  ${label.padEnd(12)}${text}`); };
  say('guards', textAt(one, 'guards'));
  say('lately', lately(one));
  if (textAt(one, 'lastOpened.at') !== '') {
    say('last opened', `${textAt(one, 'lastOpened.at')}, ${textAt(one, 'lastOpened.rule')}`);
    say('counts', `${textAt(one, 'lastOpened.counts.inARow')} failures in a row; of ${textAt(one, 'lastOpened.counts.calls')} calls in ${Number(textAt(one, 'lastOpened.windowMs')) / 1_000} s ${textAt(one, 'lastOpened.counts.failures')} failed and ${textAt(one, 'lastOpened.counts.slow')} were slow`);
    say('reason', textAt(one, 'lastOpened.reason'));
    const openings = (one as { readonly lastOpened?: { readonly errors?: readonly string[]; readonly evidence?: Readonly<Record<string, string>> } }).lastOpened;
    for (const [what, value] of Object.entries(openings?.evidence ?? {})) say('observed', `${what}: ${value}`);
    for (const error of openings?.errors ?? []) say('error', error);
  }
  if (textAt(one, 'rules.openMs') !== '') say('rules', `${textAt(one, 'rules.failuresToOpen') || 'no number of'} failures in a row, or ${textAt(one, 'rules.failurePercent')}% failed, or ${textAt(one, 'rules.slowPercent')}% slower than ${textAt(one, 'rules.slowAfterMs')} ms, of ${textAt(one, 'rules.leastCalls')} or more`);
  return lines;
}
