/** A line for people: time, level, component, what happened, then the rest as `key=value`. */
import { styleText } from 'node:util';

const styles = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;
const said: ReadonlySet<string> = new Set(['time', 'level', 'component', 'msg', 'event']);

export function prettyLine(json: string): string {
  const line = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const level = wordOf(line['level']) as keyof typeof styles;
  const rest = Object.entries(line).filter(([key]) => !said.has(key)).map(([key, value]) => `${key}=${wordOf(value)}`);
  const head = `${wordOf(line['time']).slice(11, 23)} ${styleText(styles[level], level.padEnd(5))} ${wordOf(line['component']).padEnd(10)}`;
  return `${head} ${wordOf(line['msg'])}${rest.length === 0 ? '' : `  ${styleText('dim', rest.join(' '))}`}`;
}

/** What came from outside cannot begin a line of its own, nor move the cursor. */
const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '').replaceAll(/\p{Cc}/gu, ' ');
