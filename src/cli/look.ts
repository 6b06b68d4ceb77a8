/** How lines for people look: coloured or not, and in plain ASCII for terminals that have nothing else. */
import { styleText } from 'node:util';
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
