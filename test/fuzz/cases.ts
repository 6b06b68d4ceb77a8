/**
 * How many cases a fuzz test runs, and what bad input looks like: noise, true messages that were damaged, and words that lie
 * where mistakes lie.
 *
 * Short within `npm test`. The long run: `BREAKWATER_FUZZ_CASES=100000 scripts/node --test test/fuzz/*.test.ts`, which is the number
 * of cases for each entrance; `BREAKWATER_FUZZ_SEED` repeats a run.
 */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

const asked = Number(process.env['BREAKWATER_FUZZ_CASES'] ?? '');
export const isLong = Number.isSafeInteger(asked) && asked > 0;
const seed = Number(process.env['BREAKWATER_FUZZ_SEED'] ?? (isLong ? Date.now() % 2 ** 31 : 20_260_102));
const CHUNK = 2_000;
const MOST_CASE_MS = 2_000; // far more than any case needs, far less than a hang

export const casesOf = (short: number): number => (isLong ? asked : short);

/** Runs a property in chunks: each begins with a fresh `setup`, so that what one keeps is not taken for a leak. */
export async function fuzz<World, T>(short: number, setup: () => World | Promise<World>, input: fc.Arbitrary<T>, check: (world: World, given: T) => void | Promise<void>): Promise<void> {
  const cases = casesOf(short);
  for (let done = 0; done < cases; done += CHUNK) {
    const world = await setup();
    const property = fc.asyncProperty(input, async (given) => {
      const beganMs = performance.now();
      await check(world, given);
      assert.ok(performance.now() - beganMs < MOST_CASE_MS, 'a case took too long');
    });
    await fc.assert(property, { numRuns: Math.min(CHUNK, cases - done), seed: seed + done, interruptAfterTimeLimit: 600_000, markInterruptAsFailure: true });
  }
}

const expose = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};
const MOST_GROWTH_BYTES = 24_000_000;

/** The heap is no larger after the work than after a tenth of it, but for the noise of the engine. */
export async function withoutGrowth(work: (part: 'warm-up' | 'rest') => Promise<void>): Promise<void> {
  const collect = expose();
  await work('warm-up');
  collect();
  const before = process.memoryUsage().heapUsed;
  await work('rest');
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < MOST_GROWTH_BYTES, `the heap grew by ${grown} bytes`);
}

const words = ['buy', 'sell', 'exit', 'cancel', 'close', 'flat', 'long', 'short', 'target', '', ' ', 'NaN', 'Infinity', '-0', '0', '-1', '1e-05', '1e400', '9'.repeat(80), '50%', '{{close}}', 'BTCUSD', 'BTC/USD', '__proto__', 'constructor',
  'toString', '\u0000', '\uFEFF', '\u2028', '\uD800', '2026-01-02T03:04:05Z', '1767323045', 'true', 'null', '../../etc/passwd', '%00', 'a'.repeat(300)];
export const word = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 40 }), fc.double().map(String), fc.integer().map(String));
export const value: fc.Arbitrary<unknown> = fc.oneof({ weight: 4, arbitrary: word }, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
export const noise = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 200 }).map(bytesOf), fc.json({ maxDepth: 4 }).map(bytesOf), fc.nat(400).map((depth) => bytesOf('['.repeat(depth * 20))));

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An object with some of its fields changed, dropped, added or turned into others of their kind. */
export const changed = (object: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.array(fc.tuple(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...Object.keys(object)) }, word), fc.oneof({ weight: 4, arbitrary: value }, fc.constant(undefined))), { maxLength: 3 })
    .map((changes) => {
      const copy: Record<string, unknown> = { ...object };
      for (const [key, other] of changes) Object.defineProperty(copy, key, { value: other, enumerable: true, configurable: true, writable: true });
      return copy;
    });

/** A text with some of its bytes changed, cut off or doubled. */
export const damaged = (text: string): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat()).map(([changes, end]) => {
    const bytes = bytesOf(text);
    if (bytes.length === 0) return bytes;
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes.slice(0, (end % (bytes.length * 3)) + 1);
  });

/** What may be sent instead of any of these messages. */
export const insteadOf = (messages: readonly (string | Readonly<Record<string, unknown>>)[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(noise, ...messages.flatMap((message) => (typeof message === 'string' ? [damaged(message)] : [damaged(JSON.stringify(message)), changed(message).map((object) => bytesOf(JSON.stringify(object) ?? ''))])));
