/**
 * The exchange's own way in, beside any dialect: its record, for whoever checks what really happened, and its switches.
 *
 * Owns the paths under `/_exchange/`. Does not own what they show: the exchange hands in an oracle.
 *
 *   C1. No fault strikes here: this wraps what faults wrap.
 */
import { BreakwaterError, reasonOf } from '../base/index.ts';
import type { NetApp, OrderIdClass, ServedAnswer, ServedRequest } from '../ports/index.ts';
import { parseFaultPlan } from './faults/index.ts';
import type { FaultyApp } from './faults/index.ts';
import { Refusals } from './refusals.ts';

/** What the exchange tells of itself, as values that JSON can carry. */
export interface Oracle {
  orders(): unknown;
  accounts(): unknown;
  trades(): unknown;
  fees(): unknown;
  /** Per asset, where all of it is. */
  totals(): unknown;
  /** Entries from this sequence number on. */
  log(fromSeq: number): unknown;
  /** Changes what client order ids are worth, for orders to come. */
  setIdClass?(idClass: OrderIdClass): void;
  /** Stops an account from trading, with a reason, or lets it trade again where there is none. */
  blockAccount?(accountId: string, reason: string | undefined): void | Promise<void>;
}

const prefix = '/_exchange/';
const idClasses: readonly OrderIdClass[] = ['returns-original', 'unique-forever', 'unique-while-live', 'not-enforced', 'none'];
const decoder = new TextDecoder();
type Serve = (request: ServedRequest) => unknown;

/**
 * Answers under `/_exchange/` itself and hands on everything else.
 * @param refusals what the dialect refused so far; what is refused here is counted in it too
 */
export function withControl(app: FaultyApp, oracle: Oracle, refusals = new Refusals()): NetApp {
  const routes = new Map<string, Serve>([
    ['GET orders', () => oracle.orders()],
    ['GET accounts', () => oracle.accounts()],
    ['GET trades', () => oracle.trades()],
    ['GET fees', () => oracle.fees()],
    ['GET totals', () => oracle.totals()],
    ['GET log', ({ query }) => oracle.log(firstSeq(query))],
    ['GET refusals', () => refusals.shown()],
    ['GET faults', () => faultsOf(app)],
    ['PUT faults', (request) => {
      app.setPlan(parseFaultPlan(bodyOf(request)));
      return faultsOf(app);
    }],
    ['POST id-class', (request) => {
      if (oracle.setIdClass === undefined) throw new ControlError('this exchange cannot change its class of order ids while it runs');
      const asked = text(request, 'idClass');
      const idClass = idClasses.find((known) => known === asked);
      if (idClass === undefined) throw new ControlError(`"${asked}" is no class of order ids; there are ${idClasses.join(', ')}`);
      oracle.setIdClass(idClass);
      return { idClass };
    }],
    ['POST accounts/block', async (request) => {
      if (oracle.blockAccount === undefined) throw new ControlError('this exchange cannot block accounts');
      const accountId = text(request, 'accountId');
      const { reason } = bodyOf(request);
      const blocked = typeof reason === 'string' && reason !== '' ? reason : undefined;
      await oracle.blockAccount(accountId, blocked);
      return { accountId, blocked: blocked ?? null };
    }],
  ]);

  const own = async (request: ServedRequest): Promise<ServedAnswer> => {
    const { answer, code } = await answerOf(routes, request);
    if (code !== undefined) refusals.count('control', code);
    return answer;
  };
  const controlled: NetApp = {
    request: (request) => (request.path.startsWith(prefix) ? own(request) : app.request(request)),
  };
  if (app.socket !== undefined) controlled.socket = app.socket.bind(app);
  return controlled;
}

/** The request to the exchange's own routes was not understood; nothing was changed. */
export class ControlError extends BreakwaterError {
  readonly code = 'BW-4812';
  readonly retryable = false;
  constructor(why: string) {
    super(`Nothing was changed at the exchange: ${why}.`);
  }
}

const faultsOf = (app: FaultyApp): unknown => ({ plan: app.plan(), counts: app.counts() });

async function answerOf(routes: ReadonlyMap<string, Serve>, request: ServedRequest): Promise<{ readonly answer: ServedAnswer; readonly code?: string }> {
  const serve = routes.get(`${request.method} ${request.path.slice(prefix.length)}`);
  if (serve === undefined) return refusal(404, 'BW-4812', `Nothing is served at ${request.method} ${request.path}. There are: ${[...routes.keys()].map((route) => route.replace(' ', ` ${prefix}`)).join(', ')}.`);
  try {
    return { answer: json(200, await serve(request)) };
  } catch (thrown) {
    return thrown instanceof BreakwaterError ? refusal(422, thrown.code, thrown.message) : refusal(500, 'BW-9002', reasonOf(thrown));
  }
}

const refusal = (status: number, code: string, message: string): { readonly answer: ServedAnswer; readonly code: string } => ({ answer: json(status, { error: { code, message } }), code: `${status} ${code}` });
const json = (status: number, body: unknown): ServedAnswer => ({ kind: 'answer', status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });

function bodyOf({ body }: ServedRequest): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Not JSON: refused below like any other body that is no object.
  }
  throw new ControlError('the body is not a JSON object');
}

function text(request: ServedRequest, name: string): string {
  const value = bodyOf(request)[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ControlError(`"${name}" must be given as text`);
}

function firstSeq(query: URLSearchParams): number {
  const from = query.get('from') ?? '0';
  if (/^\d{1,15}$/.test(from)) return Number(from);
  throw new ControlError(`"from" must be a whole number of 0 or more, not "${from.slice(0, 40)}"`);
}
