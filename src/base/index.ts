/** Words every folder speaks: failure, money, instruments, addresses, seeded chance, bounded queues. Imports nothing. */
export { parseAddress } from './address.ts';
export type { Address } from './address.ts';
export { AmountError, absolute, divide, formatUnits, larger, parseUnits, parseUnitsRounded, pow10, smaller, tryParseUnits } from './money.ts';
export type { Rounding } from './money.ts';
export { BreakwaterError, InvariantError, invariant, reasonOf, unreachable } from './failure.ts';
export type { ErrorCode } from './failure.ts';
export { notionalUnits } from './instrument.ts';
export type { Instrument, Side } from './instrument.ts';
export { seededRandom } from './random.ts';
export type { Random } from './random.ts';
export { BoundedQueue } from './queue.ts';
export { canonicalText, parseCanonical } from './canonical.ts';
export { Table } from './table.ts';
export { lineAndColumn, readJson } from './json-text.ts';
export type { JsonMember, JsonNode, JsonProblem, JsonReading } from './json-text.ts';
export { editDistance, nearest } from './nearest.ts';
