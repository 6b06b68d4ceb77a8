/**
 * Waits for the disk before anything is told.
 *
 *   D1. What is told was seen in one turn, and is told once the newest entry it may rest on is durable.
 */
import type { World } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { LateDiskError } from './answers.ts';

/** @throws LateDiskError when the disk takes longer than `withinMs`; OutcomeUnknownError when this process life ends first */
export function confirmed(runtime: Runtime, clock: Clock, seq: number, withinMs: number): Promise<void> {
  if (seq <= runtime.turns.durableSeq) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(withinMs, () => reject(new LateDiskError(withinMs, seq)));
    runtime.turns.durable(seq).then(
      () => { cancel(); resolve(); },
      (thrown: unknown) => { cancel(); reject(thrown instanceof Error ? thrown : new Error(String(thrown))); },
    );
  });
}

/** Looks now, and gives what was seen once it is on disk. */
export async function seen<T>(runtime: Runtime, clock: Clock, withinMs: number, look: (world: World) => T): Promise<T> {
  const view = look(runtime.world);
  await confirmed(runtime, clock, runtime.turns.headSeq, withinMs);
  return view;
}
