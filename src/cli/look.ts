/** How lines for people look: what stands first in every answer about trading, coloured or not, and in plain ASCII for terminals that have nothing else. */
import { styleText } from 'node:util';
import type { Mode, MoneyKind } from '../door/index.ts';
import type { Terminal } from '../edges/process/index.ts';
import type { Common } from './cli.ts';

const plain: Readonly<Record<string, string>> = {
  '●': '*', '▲': '!', '◆': '+', '■': '#', '◌': 'o', '→': '->', '·': '-', '−': '-', '–': '-', '≤': '<=', '≥': '>=', '≠': '!=', '…': '...', '“': '"', '”': '"', '’': "'", '×': 'x',
};

export const inAscii = (text: string): string => text.replaceAll(/[●▲◆■◌→·−–≤≥≠…“”’×]/g, (shape) => plain[shape] ?? shape);

/** The terminal as the options of a command want it. */
export function looking(terminal: Terminal, { color, ascii, json }: Common): Terminal {
  const paint: Terminal['paint'] = color === 'always' ? (style, text) => styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false })
    : color === 'never' ? (_, text) => text : (style, text) => terminal.paint(style, text);
  if (ascii !== true || json === true) return { ...terminal, paint };
  return { ...terminal, paint, out: (line) => terminal.out(inAscii(line)), note: (line) => terminal.note(inAscii(line)) };
}

const money: Readonly<Record<MoneyKind, string>> = { live: 'LIVE $', paper: 'PAPER', sim: 'SIM' };

/** "momentum-eu · LIVE $ · HALTED since 2026-11-21 03:04:11Z" */
export function modeLine(terminal: Terminal, { instance, money: kind, gate, since }: Pick<Mode, 'instance' | 'money'> & Partial<Mode>): string {
  const words = [terminal.paint('bold', instance), kind === 'live' ? terminal.paint(['bold', 'red'], money[kind]) : money[kind]];
  if (gate !== undefined) words.push(`${gate === 'ACTIVE' ? gate : terminal.paint('yellow', gate)}${typeof since === 'string' ? ` since ${since.slice(0, 19).replace('T', ' ')}Z` : ''}`);
  return words.join(' · ');
}
