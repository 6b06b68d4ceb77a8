/** What the record says of limits and of who was stopped by them, in words. */
import { unreachable } from '../../base/index.ts';
import type { LimitChange, LimitFact } from '../limits/index.ts';
import type { Line } from './line.ts';

type Said = Pick<Line, 'level' | 'message' | 'detail'> & Partial<Pick<Line, 'code'>>;

export function ofLimits(fact: LimitFact): Said {
  const of = (level: Line['level'], message: string, detail: Line['detail'] = {}): Said => ({ level, message, detail });
  switch (fact.type) {
    case 'strategy.throttled': return { ...of('error', `the strategy "${fact.strategy}" is stopped: ${fact.why}. A named person lets it go on: breakwater strategy enable ${fact.strategy}`, { strategy: fact.strategy }), code: 'BW-3031' };
    case 'strategy.enabled': return of('warn', `the strategy "${fact.strategy}" may go on, says ${fact.by}: ${fact.reason}`, { strategy: fact.strategy, by: fact.by });
    case 'limits.set': return of('info', 'these limits are in force from here on', { by: fact.by, hash: fact.hash });
    case 'limits.agreed': return of(fact.because === 'first' ? 'info' : 'warn', agreed[fact.because], { by: fact.by, ...told(fact.changes) });
    case 'limits.held': return of('warn', `looser limits wait for approval as ${fact.id}, asked for by ${fact.by}: ${fact.reason}`, { by: fact.by, id: fact.id, endsAtMs: fact.endsAtMs, ...told(fact.changes) });
    case 'limits.approved': return of('warn', `the looser limits of ${fact.id} are in force, says ${fact.by}: ${fact.reason}`, { by: fact.by, id: fact.id, ...(fact.untilMs === undefined ? {} : { untilMs: fact.untilMs }) });
    case 'limits.lapsed': return of('info', `the looser limits of ${fact.id} were not approved: ${lapsed[fact.why]}`, { id: fact.id });
    case 'limits.rejected': return of('warn', `${fact.id} is ${fact.withdrawn ? 'withdrawn' : 'rejected'} by ${fact.by}: ${fact.reason}`, { by: fact.by, id: fact.id });
    case 'limits.reload-refused': return { ...of('error', `the configuration was read again and refused whole, so nothing changed: ${fact.problems.join('; ')}`, { by: fact.by }), code: fact.code };
    case 'limits.override-asked': return of('warn', `${fact.by} asks that one ${fact.side} of ${fact.symbol} for "${fact.strategy}" may pass ${fact.control}, as ${fact.id}: ${fact.reason}`, { by: fact.by, id: fact.id, endsAtMs: fact.endsAtMs });
    case 'limits.override-granted': return of('warn', `${fact.id} is granted by ${fact.by}: ${fact.reason}`, { by: fact.by, id: fact.id });
    case 'limits.override-used': return of('warn', `an order passed a limit by ${fact.id}: ${fact.observed}; the limit is ${fact.limit}`, { id: fact.id, of: fact.orderId });
    case 'limits.override-ended': return of('info', `the time of ${fact.id} is over`, { id: fact.id });
    default: return unreachable(fact);
  }
}

const agreed = { first: 'the first limits of this journal are taken as they are configured', tightened: 'limits are tighter from here on', ended: 'what was let pass for a time is over, and the limits are what they were' };
const lapsed = { time: 'their time is over', replaced: 'the configuration asks for something else now', withdrawn: 'the configuration asks for no more than is in force' };
const told = (changes: readonly LimitChange[]): { readonly changes?: string } => (changes.length === 0 ? {} : { changes: changes.map(({ limit, from, to }) => `${limit}: ${from} → ${to}`).join('; ') });
