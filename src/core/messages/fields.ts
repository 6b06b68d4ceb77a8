/** Reading fields of a JSON body as text. What is missing, empty or not filled in is said by name. */
import type { JsonNode } from '../../base/index.ts';
import { MalformedError, quoted } from './malformed.ts';

export type JsonObject = Extract<JsonNode, { kind: 'object' }>;

const emptyWords = new Set(['', 'nan', 'n/a', 'na', 'null', 'undefined', 'infinity', '-infinity']);
export const isEmptyWord = (written: string): boolean => emptyWords.has(written.toLowerCase());

/** The text of a value that is about to be believed. */
export function believable(field: string, written: string): string {
  const text = written.trim();
  if (text.includes('{{')) throw new MalformedError('placeholder', `${field} is ${quoted(text)}: the placeholder was not filled in. Check how it is spelled in the alert.`);
  if (text === '') throw new MalformedError('no-value', `${field} is empty.`);
  if (isEmptyWord(text)) throw new MalformedError('not-a-number', `${field} is ${quoted(text)}: the sender had no value for it.`);
  return text;
}

/** Undefined where the field is absent or null. A number is the text it was written as. */
export function optionalText(object: JsonObject, field: string, path = field): string | undefined {
  const node = object.members.get(field)?.value;
  if (node === undefined || node.kind === 'null') return undefined;
  if (node.kind === 'number') return node.text;
  if (node.kind === 'string') return believable(path, node.value);
  throw new MalformedError('wrong-type', `${path} is a ${node.kind}: a text or a number is needed.`);
}

export function neededText(object: JsonObject, field: string, path = field): string {
  const text = optionalText(object, field, path);
  if (text === undefined) throw new MalformedError('no-value', `${path} is missing.`);
  return text;
}

/** True for `true` and "true"; false where the field is absent, null, `false` or "false". */
export function flag(object: JsonObject, field: string): boolean {
  const node = object.members.get(field)?.value;
  if (node === undefined || node.kind === 'null') return false;
  if (node.kind === 'boolean') return node.value;
  if (node.kind === 'string' && /^(true|false)$/i.test(node.value)) return node.value.toLowerCase() === 'true';
  throw new MalformedError('wrong-type', `${field} is a ${node.kind}: true or false is needed.`);
}

/** One text for one value, whatever the order of its keys and the space between them. Numbers stay as they were written. */
export function canonicalNode(node: JsonNode, leaveOut: ReadonlySet<string> = new Set()): string {
  switch (node.kind) {
    case 'null': return 'null';
    case 'boolean': return String(node.value);
    case 'number': return node.text;
    case 'string': return JSON.stringify(node.value);
    case 'list': return `[${node.items.map((item) => canonicalNode(item)).join(',')}]`;
    case 'object': {
      const kept = [...node.members].filter(([key]) => !leaveOut.has(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return `{${kept.map(([key, { value }]) => `${JSON.stringify(key)}:${canonicalNode(value)}`).join(',')}}`;
    }
  }
}
