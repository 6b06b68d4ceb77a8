/** Amounts and names in the body of a request, as text or as JSON numbers. */
import { badParameter } from './answers.ts';
import { refuse } from './call.ts';
import { plain, sign } from './decimal.ts';

export type Fields = Readonly<Record<string, unknown>>;
const longestClientId = 128;

export const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** A number above zero; undefined where it is not given. */
export function amount(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (isAbsent(value)) return undefined;
  const text = typeof value === 'string' || typeof value === 'number' ? plain(String(value)) : undefined;
  if (text === undefined) return refuse(badParameter(`invalid ${name}`));
  return sign(text) > 0 ? text : refuse(badParameter(`${name} must be > 0`));
}

export function clientIdOf(fields: Fields): string | undefined {
  const value = fields['client_order_id'];
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') return refuse(badParameter('client_order_id must be a string'));
  return value.length <= longestClientId ? value : refuse(badParameter(`client_order_id must be no more than ${longestClientId} characters`));
}
