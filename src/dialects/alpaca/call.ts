/** One request on its way through the dialect: who asks, for what, of which desk. */
import type { Clock, Desk, ServedRequest } from '../../ports/index.ts';
import { badBody, badParameter } from './answers.ts';
import type { Answer } from './answers.ts';

export type Call = {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly accountId: string; // empty on the open routes
  readonly request: ServedRequest;
  readonly parts: readonly string[]; // the variable parts of the path, decoded
};

/** What a handler throws to end the call with an error answer. Never leaves the dialect. */
export class Refused extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('the request is answered with an error');
    this.answer = answer;
  }
}

export const refuse = (answer: Answer): never => {
  throw new Refused(answer);
};

const decoder = new TextDecoder();

/** The body as an object of fields, or the error for a body that is none. */
export function fieldsOf(request: ServedRequest): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(decoder.decode(request.body));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Not JSON: answered below like any other body that is no object.
  }
  return refuse(badBody);
}

/** A word from the query that must be one of these. */
export function choice<const Words extends readonly string[]>(query: URLSearchParams, name: string, words: Words, otherwise: Words[number]): Words[number] {
  const value = query.get(name);
  if (value === null || value === '') return otherwise;
  const lower = value.toLowerCase();
  return words.find((word) => word === lower) ?? refuse(badParameter(`invalid ${name}: ${value}`));
}

/** A whole number from the query, 1 to `most`. */
export function count(query: URLSearchParams, name: string, otherwise: number, most: number): number {
  const value = query.get(name);
  if (value === null || value === '') return otherwise;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 && number <= most ? number : refuse(badParameter(`invalid ${name}: must be between 1 and ${most}`));
}
