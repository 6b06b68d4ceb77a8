/**
 * The venue's half of Alpaca's protocol, over any desk: what an unmodified client of that venue finds here.
 *
 * Owns the wire: paths, bodies, error codes and texts, stream frames. Does not own orders, balances or matching; those
 * are the desk's. A stranger to our own client of the same venue, so that one misreading cannot hide in both halves.
 *
 *   W1. Amounts are text, exact to the last digit; market data, where the venue writes JSON numbers, is the exception.
 *   W2. The answer to a new order says only that it was taken; fills are told by the stream and by reads.
 *   W3. Nothing is redirected, and no success carries a top-level `message`.
 */
export { alpacaDialect } from './app.ts';
export type { AlpacaOptions } from './app.ts';
export { alpacaClassifier } from './classifier.ts';
