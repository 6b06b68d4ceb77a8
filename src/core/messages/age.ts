/** Whether a signal is still worth acting on, by the wall clock: the source's clock is all that it can be compared with. */
import type { Signal } from './signal.ts';

type Timed = Pick<Signal, 'signalTimeMs'>;

/** False for a signal without a time: its age is not known, and `maxAgeMs` cannot be applied. */
export const tooOld = (signal: Timed, nowWallMs: number, maxAgeMs: number): boolean => signal.signalTimeMs !== undefined && nowWallMs - signal.signalTimeMs > maxAgeMs;

/** A time ahead of ours by more than clocks differ: such a signal would stay young for as long as it says. */
export const tooEarly = (signal: Timed, nowWallMs: number, toleranceMs: number): boolean => signal.signalTimeMs !== undefined && signal.signalTimeMs - nowWallMs > toleranceMs;
