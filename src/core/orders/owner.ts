/**
 * To whom an order belongs: besides the source that asked and the strategy on whose behalf, a trader, a desk and a client.
 *
 *   W1. None of them is ever missing: where nothing was said the trader is the source itself, and the rest is said to be unassigned.
 *   W2. An order that nobody here asked for belongs to nobody here, and says so; nobody can be called by that name.
 */
import type { Order } from './order.ts';

export const ownerFields = ['trader', 'desk', 'client'] as const;
export type OwnerField = (typeof ownerFields)[number];
export type Owner = Readonly<Record<OwnerField, string>>;
export type Belonging = Owner & { readonly source: string; readonly strategy: string };

/** Nobody was named. */
export const UNASSIGNED = 'unassigned';
/** The order came from outside: whose it is nobody here knows. */
export const UNATTRIBUTED = 'unattributed';

/** W2 */
export const nobodys: Belonging = { source: UNATTRIBUTED, strategy: UNATTRIBUTED, trader: UNATTRIBUTED, desk: UNATTRIBUTED, client: UNATTRIBUTED };

/** W1. @param source who asks @param said what is known of it, the first that says something counts */
export function ownedBy(source: string, ...said: readonly Partial<Owner>[]): Owner {
  const first = (field: OwnerField): string | undefined => said.find((one) => one[field] !== undefined)?.[field];
  return { trader: first('trader') ?? source, desk: first('desk') ?? UNASSIGNED, client: first('client') ?? UNASSIGNED };
}

/** W1, of orders too that were asked for before anybody wrote this down. */
export const belongingOf = (order: Pick<Order, 'source' | 'strategy'> & Partial<Owner>): Belonging =>
  ({ source: order.source, strategy: order.strategy, ...ownedBy(order.source, order) });

/** What a trader, a desk or a client may be called. */
export const isOwnerName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/.test(name) && name !== UNATTRIBUTED && !name.startsWith('breakwater.');
