/** Where senders put the shared secret in a JSON body, and what else in it must not be written down. */
import type { JsonNode } from '../../base/index.ts';
import type { JsonObject } from './fields.ts';

/** In the order in which they are looked for. None of them is ever part of a key or of the content. */
export const secretFields = ['secret', 'passphrase', 'password', 'token', 'key', 'signalToken', 'bot_uuid', 'code', 'stub'] as const;
export const secretFieldSet: ReadonlySet<string> = new Set(secretFields);

const exchangeKey = /^(?:api_?|exchange_?)(?:secret_?)?key$|^(?:api_?|exchange_?)secret(?:_?key)?$/i;
const sensitiveKey = /secret|passphrase|password|token|api_?key/i;

/** @param own the name that the dialect itself has for it, which comes first */
export function presentedSecret(object: JsonObject, own?: string): string | undefined {
  for (const field of own === undefined ? secretFields : [own, ...secretFields]) {
    const node = object.members.get(field)?.value;
    if (node?.kind === 'string' && node.value !== '') return node.value;
    if (node?.kind === 'number') return node.text;
  }
  return undefined;
}

/** Shorter texts hide nothing, and taking every "1" out of a body would leave nothing to read. */
const MIN_SENSITIVE_LENGTH = 4;

/** Every text that stands under a name for a secret, at any depth. */
export function sensitiveTexts(object: JsonObject): string[] {
  const found: string[] = [];
  for (const [key, node] of valuesWithin(object)) {
    if (!sensitiveKey.test(key) && !secretFieldSet.has(key)) continue;
    if (node.kind === 'string') found.push(node.value);
    if (node.kind === 'number') found.push(node.text);
  }
  return found.filter((text) => text.length >= MIN_SENSITIVE_LENGTH);
}

export const carriesExchangeKeys = (object: JsonObject): boolean => valuesWithin(object).some(([key]) => exchangeKey.test(key));

function valuesWithin(node: JsonNode): [string, JsonNode][] {
  if (node.kind === 'list') return node.items.flatMap(valuesWithin);
  if (node.kind !== 'object') return [];
  return [...node.members].flatMap(([key, { value }]): [string, JsonNode][] => [[key, value], ...valuesWithin(value)]);
}
