/**
 * Reads JSON text and keeps what `JSON.parse` throws away: where each value stands, and the digits of each number.
 *
 * Owns the grammar, strict or with comments and trailing commas. Does not own what the values mean.
 *
 *   T1. A number stays the text it was written as; nothing becomes a float.
 *   T2. An object with the same key twice is refused: which of the two was meant cannot be known.
 *   T3. No text throws or recurses beyond `MAX_DEPTH`.
 */
export type JsonNode = { readonly at: number; readonly end: number } & ( // offsets into the text; `end` is behind the last character
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonMember> }
);
export type JsonMember = { readonly keyAt: number; readonly keyEnd: number; readonly value: JsonNode };

/** `not-a-value`: a value was expected and this word stands there instead, or nothing. */
export type JsonProblem = { readonly kind: 'syntax' | 'not-a-value' | 'duplicate-key'; readonly at: number; readonly problem: string; readonly found: string };
export type JsonReading = { readonly ok: true; readonly node: JsonNode } | { readonly ok: false; readonly problem: JsonProblem };

export const MAX_DEPTH = 64;

export function readJson(text: string, grammar: 'strict' | 'with-comments' = 'strict'): JsonReading {
  try {
    return { ok: true, node: new Scanner(text, grammar === 'with-comments').document() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, problem: thrown.why };
    throw thrown;
  }
}

/** The line and column of an offset, both from 1. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

class Refusal extends Error {
  readonly why: JsonProblem;

  constructor(why: JsonProblem) {
    super(why.problem);
    this.why = why;
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[^\s,:[\]{}"]+/y;
const plainText = /[^"\\]*/y;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Scanner {
  readonly #text: string;
  readonly #lenient: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, lenient: boolean) {
    this.#text = text;
    this.#lenient = lenient;
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  document(): JsonNode {
    const node = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#refuse('syntax', `nothing may follow the ${node.kind}`);
    return node;
  }

  #value(): JsonNode {
    this.#skipSpace();
    const at = this.#at;
    const first = this.#text[at];
    if (first === '{') return this.#nested(() => this.#object(at));
    if (first === '[') return this.#nested(() => this.#list(at));
    if (first !== '"') return this.#scalar(at);
    const value = this.#string();
    return { kind: 'string', value, at, end: this.#at };
  }

  #scalar(at: number): JsonNode {
    const found = this.#match(word) ?? '';
    const end = this.#at;
    if (found === 'true' || found === 'false') return { kind: 'boolean', value: found === 'true', at, end };
    if (found === 'null') return { kind: 'null', at, end };
    this.#at = at;
    if (this.#match(number) === found && found !== '') return { kind: 'number', text: found, at, end };
    this.#at = at;
    const shown = found === '' ? this.#text.slice(at, at + 1) : found.slice(0, 40);
    return this.#refuse('not-a-value', found === '' ? 'a value is missing' : `${JSON.stringify(shown)} is not a JSON value`, shown);
  }

  #object(at: number): JsonNode {
    const members = new Map<string, JsonMember>();
    this.#at += 1;
    for (let first = true; ; first = false) {
      this.#skipSpace();
      if (this.#take('}')) break;
      if (!first) {
        if (!this.#take(',')) this.#refuse('syntax', 'a "," or "}" is missing');
        this.#skipSpace();
        if (this.#lenient && this.#take('}')) break;
      }
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"') this.#refuse('syntax', 'a key in double quotes is missing');
      const key = this.#string();
      const keyEnd = this.#at;
      if (members.has(key)) {
        this.#at = keyAt;
        this.#refuse('duplicate-key', `the key ${JSON.stringify(key)} stands twice in the same object`, key);
      }
      this.#skipSpace();
      if (!this.#take(':')) this.#refuse('syntax', 'a ":" is missing');
      members.set(key, { keyAt, keyEnd, value: this.#value() });
    }
    return { kind: 'object', members, at, end: this.#at };
  }

  #list(at: number): JsonNode {
    const items: JsonNode[] = [];
    this.#at += 1;
    for (let first = true; ; first = false) {
      this.#skipSpace();
      if (this.#take(']')) break;
      if (!first) {
        if (!this.#take(',')) this.#refuse('syntax', 'a "," or "]" is missing');
        this.#skipSpace();
        if (this.#lenient && this.#take(']')) break;
      }
      items.push(this.#value());
    }
    return { kind: 'list', items, at, end: this.#at };
  }

  #string(): string {
    const from = this.#at;
    this.#at += 1;
    let value = '';
    for (;;) {
      const plain = this.#match(plainText) ?? '';
      const controlAt = firstControl(plain);
      if (controlAt >= 0) {
        this.#at += controlAt - plain.length;
        this.#refuse('syntax', 'a line break or control character inside a text must be escaped');
      }
      value += plain;
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next === undefined) {
        this.#at = from;
        this.#refuse('syntax', 'the closing quote of this text is missing');
      }
      value += this.#escape();
    }
    this.#at += 1;
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const plain = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (plain === undefined && !(letter === 'u' && /^[0-9a-fA-F]{4}$/.test(digits))) this.#refuse('syntax', 'this escape is not known');
    this.#at += plain === undefined ? 6 : 2;
    return plain ?? String.fromCharCode(Number.parseInt(digits, 16));
  }

  #nested(read: () => JsonNode): JsonNode {
    if (this.#depth >= MAX_DEPTH) this.#refuse('syntax', `objects and lists are nested more than ${MAX_DEPTH} deep`);
    this.#depth += 1;
    const node = read();
    this.#depth -= 1;
    return node;
  }

  #skipSpace(): void {
    this.#match(/[ \t\r\n]*/y);
    while (this.#lenient && this.#text[this.#at] === '/') {
      const from = this.#at;
      if (this.#match(/\/\/[^\n]*/y) === undefined && this.#match(/\/\*[^]*?\*\//y) === undefined) {
        this.#at = from;
        this.#refuse('syntax', this.#text.startsWith('/*', from) ? 'the end of this comment is missing' : 'a comment begins with // or /*');
      }
      this.#match(/[ \t\r\n]*/y);
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #refuse(kind: JsonProblem['kind'], problem: string, found = this.#text.slice(this.#at, this.#at + 1)): never {
    throw new Refusal({ kind, at: this.#at, problem: this.#at >= this.#text.length && kind === 'syntax' ? `the text ends too early: ${problem}` : problem, found });
  }
}

function firstControl(text: string): number {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x20) return at;
  return -1;
}
