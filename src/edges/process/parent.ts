/**
 * The supervisor, seen by the runtime it started.
 *
 *   P3. A runtime never outlives its supervisor: when the channel closes it ends itself at once, in the middle of whatever it
 *       was doing. The journal is made for that.
 */
import type { Clock, Word } from '../../ports/index.ts';

export const HEARTBEAT_MS = 250;

export interface Parent {
  say(word: Word): void;
  onStop(run: () => void): void;
  /** It was asked to have the configuration read again. */
  onReload(run: () => void): void;
  /** Since it last showed that it hears us; undefined before it did for the first time. */
  silentMs(): number | undefined;
}

/** Undefined for a process that nobody supervises. Begins to send heartbeats, from the main loop, so that they stop when it hangs. */
export function parentOf(clock: Clock): Parent | undefined {
  if (process.send === undefined) return undefined;
  const say = (word: Word): void => { if (process.connected) process.send?.(word, undefined, undefined, () => undefined); };
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')); // P3
  const heard = (kind: string, run: () => void): void => void process.on('message', (message: { readonly kind?: unknown }) => { if (message.kind === kind) run(); });
  let heardMs: number | undefined;
  heard('heard', () => { heardMs = clock.monotonicMs(); });
  const beat = (): void => {
    say({ kind: 'heartbeat' });
    clock.timer(HEARTBEAT_MS, beat);
  };
  beat();
  return {
    say,
    onStop: (run) => heard('stop', run),
    onReload: (run) => heard('reload', run),
    silentMs: () => (heardMs === undefined ? undefined : clock.monotonicMs() - heardMs),
  };
}
