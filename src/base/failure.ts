/**
 * The two ways things go wrong: a belief of ours was false, or the world said no.
 *
 * An `InvariantError` is a bug: trading halts and the journal is replayed to understand it.
 * A `BreakwaterError` is the world's doing: expected, typed, and answered with what to do next.
 */
export class InvariantError extends Error {
  readonly code = 'BW-9001';
}

export function invariant(holds: boolean, belief: string): asserts holds {
  if (!holds) throw new InvariantError(`Broken invariant: ${belief}. Trading stops here; replay the journal to see why.`);
}

/** For the `default` of a switch that must name every case: compiles only while nothing is left over. */
export function unreachable(value: never): never {
  throw new InvariantError(`Broken invariant: unexpected ${JSON.stringify(value)}. Trading stops here; replay the journal to see why.`);
}

export type ErrorCode = `BW-${number}`;

/** What every expected failure carries: a stable code, and whether the same call may succeed later with nothing changed. */
export abstract class BreakwaterError extends Error {
  abstract readonly code: ErrorCode;
  abstract readonly retryable: boolean;
}

/** The text of anything that was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
