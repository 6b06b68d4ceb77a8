/** `breakwater orders` */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { aligned, amountAt, listAt, textAt } from './table.ts';

const whose = ['source', 'strategy', 'trader', 'desk', 'client'] as const;
type Options = ControlOptions & { readonly state: string; readonly limit: string } & { readonly [Field in (typeof whose)[number]]?: string };

export async function orders(_: Cli, options: Options): Promise<Answer> {
  const query = new URLSearchParams({ state: options.state, limit: options.limit });
  for (const field of whose) if (options[field] !== undefined) query.set(field, options[field]);
  const document = await asking(options, (control) => control.get(`/api/v1/orders?${query.toString()}`));
  const orders = listAt(document, 'orders');
  const rows = orders.map((order) => [
    textAt(order, 'id'), textAt(order, 'phase'), textAt(order, 'side'), amountAt(order, 'quantity'), textAt(order, 'symbol'), textAt(order, 'type'),
    amountAt(order, 'limitPrice'), `filled ${amountAt(order, 'filled')}`, textAt(order, 'since'), belonging(order), textAt(order, 'because'),
  ]);
  const foreign = listAt(document, 'foreign').map((order) => [
    textAt(order, 'venueOrderId'), 'of others', textAt(order, 'side'), amountAt(order, 'stillPossible'), textAt(order, 'symbol'), `at ${textAt(order, 'venue')}`, textAt(order, 'since'), belonging(order),
  ]);
  const more = Number(textAt(document, 'count')) - orders.length;
  return {
    data: document,
    text: withForeign(orders.length === 0 ? [options.state === 'all' ? 'No orders.' : `No ${options.state} orders.`] : [...aligned(rows), ...(more > 0 ? [`and ${more} more: --limit`] : [])], foreign),
  };
}

/** Shortly: what was said of nobody is left out. */
function belonging(order: unknown): string {
  const [strategy, trader, desk, client] = ['strategy', 'trader', 'desk', 'client'].map((field) => textAt(order, field));
  return [`for ${strategy}`, `by ${trader}`, ...(desk === 'unassigned' ? [] : [`desk ${desk}`]), ...(client === 'unassigned' ? [] : [`client ${client}`])].join(' ');
}

const withForeign = (lines: readonly string[], foreign: readonly string[][]): string[] => [...lines, ...(foreign.length === 0 ? [] : ['Orders at the venue that nobody here asked for:', ...aligned(foreign)])];
