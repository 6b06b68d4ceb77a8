/** Kills and flattens as people read them: their receipts, and the ladder they stand on. */
import { isConfirmedAt, SYSTEM } from '../core/index.ts';
import type { Gate, Stop, World } from '../core/index.ts';
import type { ServedAnswer } from '../ports/index.ts';
import { problem } from './answers.ts';
import { time } from './shown.ts';

export function shownStop(stop: Stop): object {
  const { id, word, scope, by, reason, plan, outcome, open, tookMs } = stop;
  return {
    id, word, scope, by, reason, ...(plan === undefined ? {} : { plan }), began: time(stop.beganMs), outcome, ...(tookMs === undefined ? {} : { tookMs }), open,
    venues: stop.venues.map((venue) => ({ venue, confirmed: isConfirmedAt(stop, venue), steps: stepsOf(stop, venue) })),
    callbacks: stepsOf(stop, ''), closings: Object.values(stop.closings).length,
  };
}

const stepsOf = ({ steps }: Stop, venue: string): object[] => (steps[venue] ?? []).map(({ step, outcome, detail, count, tookMs, atMs }) => ({ step, outcome, detail, count, tookMs, at: time(atMs) }));

/** The newest first. */
export const shownStops = (world: World): object[] => [...world.stops.values()].sort((a, b) => b.beganSeq - a.beganSeq).map(shownStop);

/** Every scope that does not stand at ACTIVE, the system first. */
export function ladderOf({ gate, gates }: World): object[] {
  const shown = (scope: string, { state, by, reason, sinceMs }: Gate): object => ({ scope, state, by, reason, since: sinceMs === 0 ? null : time(sinceMs) });
  return [shown(SYSTEM, gate), ...[...gates.entries()].map(([scope, one]) => shown(scope, one))];
}

export const noStop = (id: string, correlationId: string): ServedAnswer => problem('BW-2033', correlationId, { detail: `There is no kill or flatten "${id}".`, doNext: ['run "breakwater status"'] });
