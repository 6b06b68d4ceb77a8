/** Tells the log what is on disk, a line for each fact; the log says nothing of an order that is not. */
import { lineOf } from '../../core/index.ts';
import type { Market, Recorded } from '../../core/index.ts';
import type { Log } from '../../edges/log/index.ts';
import type { Witness } from '../../runtime/index.ts';

export function logWitness(log: Log): Witness {
  return {
    recorded(entries: readonly Recorded[], market: Market) {
      for (const entry of entries) {
        const { level, component, code, message, detail } = lineOf(entry, market);
        log[level](message, { component, ...(code === undefined ? {} : { code }), ...detail });
      }
    },
    flushed: () => undefined,
  };
}

/** One after the other; what one of them throws does not keep the other from hearing. */
export const both = (first: Witness, second: Witness): Witness => ({
  recorded(entries, market) {
    try {
      first.recorded(entries, market);
    } finally {
      second.recorded(entries, market);
    }
  },
  flushed(tookMs) {
    first.flushed(tookMs);
    second.flushed(tookMs);
  },
});
