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

export function parseCanonical(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith('#')) return value;
    return value.startsWith('##') ? value.slice(1) : BigInt(value.slice(1));
  });
}
