/** A text that nobody prints by accident. Its printed form is a fingerprint, so that two can be compared and neither read. */
import { inspect } from 'node:util';
import { sha256Hex } from '../../journal/index.ts';

const FINGERPRINT_LENGTH = 4;

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it where it is used, and keep the answer nowhere. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return `«secret ${sha256Hex(this.#text).slice(0, FINGERPRINT_LENGTH)}»`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
