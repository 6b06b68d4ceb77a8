/**
 * The blocks of Markdown that a reader may run or compare, each with what is said of it in a comment on the line above:
 *
 *   <!-- not run: WHY -->       a shell block that the tests do not run
 *   <!-- prints: COMMAND -->    what stands here is what COMMAND prints; "the block above" is the shell block before it
 *   <!-- lines of: COMMAND -->  each line has its like among what COMMAND prints, in any order
 *
 * In a `console` block commands begin with `$ `, and what they print follows. A line `…` stands for any lines.
 */
import type { Page } from './markdown.ts';

export type Note = { readonly kind: 'not run' | 'prints' | 'lines of'; readonly text: string };
export type PlacedBlock = { readonly line: number; readonly language: string; readonly text: string; readonly note: Note | undefined };

export function placedBlocks({ text }: Page): readonly PlacedBlock[] {
  const lines = text.split('\n');
  const blocks: PlacedBlock[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const [, indent = '', language = ''] = /^( *)```(\w*)$/.exec(lines[index] ?? '') ?? [undefined];
    if (!/^ *```/.test(lines[index] ?? '')) continue;
    const end = lines.findIndex((line, at) => at > index && line === `${indent}\`\`\``);
    const above = lines.slice(0, index).findLast((line) => line.trim() !== '') ?? '';
    const [, kind, about = ''] = /^ *<!-- (not run|prints|lines of): (.+) -->$/.exec(above) ?? [];
    blocks.push({
      line: index + 1, language, text: lines.slice(index + 1, end).map((line) => line.slice(indent.length)).join('\n'),
      note: kind === undefined ? undefined : { kind: kind as Note['kind'], text: about },
    });
    index = end;
  }
  return blocks;
}

export const isShell = ({ language }: PlacedBlock): boolean => language === 'sh' || language === 'console' || language === 'bash';

/** Commands of a shell block, each on one line. */
export const commandsOfBlock = ({ text }: PlacedBlock): readonly string[] =>
  text.replaceAll(/\\\n\s*/g, '').split('\n').map((line) => line.replace(/\s{2,}#.*$/, '').trim()).filter((line) => line !== '' && !line.startsWith('#'));

export type Exchange = { readonly command: string; readonly prints: readonly string[] };

/** What is typed in a console block, and what it prints. */
export function exchangesOf({ text }: PlacedBlock): readonly Exchange[] {
  const exchanges: { command: string; prints: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) exchanges.push({ command: line.slice(2).replace(/\s{2,}#.*$/, ''), prints: [] });
    else exchanges.at(-1)?.prints.push(line);
  }
  return exchanges;
}

/**
 * A line as it is compared. What differs from run to run gives way to a placeholder:
 * `<time>` ISO 8601 and the times of first lines · `<id>` UUIDs and hexadecimal names of 8 digits and more · `<port>` ·
 * `<folder>` where it ran · `<books>` what an asset comes to · `<n>` every other figure, but those of error codes.
 */
export const normalised = (line: string, folder: string): string => line
  .replaceAll(folder, '<folder>').replaceAll('/home/you/breakwater', '<folder>').replaceAll(/<folder>[\w./-]*\/control\.sock/g, '<folder>/control.sock')
  .replaceAll(/\b[A-Z]{3,5} -?\d[\d.]*(?: − fees ≤ \d[\d.]*)? [=≠] -?\d[\d.]*/g, '<books>')
  .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, '<time>')
  .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<id>')
  .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:<port>')
  .replaceAll(/\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b|\b\d{8}(?= (?:buy|sell))/g, '<id>')
  .replaceAll(/(?<!BW-|[\w-])-?\d+(?:\.\d+)?(?![\w-])/g, '<n>')
  .replaceAll(/\s+/g, ' ').trim();

/** The first line that has no like, or undefined. `…` stands for any lines. */
export function differenceOf(shown: readonly string[], printed: readonly string[], folder: string): string | undefined {
  const wanted = shown.map((line) => normalised(line, folder));
  const real = printed.map((line) => normalised(line, folder)).filter((line) => line !== '');
  let at = 0;
  let loose = false;
  for (const line of wanted) {
    if (line === '') continue;
    if (line === '…') {
      loose = true;
      continue;
    }
    const found = loose ? real.indexOf(line, at) : real[at] === line ? at : -1;
    if (found < 0) return `${line}\n  is not where it should be; there is: ${real[at] ?? 'nothing more'}`;
    at = found + 1;
    loose = false;
  }
  return loose || at === real.length ? undefined : `it prints more than is shown: ${real[at]}`;
}

/** The first line that has no like anywhere, or undefined. */
export function strangerIn(shown: readonly string[], printed: readonly string[], folder: string): string | undefined {
  const real = new Set(printed.map((line) => normalised(line, folder)));
  return shown.map((line) => normalised(line, folder)).find((line) => line !== '' && line !== '…' && !real.has(line));
}
