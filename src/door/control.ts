/**
 * The operator's door: questions and commands over the control socket. Whoever may open the socket may command; there is no
 * other credential, so it is never served on a network.
 */
import { gateInForce, orderById } from '../core/index.ts';
import type { World } from '../core/index.ts';
import type { Clock, Ids, NetApp, ServedAnswer, ServedRequest } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { breakersOf, holdBreaker, resetBreaker, tripBreaker } from './breakers.ts';
import { LateDiskError, failure, json, problem } from './answers.ts';
import { amendOrder } from './amending.ts';
import { cancelOrder, enableStrategy, halt, noOrder, raiseFormat, reconcile, resolveOrder, wordsOf } from './commands.ts';
import { seen } from './confirmed.ts';
import { journalPage, timelineOf } from './journal.ts';
import { approveLimits, limitsOf, rejectLimits, reloadLimits } from './limits.ts';
import type { Reread } from './limits.ts';
import { withMode } from './mode.ts';
import { askOverride } from './overrides.ts';
import type { MoneyKind } from './mode.ts';
import { componentsOf } from './components.ts';
import { listableStates, ordersOf, whoseIn } from './listing.ts';
import { positionsOf } from './positions.ts';
import { pricesOf } from './prices.ts';
import { readyAnswer } from './readiness.ts';
import { riskOf } from './risk.ts';
import { shownGate, shownOrder, time } from './shown.ts';
import { stalledStatus, statusOf } from './status.ts';
import { beginStop, noScope, pause, planned, Plans, resume, scopeIn, shownChecklist } from './stopping.ts';
import type { StoppingParts } from './stopping.ts';
import { ladderOf, noStop, shownStop, shownStops } from './stops.ts';
import { Tally } from './tally.ts';
import type { UnreadTally } from './unread.ts';

export type ControlDoorOptions = {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly instance: string; // what this installation is called
  readonly money: MoneyKind; // of its venues, what hurts most
  readonly pid?: number;
  readonly onStop: (reason: string) => void; // called once the answer is on its way
  readonly reread?: () => Reread; // the configuration file; without it nothing is read again
  readonly tally?: Tally;
  readonly unread?: UnreadTally; // what venues said that was thrown away
  readonly metrics?: () => Promise<ServedAnswer>;
  readonly confirmWithinMs?: number;
  readonly lookWithinMs?: number; // how long a venue may take to be looked at
};

const CONFIRM_WITHIN_MS = 2_500;
const LOOK_WITHIN_MS = 30_000;
const ORDERS_SHOWN = 100;
const MOST_ORDERS = 1_000;
const ENTRIES_SHOWN = 100;
const STOP_AFTER_MS = 50; // the answer leaves first

export function controlDoor(options: ControlDoorOptions): NetApp {
  const { runtime, clock, ids, instance, money, pid, onStop } = options;
  const tally = options.tally ?? new Tally();
  const plans = new Plans();
  const parts: StoppingParts = { instance, newId: () => ids.id().replaceAll('-', '').slice(0, 12), runtime, clock, confirmWithinMs: options.confirmWithinMs ?? CONFIRM_WITHIN_MS, lookWithinMs: options.lookWithinMs ?? LOOK_WITHIN_MS };
  const tell = (look: (world: World) => object): Promise<ServedAnswer> => seen(runtime, clock, parts.confirmWithinMs, look).then((view) => json(200, view));

  /** A disk that is silent is what somebody who asks most needs to hear of. */
  const status = async (): Promise<ServedAnswer> => {
    const life = { instance, money, pid: pid ?? null };
    try {
      return await tell((world) => statusOf(runtime, world, life, tally, options.unread));
    } catch (thrown) {
      if (!(thrown instanceof LateDiskError) || runtime.turns.failed !== undefined) throw thrown;
      return json(200, stalledStatus(runtime, life, parts.confirmWithinMs));
    }
  };

  const orders = ({ query }: ServedRequest, correlationId: string): Promise<ServedAnswer> | ServedAnswer => {
    const state = query.get('state') ?? 'live';
    const limit = whole(query.get('limit'), ORDERS_SHOWN);
    if (!listableStates.includes(state)) return problem('BW-2008', correlationId, { detail: `"${state}" is no state to list by; there are ${listableStates.join(', ')}.` });
    if (limit === undefined) return notWhole('limit', correlationId);
    return tell((world) => ordersOf(world, state, whoseIn(query), Math.min(limit, MOST_ORDERS)));
  };

  const order = async (id: string, correlationId: string): Promise<ServedAnswer> => {
    const view = await seen(runtime, clock, parts.confirmWithinMs, (world) => {
      const found = orderById(world.orders, id);
      return found === undefined ? undefined : { found, shown: shownOrder(world, found) };
    });
    const found = view?.found ?? await runtime.leftBehind(id);
    if (found === undefined) return noOrder(id, correlationId);
    return json(200, { order: view?.shown ?? shownOrder(runtime.world, found), ...await timelineOf(runtime, found) });
  };

  const journal = async ({ query }: ServedRequest, correlationId: string): Promise<ServedAnswer> => {
    const [from, limit, waitMs] = [whole(query.get('from'), 0), whole(query.get('limit'), ENTRIES_SHOWN), whole(query.get('waitMs'), 0)];
    if (from === undefined || limit === undefined || waitMs === undefined) return notWhole('from, limit or waitMs', correlationId);
    return json(200, await journalPage(runtime, clock, { from: from === 0 ? undefined : from, limit, waitMs }));
  };

  const route = (request: ServedRequest, correlationId: string): Promise<ServedAnswer> | ServedAnswer => {
    const [, api, version, what = '', id = '', verb = '', ...rest] = request.path.split('/');
    const asked = api === 'api' && version === 'v1' && rest.length === 0 ? `${request.method} ${what}${id === '' ? '' : what === 'journal' || what === 'breakers' || (what === 'limits' && (id === 'reload' || id === 'override')) ? `/${id}` : '/ID'}${verb === '' ? '' : `/${verb}`}` : '';
    if (request.method === 'GET' && request.path === '/metrics' && options.metrics !== undefined) return options.metrics();
    if (request.method === 'GET' && request.path === '/readyz') return readyAnswer(runtime, clock);
    const words = wordsOf(request);
    switch (asked) {
      case 'GET status': return status();
      case 'GET orders': return orders(request, correlationId);
      case 'GET orders/ID': return order(id, correlationId);
      case 'POST orders/ID/cancel': return cancelOrder(parts, id, words, correlationId);
      case 'POST orders/ID/amend': return amendOrder(parts, id, words, correlationId);
      case 'POST orders/ID/resolve': return resolveOrder(parts, id, words, correlationId);
      case 'GET positions': return tell((world) => positionsOf(world, runtime.time.nowMs()));
      case 'GET components': return tell((world) => componentsOf(runtime, world));
      case 'GET risk': return tell((world) => riskOf(runtime, world));
      case 'GET prices': return json(200, pricesOf(runtime)); // samples: they rest on no entry
      case 'GET journal': return journal(request, correlationId);
      case 'POST journal/format': return raiseFormat(parts, words, correlationId);
      case 'POST strategies/ID/enable': return enableStrategy(parts, id, words, correlationId);
      case 'GET breakers': return tell(() => breakersOf(runtime));
      case 'POST breakers/trip': return tripBreaker(parts, words, correlationId);
      case 'POST breakers/reset': return resetBreaker(parts, words, correlationId);
      case 'POST breakers/hold': return holdBreaker(parts, words, correlationId);
      case 'GET limits': return tell((world) => limitsOf(runtime, world));
      case 'POST limits/reload': return reloadLimits(parts, options.reread, words, correlationId);
      case 'POST limits/override': return askOverride(parts, words, correlationId);
      case 'POST limits/ID/approve': return approveLimits(parts, id, words, correlationId);
      case 'POST limits/ID/reject': return rejectLimits(parts, id, words, correlationId);
      case 'POST reconcile': return reconcile(parts, words, correlationId);
      case 'POST halt': {
        const scope = scopeIn(parts, words);
        return scope === undefined ? noScope(parts, words, correlationId) : halt(parts, words, correlationId, scope);
      }
      case 'POST pause': return pause(parts, words, correlationId);
      case 'POST flatten': case 'POST kill': return beginStop(parts, plans, what as 'flatten' | 'kill', words, correlationId);
      case 'POST flatten/ID': case 'POST kill/ID': return id === 'plan' ? planned(parts, plans, what as 'flatten' | 'kill', words, correlationId) : noStop(id, correlationId);
      case 'GET stops': return tell((world) => ({ ladder: ladderOf(world), stops: shownStops(world) }));
      case 'GET stops/ID': {
        const found = runtime.world.stops.get(id);
        return found === undefined ? noStop(id, correlationId) : tell((world) => ({ gate: shownGate(world), stop: shownStop(world.stops.get(id) ?? found) }));
      }
      case 'GET resume': return shownChecklist(parts, request.query, correlationId);
      case 'POST resume': return resume(parts, words, correlationId);
      case 'POST stop': {
        const reason = words?.['reason'];
        clock.timer(STOP_AFTER_MS, () => onStop(typeof reason === 'string' && reason !== '' ? reason : 'told to over the control socket'));
        return json(202, { stopping: true, correlationId });
      }
      default: return problem('BW-2001', correlationId, { detail: `There is no ${request.method} ${request.path} here.`, doNext: ['look at the reference of the HTTP API'] });
    }
  };
  const routed = async (request: ServedRequest, correlationId: string): Promise<ServedAnswer> => {
    try {
      return await route(request, correlationId);
    } catch (thrown) {
      return failure(thrown, correlationId);
    }
  };
  return {
    request: async (request) => {
      const correlationId = ids.id();
      const answer = await routed(request, correlationId);
      tally.answered('control', answer);
      const { state, sinceMs } = gateInForce(runtime.world);
      return withMode(answer, { instance, money, gate: state, since: sinceMs === 0 ? null : time(sinceMs) });
    },
  };
}

const whole = (text: string | null, otherwise: number): number | undefined => (text === null || text === '' ? otherwise : /^\d{1,15}$/.test(text) ? Number(text) : undefined);

const notWhole = (names: string, correlationId: string): ServedAnswer => problem('BW-2008', correlationId, { detail: `${names} must be a whole number.` });
