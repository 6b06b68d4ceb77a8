/**
 * One text for one value: keys sorted, no spaces, `bigint` kept apart from text. Two equal values give equal texts,
 * whatever the order in which their keys were set, and `parseCanonical` gives the value back.
 *
 * A `bigint` is written as the text "#123"; a text that itself begins with "#" gets one more "#". Keys whose value is
 * undefined are left out. Numbers must be safe integers: no float belongs in a state that is compared.
 */
import { invariant } from './failure.ts';

export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value.startsWith('#') ? `#${value}` : value);
    case 'bigint': return `"#${value}"`;
    case 'boolean': return value ? 'true' : 'false';
    case 'number':
      invariant(Number.isSafeInteger(value), `a compared number is a safe integer, not ${value}`);
      return String(value);
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
      const fields: string[] = [];
      for (const key of Object.keys(value).sort()) {
        const field: unknown = (value as Record<string, unknown>)[key];
        if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalText(field)}`);
      }
      return `{${fields.join(',')}}`;
    }
    default: throw new TypeError(`A ${typeof value} has no canonical text.`);
  }
}

export const parseCanonical = (text: string): unknown => revived(JSON.parse(text));

/** Gives back, in place, what canonical text writes otherwise than JSON does. */
function revived(value: unknown): unknown {
  if (typeof value === 'string') return !value.startsWith('#') ? value : value.startsWith('##') ? value.slice(1) : BigInt(value.slice(1));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    const meant = revived(field);
    if (meant === field) continue;
    if (key === '__proto__') Object.defineProperty(fields, key, { value: meant, writable: true, enumerable: true, configurable: true }); // a field like any other, and not what it is made of
    else fields[key] = meant;
  }
  return value;
}
