/**
 * Whether the peer of an open WebSocket still lives: it is asked by pings, and any byte from it is an answer.
 *
 *   H1. A peer that says nothing from one moment on is given up within `silentMs` of it.
 *   H2. A peer that speaks by itself is not asked; one that sends a long message slowly is alive.
 *   H3. While this end does not read, nothing is known of the other, and nothing is given up.
 */
import type { WebSocket } from 'ws';
import type { Clock } from '../../ports/index.ts';
import { silenceWatch } from './silence.ts';

export function heartbeat(ws: WebSocket, { clock, silentMs, bytesRead, dead }: { readonly clock: Clock; readonly silentMs: number; readonly bytesRead: () => number; readonly dead: (why: string) => void }): void {
  const lookEveryMs = silentMs / 4; // a byte is noticed so much later at most, so the silence that is waited for is shorter
  const watch = silenceWatch(clock, silentMs - lookEveryMs - silentMs / 12, () => dead(`the peer gave no sign of life for ${silentMs} ms`));
  let seen = bytesRead();
  let cancel = (): void => {};
  const look = (): void => {
    cancel = clock.timer(lookEveryMs, () => {
      const now = bytesRead();
      if (now !== seen || ws.isPaused) watch.heard(); // H3
      else if (ws.readyState === ws.OPEN) ws.ping();
      seen = now;
      look();
    });
  };
  watch.heard();
  look();
  ws.on('close', () => {
    cancel();
    watch.stop();
  });
}
