/** `breakwater order ID`: one order and everything the journal says of it; cancel it, or testify what became of it. */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { Control, ControlOptions, Document } from './control.ts';
import { EXIT } from './exit.ts';
import { UsageError } from './failure.ts';
import { amountAt, listAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly cancel?: true; readonly resolve?: string; readonly reason?: string; readonly by?: string };

export function order(cli: Cli, options: Options, [name = '']: readonly string[]): Promise<Answer> {
  return asking(options, async (control) => {
    const id = await wholeId(control, name);
    const path = `/api/v1/orders/${encodeURIComponent(id)}`;
    const { by = cli.terminal.user, reason } = options;
    if (options.cancel === true && options.resolve !== undefined) throw new UsageError('Give --cancel or --resolve, not both.');
    if (options.cancel === true) {
      const { status, document } = await control.post(`${path}/cancel`, { by, reason: reason ?? 'asked for by the operator' }, `breakwater order ${id}`);
      const note = textAt(document, 'note');
      return { data: document, text: [`The cancel of ${id} was asked for; the order is ${textAt(document, 'order.phase') || 'not in any book here'}.`], ...(note === '' ? {} : { warnings: [note] }), exit: status === 207 ? EXIT.partial : EXIT.ok };
    }
    if (options.resolve !== undefined) {
      if (reason === undefined) throw new UsageError('--resolve needs --reason "…": who says so, and on what evidence, is written down.');
      const { document } = await control.post(`${path}/resolve`, { by, reason, outcome: options.resolve }, `breakwater order ${id}`);
      return { data: document, text: [`${id} is ${textAt(document, 'order.phase')}, on the word of ${by}.`] };
    }
    const document = await control.get(path);
    return { data: document, text: storyOf(document) };
  });
}

/** The demo shows the beginning of an id. It stands for the order that alone begins so. */
export async function wholeId(control: Control, name: string): Promise<string> {
  if (!/^[0-9a-f]{4,19}$/.test(name)) return name;
  const meant = listAt(await control.get('/api/v1/orders?state=all&limit=1000'), 'orders').map((one) => textAt(one, 'id')).filter((id) => id.startsWith(name));
  if (meant.length > 1) throw new UsageError(`"${name}" begins ${meant.length} orders: ${meant.slice(0, 5).join(', ')}. Give more of it.`);
  return meant[0] ?? name;
}

function storyOf(document: Document): readonly string[] {
  const order = document['order'];
  const price = amountAt(order, 'limitPrice');
  const lines = [
    `${textAt(order, 'id')}  ${textAt(order, 'side')} ${amountAt(order, 'quantity')} ${textAt(order, 'type')}${price === '' ? '' : ` at ${price}`} on ${textAt(order, 'venue')}, asked for by ${textAt(order, 'source')}`,
    `  for the strategy ${textAt(order, 'strategy')}, trader ${textAt(order, 'trader')}, desk ${textAt(order, 'desk')}, client ${textAt(order, 'client')}`,
    `  ${textAt(order, 'phase')}${textAt(order, 'ended') === '' ? '' : ` (${textAt(order, 'ended')})`} since ${textAt(order, 'since')}; filled ${amountAt(order, 'filled')} for ${amountAt(order, 'filledValue')}${textAt(order, 'because') === '' ? '' : `; ${textAt(order, 'because')}`}`,
  ];
  for (const entry of listAt(document, 'timeline')) {
    const payload = (entry as Document)['payload'];
    const told = ['via', 'why', 'evidence', 'observed', 'message', 'reason', 'clientOrderId', 'venueOrderId', 'detail'].map((name) => textAt(payload, name)).filter((text) => text !== '').join(', ');
    lines.push(`  ${textAt(entry, 'at')}  ${textAt(entry, 'seq').padStart(6)}  ${textAt(entry, 'type').padEnd(22)} ${told}`.trimEnd());
  }
  return lines;
}
