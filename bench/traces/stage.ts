/** Libraries that read the machine's own clock are put on a virtual one: the same trace, at the same times, for everybody. */
import { settle } from '../../src/edges/clock/index.ts';
import { VirtualClock } from '../../src/sim/clock.ts';

type Run = (...given: unknown[]) => void;

/** Runs with the machine's timers and its time of day in the hands of `clock`, and gives them back. */
export async function onStage<T>(run: (clock: VirtualClock) => Promise<T>): Promise<T> {
  const clock = new VirtualClock({ settle });
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const now = Date.now;
  const handle = (cancel: () => void): unknown => ({ cancel, unref: () => undefined, ref: () => undefined });
  const cancelled = (given: unknown): void => (given as { cancel(): void } | undefined)?.cancel();
  const stage = {
    setTimeout: (work: Run, delayMs = 0, ...given: unknown[]) => handle(clock.timer(delayMs, () => work(...given))),
    setInterval: (work: Run, delayMs = 0, ...given: unknown[]) => {
      const turn = (): void => { cancel = clock.timer(delayMs, turn); work(...given); };
      let cancel = clock.timer(delayMs, turn);
      return handle(() => cancel());
    },
    clearTimeout: cancelled, clearInterval: cancelled,
  };
  Object.assign(globalThis, stage);
  Date.now = () => clock.wallMs();
  try {
    return await run(clock);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Date.now = now;
  }
}
