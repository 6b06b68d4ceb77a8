/**
 * The names of an order, taken from its canonical text without reading the rest: a start meets a hundred thousand orders that are
 * done, and of nearly all of them only the names are ever asked for.
 *
 * Why this finds the right place: a quote inside a text is escaped, so a key between two bare quotes, with what follows it,
 * stands nowhere but where the key is; and no record inside an order has a key of the same name. What is not plain is read whole.
 */
import { parseCanonical } from '../../base/index.ts';
import type { Order } from './order.ts';

export type OrderNames = Pick<Order, 'venue' | 'clientOrderIds' | 'venueOrderIds'>;

/** @param text the canonical text of an order */
export function namesInText(text: string): OrderNames {
  const clientOrderIds = listAt(text, text.indexOf(CLIENT), CLIENT.length);
  const venueOrderIds = listAt(text, text.lastIndexOf(VENUE_IDS), VENUE_IDS.length);
  const venue = plainAt(text, text.lastIndexOf(VENUE), VENUE.length);
  return clientOrderIds === undefined || venueOrderIds === undefined || venue === undefined ? parseCanonical(text) as Order : { venue, clientOrderIds, venueOrderIds };
}

const CLIENT = '"clientOrderIds":[';
const VENUE_IDS = '"venueOrderIds":[';
const VENUE = '"venue":"';

/** The texts of a list, where none of them holds anything that is written otherwise than it is. */
function listAt(text: string, at: number, length: number): string[] | undefined {
  const end = text.indexOf(']', at);
  if (at < 0 || end < 0) return undefined;
  const inside = text.slice(at + length, end);
  if (inside === '') return [];
  const items: string[] = [];
  for (let from = 0; from < inside.length;) {
    const item = plainAt(inside, from, 1);
    if (item === undefined) return undefined;
    items.push(item);
    from += item.length + 3; // its quotes, and the comma
  }
  return items;
}

/** The text that begins so far after a place, where it is plain: not empty, nothing escaped, no mark of a bigint. */
function plainAt(text: string, at: number, length: number): string | undefined {
  const from = at + length;
  const end = text.indexOf('"', from);
  if (at < 0 || end <= from) return undefined;
  const plain = text.slice(from, end);
  return plain.startsWith('#') || plain.includes('\\') ? undefined : plain;
}
