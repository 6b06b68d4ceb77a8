/** `breakwater reload` and `breakwater limits`: tighter at once, looser once a person has approved it. */
import type { Answer } from './answer.ts';
import { durationMs } from './cli.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { EXIT } from './exit.ts';
import { aligned, amountAt, listAt, textAt } from './table.ts';

type Person = ControlOptions & { readonly by?: string; readonly reason?: string };

export async function reload(cli: Cli, options: Person): Promise<Answer> {
  const { by = cli.terminal.user, reason } = options;
  const { status, document } = await asking(options, (control) => control.post('/api/v1/limits/reload', { by, ...(reason === undefined ? {} : { reason }) }, 'breakwater limits ls'));
  const inForce = listAt(document, 'inForce');
  const warnings = listAt(document, 'warnings').map(String);
  return {
    data: document, ...(warnings.length === 0 ? {} : { warnings }), exit: status === 207 ? EXIT.partial : EXIT.ok,
    text: [...(inForce.length === 0 ? ['Nothing changed of what is in force.'] : ['In force now:', ...aligned(inForce.map(changeLine))]), ...heldLines(document)],
  };
}

export async function ls(_: Cli, options: ControlOptions): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/limits'));
  const missing = listAt(document, 'missing').map((one) => [`  ${textAt(one, 'limit')}`, `missing, and blocks; it was ${textAt(one, 'was')}`]);
  const until = textAt(document, 'temporary.until');
  return {
    data: document,
    text: [
      ...aligned([...listAt(document, 'limits').map((one) => [`  ${textAt(one, 'limit')}`, textAt(one, 'value')]), ...missing]),
      ...(until === '' ? [] : [`Until ${until}, says ${textAt(document, 'temporary.by')}: ${textAt(document, 'temporary.reason')}. Then:`, ...aligned(listAt(document, 'temporary.changes').map(changeLine))]),
      ...heldLines(document),
      ...listAt(document, 'overrides').flatMap(overrideLines),
    ],
  };
}

type Overriding = Person & { readonly control?: string; readonly venue?: string; readonly symbol?: string; readonly strategy?: string; readonly side?: string; readonly quantity?: string; readonly for?: string };

export async function override(cli: Cli, options: Overriding): Promise<Answer> {
  const { by = cli.terminal.user, reason, control: name, venue, symbol, strategy, side, quantity } = options;
  const words = Object.fromEntries(Object.entries({ control: name, venue, symbol, strategy, side, quantity, reason }).filter(([, value]) => value !== undefined));
  const { document } = await asking(options, (control) => control.post('/api/v1/limits/override', { ...words, by, forMs: durationMs('--for', options.for ?? '10m') }, 'breakwater limits ls'));
  return { data: document, text: overrideLines(document['override']) };
}

export async function approve(cli: Cli, options: Person & { readonly for?: string }, [id = '']: readonly string[]): Promise<Answer> {
  const { by = cli.terminal.user, reason } = options;
  const forMs = options.for === undefined ? {} : { forMs: durationMs('--for', options.for) };
  const { document } = await asking(options, (control) => control.post(`/api/v1/limits/${encodeURIComponent(id)}/approve`, { by, ...(reason === undefined ? {} : { reason }), ...forMs }, 'breakwater limits ls'));
  const until = textAt(document, 'until');
  if (id.startsWith('lo_')) return { data: document, text: [`One order may pass by ${id} until ${until}, says ${by}.`] };
  return { data: document, text: [`In force now${until === '' ? '' : `, until ${until}`}, says ${by}:`, ...aligned(listAt(document, 'inForce').map(changeLine))] };
}

export async function reject(cli: Cli, options: Person, [id = '']: readonly string[]): Promise<Answer> {
  const { by = cli.terminal.user, reason } = options;
  const { document } = await asking(options, (control) => control.post(`/api/v1/limits/${encodeURIComponent(id)}/reject`, { by, ...(reason === undefined ? {} : { reason }) }, 'breakwater limits ls'));
  const file = id.startsWith('lo_') ? [] : ['The configuration file still asks for it: the next reload or start asks again, until somebody changes it back.'];
  return { data: document, text: [`${id} is ${textAt(document, 'withdrawn') === 'true' ? 'withdrawn' : 'rejected'}, says ${by}. What is in force has not changed.`, ...file] };
}

const changeLine = (one: unknown): readonly string[] => [`  ${textAt(one, 'limit')}`, `${textAt(one, 'from')} → ${textAt(one, 'to')}`, textAt(one, 'direction') === 'other' ? 'not to be compared' : textAt(one, 'direction')];

function heldLines(document: unknown): readonly string[] {
  const id = textAt(document, 'held.id');
  if (id === '') return [];
  return [
    `Held for approval as ${id} until ${textAt(document, 'held.until')}, asked for by ${textAt(document, 'held.by')}: ${textAt(document, 'held.reason')}`,
    ...aligned(listAt(document, 'held.changes').map(changeLine)), `To let it pass: breakwater limits approve ${id} --reason "…"`, `To turn it down: breakwater limits reject ${id} --reason "…"`,
  ];
}

function overrideLines(one: unknown): readonly string[] {
  const at = (path: string): string => textAt(one, path);
  const state = at('usedBy') !== '' ? `used by the order ${at('usedBy')}` : at('grantedBy') !== '' ? `granted by ${at('grantedBy')}` : `waits for somebody else: breakwater limits approve ${at('id')} --reason "…"`;
  return [`Override ${at('id')}: one ${at('side')} of at most ${amountAt(one, 'quantity')} in ${at('symbol')} at ${at('venue')} for "${at('strategy')}" past ${at('control')}, until ${at('until')}, asked for by ${at('by')}: ${at('reason')}`, `  ${state}`];
}
