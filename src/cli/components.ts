/** `breakwater components`: what is watched, how each is, and how the whole is because of it. */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { aligned, listAt, marked, textAt } from './table.ts';
import type { Mark } from './table.ts';

const marks: Readonly<Record<string, Mark>> = { healthy: '●', recovering: '▲', degraded: '▲', critical: '■', failed: '■', 'emergency-shutdown': '■', stopped: '◆' };

export async function components({ terminal }: Cli, options: ControlOptions): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/components'));
  const state = textAt(document, 'safety.state');
  const rows = listAt(document, 'components').map((one) => [
    textAt(one, 'name'), textAt(one, 'state'), textAt(one, 'critical') === 'true' ? 'critical' : 'other', `since ${textAt(one, 'since').slice(0, 19).replace('T', ' ')}Z`, textAt(one, 'cause'),
  ]);
  const lines = aligned(rows).map((line, index) => `${marked(terminal, marks[rows[index]?.[1] ?? ''] ?? '◌')} ${line}`);
  const head = `${marked(terminal, marks[state] ?? '◌')} ${terminal.paint('bold', state.toUpperCase())}   ${textAt(document, 'safety.cause')}`;
  const awaits = textAt(document, 'safety.awaits');
  return { data: document, text: [head, ...(awaits === '' ? [] : [`  ${awaits}`]), ...(lines.length === 0 ? ['Nothing is watched.'] : lines)] };
}
