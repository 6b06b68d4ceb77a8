/**
 * Reads what a venue sent, and believes only what has the shape that was expected.
 *
 *   J1. A number keeps its own text: no amount passes through a float.
 *   J2. A missing or mistyped field is `Unreadable` with the path to it, never a default.
 *   J3. No bytes, however odd, throw anything but `Unreadable`.
 *   J4. What is thrown away has a reason out of a closed list, and is told once.
 */
import { readJson, tryParseUnits } from '../../base/index.ts';
import type { JsonNode } from '../../base/index.ts';
import type { UnreadableReason } from '../../ports/index.ts';

/** Thrown inside this folder when an answer has not the documented shape; `readable` turns it into a result. */
export class Unreadable extends Error {
  readonly reason: UnreadableReason;
  constructor(reason: UnreadableReason, why: string, options?: ErrorOptions) {
    super(why, options);
    this.reason = reason;
  }
}

export type TellUnreadable = (reason: UnreadableReason, why: string) => void;

export function parseJson(data: Uint8Array | string): JsonNode {
  const text = typeof data === 'string' ? data : textOf(data);
  const reading = readJson(text);
  if (!reading.ok) throw new Unreadable('not-json', `the body is not JSON: ${reading.problem.problem.slice(0, 120)}`);
  return reading.node;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Unreadable('not-text', 'the body is not UTF-8 text', { cause });
  }
}

/**
 * Runs a reading; what could not be read comes back as why. Any other error is a bug and goes on.
 * @param tell hears of what could not be read, where it came from the venue
 */
export function readable<T>(read: () => T, tell?: TellUnreadable): { readonly value: T } | { readonly why: string } {
  try {
    return { value: read() };
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    tell?.(thrown.reason, thrown.message); // J4
    return { why: thrown.message };
  }
}

export function listOf(json: JsonNode | undefined, where: string): readonly JsonNode[] {
  if (json?.kind !== 'list') throw new Unreadable(lacking(json), `${where} is ${kindOf(json)}, not a list`);
  return json.items;
}

/** An object's fields, by the type each must have. */
export class Fields {
  readonly where: string;
  readonly #members: Extract<JsonNode, { kind: 'object' }>['members'];

  constructor(json: JsonNode | undefined, where: string) {
    if (json?.kind !== 'object') throw new Unreadable(lacking(json), `${where} is ${kindOf(json)}, not an object`);
    this.where = where;
    this.#members = json.members;
  }

  raw(name: string): JsonNode | undefined {
    return this.#members.get(name)?.value;
  }

  object(name: string): Fields {
    return new Fields(this.raw(name), `${this.where}.${name}`);
  }

  /** Text that is not empty. */
  text(name: string): string {
    const json = this.raw(name);
    if (json?.kind !== 'string' || json.value === '') throw this.#mistyped(name, 'text');
    return json.value;
  }

  /** Text, or undefined where the field is null or missing. */
  optionalText(name: string): string | undefined {
    const json = this.raw(name);
    return json === undefined || json.kind === 'null' ? undefined : this.text(name);
  }

  flag(name: string): boolean {
    const json = this.raw(name);
    if (json?.kind !== 'boolean') throw this.#mistyped(name, 'true or false');
    return json.value;
  }

  /** A JSON number, as its own text. */
  numberText(name: string): string {
    const json = this.raw(name);
    if (json?.kind !== 'number') throw this.#mistyped(name, 'a number');
    return json.text;
  }

  /** Text that is a decimal number. */
  decimalText(name: string): string {
    const text = this.text(name);
    if (!/^-?\d{1,30}(\.\d{1,30})?$/.test(text)) throw this.#mistyped(name, 'a decimal number in text');
    return text;
  }

  units(name: string, scale: number): bigint {
    const text = this.decimalText(name);
    const units = tryParseUnits(text, scale);
    if (units === undefined) throw new Unreadable('out-of-range', `${this.where}.${name} is ${text}, which has more than ${scale} decimals`);
    return units;
  }

  optionalUnits(name: string, scale: number): bigint | undefined {
    return this.optionalText(name) === undefined ? undefined : this.units(name, scale);
  }

  /** A date and time with its offset, up to nanoseconds, cut to milliseconds. */
  timeMs(name: string): number {
    const text = this.text(name);
    const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(text);
    const atMs = match === null ? Number.NaN : Date.parse(`${match[1]}${(match[2] ?? '.0').slice(0, 4)}${match[3]}`);
    if (Number.isNaN(atMs)) throw this.#mistyped(name, 'a date and time');
    return atMs;
  }

  /** A calendar date, as the instant at which it begins in UTC. */
  dateMs(name: string): number {
    const text = this.text(name);
    const atMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    if (Number.isNaN(atMs)) throw this.#mistyped(name, 'a date');
    return atMs;
  }

  /** One of the words a table knows, as what the table makes of it. */
  word<T>(name: string, meanings: Readonly<Record<string, T>>): T {
    const word = this.text(name);
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
    if (meaning === undefined) throw new Unreadable('unknown-word', `${this.where}.${name} is "${word.slice(0, 40)}", a word we do not know`);
    return meaning;
  }

  #mistyped(name: string, wanted: string): Unreadable {
    return new Unreadable(lacking(this.raw(name)), `${this.where}.${name} is ${kindOf(this.raw(name))}, not ${wanted}`);
  }
}

const lacking = (json: JsonNode | undefined): UnreadableReason => (json === undefined || json.kind === 'null' ? 'missing' : 'mistyped');

function kindOf(json: JsonNode | undefined): string {
  switch (json?.kind) {
    case undefined: return 'missing';
    case 'string': return `"${json.value.slice(0, 40)}"`;
    case 'number': return `the number ${json.text.slice(0, 40)}`;
    case 'boolean': return String(json.value);
    case 'null': return 'null';
    case 'list': return 'a list';
    case 'object': return 'an object';
  }
}
