/** Error codes: where the code gives them a meaning, and what the page says of them. */
import { globSync, readFileSync } from 'node:fs';

export type Source = { readonly path: string; readonly text: string };
/** A place that gives a code its meaning: a class of errors, or an entry of a catalogue. */
export type Meaning = { readonly code: string; readonly name: string; readonly path: string };

export const sources = (): readonly Source[] =>
  globSync('src/**/*.ts').map(String).filter((path) => !path.endsWith('.test.ts')).toSorted().map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Every code that a file speaks of. */
export const codesIn = ({ text }: Source): readonly string[] => [...text.matchAll(/BW-\d{4}/g)].map(([code]) => code);

export function meaningsIn({ path, text }: Source): readonly Meaning[] {
  const classes = [...text.matchAll(/class (\w+) extends \w+ \{\s*(?:readonly )?code = '(BW-\d{4})'/g)].map(([, name = '', code = '']) => ({ code, name, path }));
  const entries = [...text.matchAll(/^ {2}'?([\w-]+)'?: \{ code: '(BW-\d{4})'/gm)].map(([, name = '', code = '']) => ({ code, name, path }));
  const catalogue = [...text.matchAll(/^ {2}'(BW-\d{4})': '/gm)].map(([, code = '']) => ({ code, name: 'entry', path }));
  return [...classes, ...entries, ...catalogue];
}
