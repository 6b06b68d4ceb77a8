/** What a dialect finds in one message, before it is known what it means. */
import type { JsonObject } from './fields.ts';
import type { Named } from './attribution.ts';
import { canonicalNode } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';
import { secretFieldSet } from './secrets.ts';
import type { Fields } from './wish.ts';

export type Asked = {
  readonly fields: Fields;
  readonly id?: string | undefined; // a name for the wish that its sender never uses twice
  readonly time?: string | undefined; // of the decision
  readonly hasBarTime?: boolean;
  readonly maxLag?: string | undefined; // seconds, as text
  readonly named?: Named; // whose it is, by its own word
  readonly canonicalBody: string;
};

export const bodyOf = (object: JsonObject): string => canonicalNode(object, secretFieldSet);

/** An order with one of these would be another order without it. */
export function refuseFields(object: JsonObject, names: readonly string[]): void {
  const field = names.find((name) => (object.members.get(name)?.value.kind ?? 'null') !== 'null');
  if (field !== undefined) throw new MalformedError('unsupported', `${field} is not supported. The order was not sent without it; take it out of the alert.`);
}

/** A quantity whose unit is a word beside it: only units of the base asset are understood. */
export function baseUnits(field: string, unit: string | undefined, known: readonly string[] = ['base']): void {
  if (unit !== undefined && known.includes(unit)) return;
  const what = unit === undefined ? `${field} is missing: it says what the amount counts` : `${field} is ${quoted(unit)}`;
  throw new MalformedError('quantity-type', `${what}. Only ${known.map((word) => `"${word}"`).join(', ')} is understood, a number of units of the base asset.`);
}

/** A quantity whose unit the dialect leaves to the settings of the receiver, or counts in money. */
export function unsaidUnits(field: string, quantity: string | undefined, units: 'base' | undefined): void {
  if (quantity === undefined || units === 'base' || quantity.endsWith('%')) return; // a percentage is refused by name later
  throw new MalformedError('quantity-type', `${field} is ${quoted(quantity)}, and this dialect does not say of what. Nothing was sent; if the alert counts in units of the base asset, set "units": "base" for this source.`);
}
