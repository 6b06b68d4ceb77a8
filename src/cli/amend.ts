/** `breakwater amend ID`: an order becomes another one, if every control lets it. */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { wholeId } from './order.ts';
import { amountAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly quantity?: string; readonly limitPrice?: string; readonly stopPrice?: string; readonly key?: string; readonly reason: string; readonly by?: string };

export function amend(cli: Cli, options: Options, [name = '']: readonly string[]): Promise<Answer> {
  const { by = cli.terminal.user, reason, quantity, limitPrice, stopPrice, key } = options;
  return asking(options, async (control) => {
    const id = await wholeId(control, name);
    const { document } = await control.post(`/api/v1/orders/${encodeURIComponent(id)}/amend`, { by, reason, ...(quantity === undefined ? {} : { quantity }), ...(limitPrice === undefined ? {} : { limitPrice }), ...(stopPrice === undefined ? {} : { stopPrice }), ...(key === undefined ? {} : { key }) }, `breakwater order ${id}`);
    const successorId = textAt(document, 'successorId');
    const phase = textAt(document, 'successor.phase');
    const follows = phase === ''
      ? `It is being cancelled; ${successorId} follows with what is left of it, once its end is known: "breakwater order ${successorId}".`
      : `${successorId} follows it: ${amountAt(document['successor'], 'quantity')}, ${phase}.`;
    return { data: document, text: [`${textAt(document, 'order.id') || id} is changed, by ${by}.`, follows] };
  });
}
