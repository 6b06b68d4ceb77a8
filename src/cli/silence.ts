/**
 * Whether a runtime has fallen silent while somebody waits for a stop, and its supervisor has not.
 *
 * One that is only slow with its answer, because a venue is, still says how things stand; one that hangs says nothing. Only the second is taken out of the way.
 */
import { realClock } from '../edges/clock/index.ts';
import { sleep } from '../ports/index.ts';
import { controlOf } from './control.ts';
import type { Reach } from './control.ts';
import { AnsweredError } from './failure.ts';
import { supervisorOf } from './stop-all.ts';

export const SILENT_MS = 2_000;
const PROBE_MS = 1_000;

/** @param answered what is waited for; once it has settled nobody is silent */
export async function isSilent(reach: Reach, answered: Promise<unknown>): Promise<boolean> {
  const clock = realClock();
  let isSettled = false;
  const settled = answered.then(() => undefined, () => undefined).then(() => { isSettled = true; });
  await Promise.race([settled, sleep(clock, SILENT_MS - PROBE_MS)]);
  if (isSettled) return false;
  const probes = Promise.all([answers(reach, '/api/v1/status'), answers(supervisorOf(reach), '/api/v1/stop-all')]);
  const found = await Promise.race([probes, settled.then(() => undefined)]);
  return found !== undefined && !isSettled && !found[0] && found[1];
}

async function answers(reach: Reach, path: string): Promise<boolean> {
  const control = controlOf({ ...reach, timeoutMs: PROBE_MS, mode: undefined });
  try {
    await control.get(path);
    return true;
  } catch (thrown) {
    return thrown instanceof AnsweredError;
  } finally {
    await control.close();
  }
}
