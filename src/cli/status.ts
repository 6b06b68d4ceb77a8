/** `breakwater status`: how things stand, in one sentence and a few figures. */
import type { Terminal } from '../edges/process/index.ts';
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions, Document } from './control.ts';
import { EXIT } from './exit.ts';
import { listAt, marked, textAt } from './table.ts';
import type { Mark } from './table.ts';

type Options = ControlOptions & { readonly check?: true };

export async function status(cli: Cli, options: Options): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/status'));
  return { data: document, text: linesOf(cli.terminal, document), exit: options.check === true && !isHealthy(document) ? EXIT.unhealthy : EXIT.ok };
}

export const isHealthy = (status: Document): boolean =>
  textAt(status, 'state') === 'trading' && textAt(status, 'books.booksAgree') === 'true' && textAt(status, 'orders.unknown') === '0';

const marks: Readonly<Record<string, Mark>> = { trading: '●', waiting: '▲', reducing: '▲', halted: '◆', stopped: '■', stranded: '■' };

function linesOf(terminal: Terminal, status: Document): readonly string[] {
  const mode = textAt(status, 'state');
  const lines = [`${marked(terminal, marks[mode] ?? '◌')} ${terminal.paint('bold', mode.toUpperCase())}   ${textAt(status, 'sentence')}`];
  const say = (label: string, text: string): void => void lines.push(`  ${label.padEnd(9)}${text}`);
  const since = textAt(status, 'gate.since');
  say('gate', `${textAt(status, 'gate.state')}${since === '' ? '' : ` since ${since} by ${textAt(status, 'gate.by')}: ${textAt(status, 'gate.reason')}`}`);
  const safety = safetyLine(status);
  if (safety !== '') say('safety', safety);
  if (textAt(status, 'safety.awaits') !== '') say('', textAt(status, 'safety.awaits'));
  for (const venue of listAt(status, 'venues')) {
    const reconciled = textAt(venue, 'reconciled.at');
    const stream = textAt(venue, 'connected') === 'true' ? 'stream up' : 'no stream';
    say('venue', `${textAt(venue, 'name')}: ${stream}, ${reconciled === '' ? 'not reconciled yet' : `books ${textAt(venue, 'reconciled.agreed') === 'true' ? 'agreed' : 'differed'} ${seconds(textAt(venue, 'reconciled.ageMs'))} ago`}${textAt(venue, 'why') === '' ? '' : `; ${textAt(venue, 'why')}`}`);
    for (const quarantined of listAt(venue, 'quarantined')) say('', `${textAt(quarantined, 'symbol')} quarantined: ${textAt(quarantined, 'cause')}`);
  }
  if (mode !== 'stranded') {
    say('orders', `${textAt(status, 'orders.live')} live, ${textAt(status, 'orders.unknown')} unknown, ${textAt(status, 'orders.done')} done`);
    say('books', `${textAt(status, 'books.fills') || '0'} fills booked, ${textAt(status, 'books.pendingFees')} fees pending, ${textAt(status, 'books.openDifferences')} differences open`);
    const level = textAt(status, 'risk.level');
    if (level !== '') say('risk', `${level}${level === 'normal' ? '' : `: ${listAt(status, 'risk.causes').join(', ')}`}`);
    say('journal', `${textAt(status, 'journal.durableSeq')} entries on disk, head ${textAt(status, 'journal.headHash').slice(0, 12)}, format ${textAt(status, 'journal.format')}${mayRaise(status) ? `; ${textAt(status, 'journal.formats.writes')} may be written after "breakwater journal raise-format"` : ''}`);
  }
  for (const waiting of listAt(status, 'waiting')) {
    const id = textAt(waiting, 'id');
    say('waiting', `${id}: ${textAt(waiting, 'what')}; asked for by ${textAt(waiting, 'by')} at ${textAt(waiting, 'since')}: ${textAt(waiting, 'reason')}; void at ${textAt(waiting, 'until')}`);
    say('', `breakwater limits approve ${id} --reason "…", or breakwater limits reject ${id} --reason "…"`);
  }
  const follower = followerLine(status);
  if (follower !== '') say('follower', follower);
  say('process', `pid ${textAt(status, 'process.pid')}${textAt(status, 'process.uptimeMs') === '' ? '' : `, up ${seconds(textAt(status, 'process.uptimeMs'))}, epoch ${textAt(status, 'process.epoch')}`}`);
  return lines;
}

/** The state of the whole, and the worst of what is watched. */
function safetyLine(status: Document): string {
  const state = textAt(status, 'safety.state');
  if (state === '' || state === 'unwatched') return '';
  const worst = textAt(status, 'safety.worst.name');
  const of = `${textAt(status, 'safety.components')} components`;
  const why = state === 'healthy' ? '' : `: ${textAt(status, 'safety.cause')}`;
  return `${state}${why}; ${worst === '' ? `${of}, none ill` : `of ${of} the worst is ${worst}, ${textAt(status, 'safety.worst.state')} since ${textAt(status, 'safety.worst.since')}: ${textAt(status, 'safety.worst.cause')}`}`;
}

/** The second fold of the journal, and when it last agreed with what decides. */
function followerLine(status: Document): string {
  const state = textAt(status, 'follower.state');
  if (state === '') return '';
  if (state === 'differs') return 'DIFFERS from what decides; see the log';
  const seq = textAt(status, 'follower.compared.seq');
  const compared = seq === '' ? 'not compared yet' : `agreed at ${seq}, ${seconds(textAt(status, 'follower.compared.ageMs'))} ago`;
  return `${state === 'following' ? '' : 'to be started again, '}${textAt(status, 'follower.lag')} entries behind, ${compared}; snapshot at ${textAt(status, 'follower.snapshotSeq')}`;
}

const mayRaise = (status: Document): boolean => Number(textAt(status, 'journal.formats.writes')) > Number(textAt(status, 'journal.format'));
const seconds = (ms: string): string => `${(Number(ms) / 1_000).toFixed(Number(ms) < 10_000 ? 1 : 0)} s`;
