/** What a runtime without a journal answers: the truth at its control socket, and "no" to everything that asks for an order. */
import { BreakwaterError } from '../../base/index.ts';
import { notReady, withMode } from '../../door/index.ts';
import type { MoneyKind } from '../../door/index.ts';
import type { NetApp, ServedAnswer, ServedRequest } from '../../ports/index.ts';
import type { Stranded, Sweep } from '../../runtime/index.ts';

const decoder = new TextDecoder();

export type StrandedAbout = { readonly instance: string; readonly money: MoneyKind; readonly pid: number; readonly retryingEveryMs: number | undefined; readonly onStop: () => void; readonly metrics: () => Promise<ServedAnswer> };

/** For the control socket: status, halt, cancel and stop; nothing else can be honest without a journal. */
export function strandedControl(stranded: Stranded, about: StrandedAbout): NetApp {
  const answer = async (request: ServedRequest): Promise<ServedAnswer> => {
    const { method, path } = request;
    if (method === 'GET' && path === '/metrics') return about.metrics();
    if (method === 'GET' && path === '/readyz') return unready(stranded);
    if (method === 'GET' && path === '/api/v1/status') return json(200, statusOf(stranded, about));
    const stop = method === 'POST' ? /^\/api\/v1\/(halt|flatten|kill)$/.exec(path)?.[1] : undefined;
    if (stop !== undefined) { // of whatever scope: the whole system is the strictest reading of any
      const words = bodyOf(request);
      const { by, reason } = personIn(words);
      const word = stop === 'kill' || stop === 'flatten' ? stop : undefined;
      const sweeps = await stranded.halt(by, reason, word !== undefined || words['keepOrders'] !== true, word);
      return json(sweepStatus(sweeps), { ...inForce(stranded, stranded.halted?.remembered === true), venues: sweeps });
    }
    const cancel = /^\/api\/v1\/orders\/([0-9a-f]{20})\/cancel$/.exec(path);
    if (method === 'POST' && cancel !== null) {
      const { by, reason } = personIn(bodyOf(request));
      const { sweeps, remembered } = await stranded.cancel(cancel[1] ?? '', by, reason);
      return json(sweepStatus(sweeps), { ...inForce(stranded, remembered), venues: sweeps });
    }
    if (method === 'POST' && path === '/api/v1/stop') {
      about.onStop();
      return json(202, { stopping: true });
    }
    return problem(503, stranded);
  };
  return {
    async request(request) {
      const { instance, money } = about;
      return withMode(await answer(request), { instance, money, gate: 'HALTED', since: stranded.halted === undefined ? null : new Date(stranded.halted.atMs).toISOString() });
    },
  };
}

/** For the public side: an alert that cannot be written down is answered 500, so that its sender knows. */
export function strandedPublic(stranded: Stranded): NetApp {
  return { request: ({ method, path }) => Promise.resolve(method === 'GET' && path === '/readyz' ? unready(stranded) : problem(method === 'GET' && path === '/healthz' ? 503 : 500, stranded)) };
}

const unready = ({ cause }: Stranded): ServedAnswer => json(503, notReady(`there is no journal (${codeOf(cause)}), and so no order leaves`));

const note = {
  remembered: 'In force now, and written to the emergency log: the start that finds a working journal takes it over before anything else.',
  forgotten: 'In force now, and not remembered: neither the journal nor the emergency log has taken it. The boot that follows writes it down, if this process lives until then.',
};
const inForce = (stranded: Stranded, remembered: boolean): object => ({ gate: gateOf(stranded), inForce: true, remembered, note: remembered ? note.remembered : note.forgotten });

function statusOf(stranded: Stranded, { instance, money, pid, retryingEveryMs }: StrandedAbout): unknown {
  const { cause } = stranded;
  return {
    sentence: `No journal, no order: nothing new leaves; cancels and halts still work. ${cause.message}`,
    instance,
    money,
    state: 'stranded',
    gate: gateOf(stranded),
    cause: { code: codeOf(cause), message: cause.message },
    retryingEveryMs: retryingEveryMs ?? null,
    venues: [],
    process: { pid },
  };
}

function gateOf({ halted }: Stranded): object {
  if (halted === undefined) return { state: 'HALTED', by: 'breakwater', reason: 'no journal', since: null, remembered: false };
  return { state: 'HALTED', by: halted.by, reason: halted.reason, since: new Date(halted.atMs).toISOString(), remembered: halted.remembered };
}

const codeOf = (cause: Error): string => (cause instanceof BreakwaterError ? cause.code : 'BW-9002');
const sweepStatus = (sweeps: readonly Sweep[]): number => (sweeps.every(({ open }) => open?.length === 0) ? 200 : 207);

const json = (status: number, body: unknown): ServedAnswer => ({ kind: 'answer', status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) });

function problem(status: number, { cause }: Stranded): ServedAnswer {
  const body = { code: codeOf(cause), title: 'No journal, no order', detail: cause.message, because: cause.message, did: 'nothing', doNext: ['run "breakwater status"'], retry: 'same-key', success: false };
  return { kind: 'answer', status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: JSON.stringify(body) };
}

const personIn = (words: Readonly<Record<string, unknown>>): { readonly by: string; readonly reason: string } => ({ by: wordIn(words, 'by') ?? 'somebody at the control socket', reason: wordIn(words, 'reason') ?? 'no reason given' });

const wordIn = (words: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = words[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

function bodyOf({ body }: ServedRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  } catch {
    return {}; // a stop needs no well-formed body
  }
}
