/** What a running runtime tells of itself that keeps orders from leaving though everything looked at from outside is well. */
import { join } from 'node:path';
import { TIMER_NOT_SET } from '../../core/index.ts';
import { listAt, textAt } from '../table.ts';
import { ok, skipped } from './check.ts';
import type { Check, Finding, Patient } from './check.ts';

export const runningChecks: readonly Check[] = [{ name: 'circuits', examine: circuits }, { name: 'dead man', examine: deadMan }];

/** The venues' own timers, as the running runtime keeps them. */
async function deadMan({ net, data, timeoutMs, configured: { config } }: Patient): Promise<Finding> {
  const declared = Object.entries(config?.venues ?? {}).filter(([, { extensions }]) => extensions.length > 0).map(([name]) => name);
  if (config !== undefined && declared.length === 0) return ok('no venue has a timer of its own; the supervisor alone acts when the runtime does not come back');
  const outcome = await net.request({ method: 'GET', url: `unix:${join(data, 'control.sock')}:/api/v1/status`, headers: {} }, timeoutMs);
  if (outcome.kind !== 'answered' || outcome.status !== 200) return skipped('no runtime answers here; without one no timer is set');
  const venues = listAt(JSON.parse(new TextDecoder().decode(outcome.body)), 'venues');
  const open = venues.filter((venue) => textAt(venue, 'deadMan.state') === 'not-armed');
  if (open.length === 0) return ok(venues.map((venue) => `${textAt(venue, 'name')}: ${textAt(venue, 'deadMan.state') === 'armed' ? `set until ${textAt(venue, 'deadMan.until')}` : 'none'}`).join(', '));
  return { status: 'warning', code: TIMER_NOT_SET, why: open.map((venue) => `${textAt(venue, 'name')}: not set since ${textAt(venue, 'deadMan.since')}, ${textAt(venue, 'deadMan.why')}`).join('; '), doNext: 'see that the venue answers and that "extensions" names what it has: until then orders that add risk wait' };
}

async function circuits({ net, data, timeoutMs }: Patient): Promise<Finding> {
  const outcome = await net.request({ method: 'GET', url: `unix:${join(data, 'control.sock')}:/api/v1/breakers`, headers: {} }, timeoutMs);
  if (outcome.kind !== 'answered' || outcome.status !== 200) return skipped('no runtime answers here; what was open when it ended is open when it starts');
  const all = listAt(JSON.parse(new TextDecoder().decode(outcome.body)), 'breakers');
  const told = all.filter((one) => textAt(one, 'phase') !== 'closed' || textAt(one, 'held.as') !== '');
  if (told.length === 0) return ok(`all ${all.length} closed`);
  const names = told.map((one) => textAt(one, 'name'));
  return {
    status: 'warning', code: 'BW-3104', why: told.map((one) => `${textAt(one, 'sentence').replace(/\.$/, '')}${since(one)}`).join('; '),
    doNext: `look at "breakwater breakers show ${names[0] ?? ''}"; once what opened ${names.length === 1 ? 'it' : 'them'} is over: ${names.map((name) => `breakwater breakers reset ${name} --reason "…"`).join(', ')}`,
  };
}

/** A circuit that is held closed or only counts may have been opened long ago, and is not open since then. */
const since = (one: unknown): string => (textAt(one, 'phase') === 'closed' || textAt(one, 'lastOpened.at') === '' ? '' : `, since ${textAt(one, 'lastOpened.at')}`);
