/**
 * The machine's clocks and timers.
 *
 *   R1. A timer never runs before its time by `monotonicMs`, though the platform's own timers may be early by a fraction.
 *   R2. Any delay may be asked for. The platform turns one above 2^31 - 1 ms into 1 ms; here it is waited for in pieces.
 */
import type { Clock } from '../../ports/index.ts';

const longestDelayMs = 2 ** 31 - 1;

export function realClock(): Clock {
  const monotonicMs = (): number => performance.now();
  return {
    monotonicMs,
    wallMs: () => Date.now(),
    timer(delayMs, run) {
      const dueMs = monotonicMs() + delayMs;
      let handle: NodeJS.Timeout;
      const arm = (): void => {
        const leftMs = dueMs - monotonicMs();
        handle = setTimeout(() => (monotonicMs() < dueMs ? arm() : run()), Math.min(Math.max(0, Math.ceil(leftMs)), longestDelayMs));
      };
      arm();
      return () => clearTimeout(handle);
    },
  };
}
