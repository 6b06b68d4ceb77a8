/**
 * To whom belongs what a sender asks for: what its configuration says of it, and what a message says itself where it may.
 *
 *   B1. A message names only whom its sender was allowed to name. Anything else is refused whole: an order under a false name is
 *       worse than none.
 *   B2. Whom a message names is part of what it asks for; what the configuration says of its sender is not.
 */
import { isOwnerName, ownedBy, ownerFields } from '../orders/index.ts';
import type { Owner, OwnerField } from '../orders/index.ts';
import { optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';

/** `mayName`: whom its messages may name besides, or anybody. */
export type Attribution = Partial<Owner> & { readonly mayName?: Partial<Readonly<Record<OwnerField, readonly string[]>>> | 'anybody' };

type Sender = { readonly name: string; readonly attribution?: Attribution };
export type Named = Partial<Owner>;

/** @param named as the message says it */
export function ownerFor(sender: Sender, named: Named): Owner {
  for (const field of ownerFields) {
    const name = named[field];
    if (name !== undefined) allowed(sender, field, name);
  }
  return ownedBy(sender.name, named, sender.attribution ?? {});
}

/** B1 */
function allowed({ name: sender, attribution }: Sender, field: OwnerField, name: string): void {
  if (!isOwnerName(name)) throw new MalformedError('not-its-own', `${field} is ${quoted(name)}: a name begins with a letter or digit, has at most 64 of letters, digits and "._:@-", and is not one of Breakwater's own.`);
  const mayName = attribution?.mayName;
  if (mayName === 'anybody' || attribution?.[field] === name) return;
  const names = mayName?.[field] ?? [];
  if (names.includes(name)) return;
  const known = [...new Set([...(attribution?.[field] === undefined ? [] : [attribution[field]]), ...names])];
  throw new MalformedError('not-its-own', `${field} is ${quoted(name)}, for whom "${sender}" may not speak${known.length === 0 ? '' : `; it may for ${known.join(', ')}`}. Leave it out, or let it be named: attribution.mayName.${field} of "${sender}" in the configuration.`);
}

/** What an object says in fields of these names; nothing where it has none of them. */
export function namedIn(object: JsonObject, path = ''): Named {
  const named: { -readonly [Field in OwnerField]?: string } = {};
  for (const field of ownerFields) {
    const name = optionalText(object, field, `${path}${field}`);
    if (name !== undefined) named[field] = name;
  }
  return named;
}

/** What an alert says in `attribution`, an object of its own: the dialects belong to others, whose fields may have these names. */
export function namedInAlert(object: JsonObject): Named {
  const node = object.members.get('attribution')?.value;
  if (node === undefined || node.kind === 'null') return {};
  if (node.kind !== 'object') throw new MalformedError('wrong-type', `attribution is a ${node.kind}: an object with ${ownerFields.join(', ')} is needed.`);
  const stranger = [...node.members.keys()].find((key) => !(ownerFields as readonly string[]).includes(key));
  if (stranger !== undefined) throw new MalformedError('unknown-key', `attribution has ${quoted(stranger)}: known are ${ownerFields.join(', ')}.`);
  return namedIn(node, 'attribution.');
}
