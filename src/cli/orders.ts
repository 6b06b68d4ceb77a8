/** `breakwater orders` */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { aligned, amountAt, listAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly state: string; readonly limit: string };

export async function orders(_: Cli, options: Options): Promise<Answer> {
  const query = new URLSearchParams({ state: options.state, limit: options.limit });
  const document = await asking(options, (control) => control.get(`/api/v1/orders?${query.toString()}`));
  const orders = listAt(document, 'orders');
  const rows = orders.map((order) => [
    textAt(order, 'id'), textAt(order, 'phase'), textAt(order, 'side'), amountAt(order, 'quantity'), textAt(order, 'symbol'), textAt(order, 'type'),
    amountAt(order, 'limitPrice'), `filled ${amountAt(order, 'filled')}`, textAt(order, 'since'), textAt(order, 'because'),
  ]);
  const more = Number(textAt(document, 'count')) - orders.length;
  return {
    data: document,
    text: orders.length === 0 ? [options.state === 'all' ? 'No orders.' : `No ${options.state} orders.`] : [...aligned(rows), ...(more > 0 ? [`and ${more} more: --limit`] : [])],
  };
}
