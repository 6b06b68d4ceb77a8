/** How the demo is shown: lines for people, or one JSON document a line. */
import type { Terminal } from '../../edges/process/index.ts';
import { jsonLine } from '../answer.ts';
import type { BooksView } from './books.ts';
import type { Told, Way } from './follow.ts';

export interface Show {
  say(text: string): void;
  ready(links: { readonly exchange: string; readonly listening: string; readonly controlSocket: string; readonly logFile: string }): void;
  told(told: Told): void;
  books(view: BooksView): void;
}

export const jsonShow = (terminal: Terminal): Show => ({
  say: (text) => terminal.note(text),
  ready: ({ exchange, listening, controlSocket, logFile }) => terminal.out(jsonLine({ event: 'ready', exchange, listening, controlSocket, logFile })),
  told: (told) => terminal.out(jsonLine(told.kind === 'order' ? { event: 'order', ...told.way, tookMs: tookMs(told.way) } : { event: 'notice', type: told.type, text: told.text })),
  books: (view) => terminal.out(jsonLine({ event: 'books', ...view })),
});

export function humanShow(terminal: Terminal): Show {
  return {
    say: (text) => terminal.out(terminal.paint('dim', text)),
    ready: ({ exchange, listening, controlSocket }) => {
      terminal.out(`${terminal.paint('bold', 'exchange')} ${exchange}   ${terminal.paint('bold', 'signals')} ${listening}   ${terminal.paint('bold', 'control')} ${controlSocket}`);
    },
    told: (told) => terminal.out(told.kind === 'order' ? orderLine(terminal, told.way) : `${terminal.paint('yellow', '▲')} ${told.type}  ${told.text}`),
    books: (view) => terminal.out(booksLine(terminal, view)),
  };
}

function orderLine(terminal: Terminal, way: Way): string {
  const last = way.phases.at(-1) ?? '';
  const mark = last === 'booked' ? terminal.paint('green', '●') : terminal.paint('cyan', '◆');
  const doubted = way.phases.includes('UNKNOWN');
  const phases = way.phases.map((phase) => (phase === 'UNKNOWN' ? terminal.paint('yellow', phase) : phase)).join(' → ');
  return `${mark} ${way.orderId.slice(0, 8)} ${way.side.padEnd(4)} ${way.symbol} ${way.type.padEnd(6)} ${phases}  ${terminal.paint('dim', `${tookMs(way)} ms`)}${last === 'booked' || way.why === undefined ? '' : `  ${way.why}`}${doubted ? terminal.paint('yellow', '  found out') : ''}`;
}

const tookMs = ({ startedAtMs, endedAtMs }: Way): number => (endedAtMs ?? startedAtMs) - startedAtMs;

function booksLine(terminal: Terminal, view: BooksView): string {
  if (view.kind === 'moving') return `${terminal.paint('dim', '◌ books      moving while they were compared')}`;
  if (view.kind === 'unread') return `${terminal.paint('yellow', '▲')} books      not compared: ${view.why}`;
  const assets = view.assets.map(({ asset, books, venue, verdict, feesPending }) => (verdict === 'equal' ? `${asset} ${books} = ${venue}` : verdict === 'within-fees' ? `${asset} ${books} − fees ≤ ${feesPending} = ${venue}` : `${asset} ${books} ≠ ${venue}`)).join(' · ');
  return `${view.agree ? terminal.paint('green', '●') : terminal.paint('red', '■')} books ${view.agree ? 'agree ' : 'DIFFER'} ${assets}`;
}
