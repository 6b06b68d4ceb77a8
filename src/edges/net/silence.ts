/**
 * How long a peer has said nothing.
 *
 *   V1. `dead` is called once, no earlier than `silentMs` after the last sign of life and hardly later.
 *   V2. A pause of this process is not the peer's silence: after one, what has arrived meanwhile is read first.
 */
import type { Clock } from '../../ports/index.ts';

/** For venues: short enough that a dead peer is found within 3 s, whatever a busy machine adds. */
export const LIVING_PEERS_SPEAK_WITHIN_MS = 2_800;

const ownPauseMs = 250;

export type SilenceWatch = { readonly heard: () => void; readonly stop: () => void };

/** The watch begins with the first `heard`. Without a time nothing is watched. */
export function silenceWatch(clock: Clock, silentMs: number | undefined, dead: () => void): SilenceWatch {
  if (silentMs === undefined) return { heard: () => {}, stop: () => {} };
  let dueMs: number | undefined; // of the silence
  let cancel = (): void => {};
  let isOver = false;
  const arm = (atMs: number): void => {
    cancel = clock.timer(atMs - clock.monotonicMs(), () => {
      const nowMs = clock.monotonicMs();
      if (isOver || dueMs === undefined) return;
      if (nowMs < dueMs) return arm(dueMs); // it spoke meanwhile
      if (nowMs - atMs > ownPauseMs) return arm(nowMs + ownPauseMs); // V2
      isOver = true;
      dead();
    });
  };
  return {
    heard: () => {
      if (isOver) return;
      const isFirst = dueMs === undefined;
      dueMs = clock.monotonicMs() + silentMs;
      if (isFirst) arm(dueMs);
    },
    stop: () => {
      isOver = true;
      cancel();
    },
  };
}
