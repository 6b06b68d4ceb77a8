/** Why a body was not understood, in words that stay the same: `code` for machines, `reason` for people. */

/** Every code, and what it means. 400: the body could not be read at all. 422: it was read, and cannot be honoured. */
export const malformedCodes = {
  'not-json': { status: 400, meaning: 'The body begins like JSON and is none, or is no JSON where only JSON is understood.' },
  'no-template-match': { status: 400, meaning: 'The text does not have the form of the template of its source.' },
  'unknown-shape': { status: 422, meaning: 'The body is no order in a dialect that is understood.' },
  'not-a-number': { status: 422, meaning: 'A quantity or price is NaN, n/a, negative, zero, or no plain decimal number.' },
  'no-value': { status: 422, meaning: 'A field that matters is missing, empty, or was left without a value.' },
  'wrong-type': { status: 422, meaning: 'A field is an object, a list or a truth value where a text or number belongs.' },
  'placeholder': { status: 422, meaning: 'A placeholder such as {{ticker}} was not filled in by the sender.' },
  'unknown-action': { status: 422, meaning: 'The word for what to do is not known.' },
  'ambiguous': { status: 422, meaning: 'The message says sell and not whether a long position is closed or a quantity sold, and its source is not configured to mean one of them.' },
  'unknown-sentiment': { status: 422, meaning: 'The word for the position after the order is not known.' },
  'contradiction': { status: 422, meaning: 'Two fields exclude each other, for example a market order with a limit price.' },
  'short': { status: 422, meaning: 'The order would open, or assumes, a short position; on a spot market there is none.' },
  'unsupported': { status: 422, meaning: 'The order asks for something that cannot be done, such as a trailing stop or a take-profit; it is not sent without it.' },
  'quantity-type': { status: 422, meaning: 'The quantity is money, a percentage, or a number whose unit is not said; a number of units of the base asset is needed.' },
  'bad-time': { status: 422, meaning: 'The time is neither ISO 8601 with a zone nor a Unix time in seconds or milliseconds.' },
  'bad-key': { status: 422, meaning: 'The id or key is empty, too long, or has characters that cannot be printed.' },
  'no-wish': { status: 422, meaning: 'The message tells of something that happened; it asks for nothing.' },
  'test': { status: 422, meaning: 'The sender marked the body as a test. Nothing was sent.' },
  'exchange-keys': { status: 422, meaning: 'The body carries keys of an exchange account. They are not used; change them.' },
  'unknown-key': { status: 422, meaning: 'The intent has a key that is not known, or one that has no meaning for its action.' },
  'not-its-own': { status: 422, meaning: 'The message names a trader, a desk or a client for whom its sender may not speak.' },
  'unknown-ticker': { status: 422, meaning: 'The ticker is not in the table of its source.' },
  'delayed-data': { status: 422, meaning: 'The exchange is marked as delayed: the decision was made on old prices.' },
} as const satisfies Record<string, { readonly status: 400 | 422; readonly meaning: string }>;

export type MalformedCode = keyof typeof malformedCodes;
export type Malformed = { readonly kind: 'malformed'; readonly status: 400 | 422; readonly reason: string; readonly code: MalformedCode };

/** Thrown inside this folder only; every way in turns it into a `Malformed`. */
export class MalformedError extends Error {
  readonly code: MalformedCode;

  constructor(code: MalformedCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

export const malformed = (code: MalformedCode, reason: string): Malformed => ({ kind: 'malformed', status: malformedCodes[code].status, reason, code });

export function orMalformed<T>(read: () => T): T | Malformed {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof MalformedError) return malformed(thrown.code, thrown.message);
    throw thrown;
  }
}

/** A sender's own text inside a reason: short, quoted, printable. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
