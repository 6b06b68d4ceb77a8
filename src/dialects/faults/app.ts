/** The wrapper: each request and each stream passes the dice on its way to the application and back. */
import { unreachable } from '../../base/index.ts';
import { sleep } from '../../ports/index.ts';
import type { Clock, NetApp, ServedAnswer, ServedRequest } from '../../ports/index.ts';
import type { Classifier, RequestKind, ShownOrder } from '../classifier.ts';
import { Dice } from './dice.ts';
import type { Strike } from './dice.ts';
import { Lateness } from './lateness.ts';
import { noFaults } from './plan.ts';
import type { FaultPlan } from './plan.ts';
import type { PriceFaults } from './prices.ts';
import { DeadSocket, FaultySocket, freeze } from './socket.ts';
import { Visibility } from './visibility.ts';
import type { Fault, Happening } from './words.ts';

export interface FaultyApp extends NetApp {
  /** Replaces the plan; what earlier faults hid or held up comes back, streams they silenced do not. Counts go on. */
  setPlan(plan: FaultPlan): void;
  plan(): FaultPlan;
  /** How often each fault took effect, by what it struck: `"order.create answer-lost": 12`. */
  counts(): Record<string, number>;
}

type Options = { readonly plan?: FaultPlan; readonly clock: Clock; readonly classify: Classifier; readonly prices?: PriceFaults };
type Spell = { readonly on: Happening; readonly fault: 'unauthorized' | 'half-open'; readonly untilMs: number };

const silence: ServedAnswer = { kind: 'silence' };
const reset: ServedAnswer = { kind: 'reset' };
const decoder = new TextDecoder();
const hidesOrders = (fault: Fault): boolean => fault === 'not-yet-visible';
const neverActs: ReadonlySet<Fault> = new Set(['request-lost', 'error-5xx', 'rate-limited', 'reset', 'half-open', 'unauthorized', 'cancel-ignored']);
const decidesFate = (fault: Fault): boolean => fault !== 'not-yet-visible';

/** @param classify what the application's protocol calls things @param plan no faults unless told @param prices stands before the application's desk; without it no fault of a price strikes */
export function withFaults(app: NetApp, { plan: firstPlan = noFaults, clock, classify, prices }: Options): FaultyApp {
  prices?.setPlan(firstPlan);
  let plan = firstPlan;
  let dice = new Dice(plan);
  let spells: Spell[] = [];
  const visibility = new Visibility();
  const lateness = new Lateness();
  const counted = new Map<string, number>();
  const count = (on: Happening, fault: Fault): void => {
    const key = `${on} ${fault}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  };
  const serverError = ({ random }: Strike): ServedAnswer => classify.badNews({ kind: 'server-error', status: random.pick([500, 502, 503]) });

  function activeSpell(kind: RequestKind): Spell | undefined {
    const nowMs = clock.monotonicMs();
    spells = spells.filter(({ untilMs }) => nowMs < untilMs);
    return spells.find(({ on }) => on === kind);
  }

  const begin = (on: Happening, fault: Spell['fault'], delayMs: number): void => void spells.push({ on, fault, untilMs: clock.monotonicMs() + delayMs });
  const spellAnswer = (fault: Spell['fault']): ServedAnswer => (fault === 'half-open' ? silence : classify.badNews({ kind: 'unauthorized' }));

  /** Lets the application act, and keeps from the answer what the client must not see yet. */
  async function execute(request: ServedRequest, kind: RequestKind, veil: Strike | undefined): Promise<ServedAnswer> {
    const answer = withoutLateness(kind, await app.request(request));
    if (answer.kind !== 'answer' || !kind.startsWith('order.') || answer.status >= 400) {
      veil?.missed();
      return answer;
    }
    const nowMs = clock.monotonicMs();
    const body = textOf(answer.body);
    if (kind === 'order.list') {
      let young = 0;
      const { body: kept, removed } = classify.without(body, (id) => {
        if (visibility.hides(id, nowMs)) return true;
        const veiled = veil !== undefined && visibility.isYoung(id, nowMs, veil.delayMs);
        if (veiled) young += 1;
        return veiled;
      });
      if (young > 0) count(kind, 'not-yet-visible');
      else veil?.missed();
      return removed === 0 ? answer : { ...answer, body: kept };
    }
    const order = classify.orderIn(body);
    if (order === undefined) {
      veil?.missed();
      return answer;
    }
    visibility.remember(classify.accountOf(request), order);
    if (kind === 'order.create') {
      visibility.taken(order.id, nowMs);
      if (veil !== undefined) {
        visibility.hide(order.id, nowMs + veil.delayMs);
        count(kind, 'not-yet-visible');
      }
    } else if (kind === 'order.read' || kind === 'order.find') {
      const veiled = veil !== undefined && visibility.isYoung(order.id, nowMs, veil.delayMs);
      if (veiled) count(kind, 'not-yet-visible');
      else veil?.missed();
      if (veiled || visibility.hides(order.id, nowMs)) return classify.badNews({ kind: 'no-order', request });
    }
    return answer;
  }

  function withoutLateness(kind: RequestKind, answer: ServedAnswer): ServedAnswer {
    if (answer.kind !== 'answer' || answer.status >= 400 || (kind !== 'activity.list' && !kind.startsWith('order.'))) return answer;
    const body = textOf(answer.body);
    const veiled = lateness.veil(classify, kind, body, clock.monotonicMs());
    return veiled === body ? answer : { ...answer, body: veiled };
  }

  const orderShown = (answer: ServedAnswer): ShownOrder | undefined => (answer.kind === 'answer' && answer.status < 400 ? classify.orderIn(textOf(answer.body)) : undefined);

  /** Places or cancels an order, and from then on hides what is filled of it. */
  async function actBlindly(asked: ServedRequest, kind: RequestKind, act: () => Promise<ServedAnswer>, { delayMs, missed }: Strike): Promise<ServedAnswer> {
    const before = kind === 'order.cancel' ? orderShown(await app.request(classify.readOf(asked))) : undefined;
    const answer = await act();
    const order = before ?? orderShown(answer);
    if (order === undefined || answer.kind !== 'answer' || answer.status >= 400) missed();
    else {
      count(kind, 'fill-late');
      lateness.begin(order, clock.monotonicMs() + delayMs);
    }
    return answer;
  }

  async function request(asked: ServedRequest): Promise<ServedAnswer> {
    const kind = classify.kindOf(asked);
    const spell = activeSpell(kind);
    if (spell !== undefined) return spellAnswer(spell.fault);
    const strike = dice.throw(kind, decidesFate);
    const veil = dice.throw(kind, hidesOrders);
    const act = (): Promise<ServedAnswer> => execute(asked, kind, veil);
    if (strike === undefined) return act();
    const { fault, delayMs, random } = strike;
    if (fault === 'wrong-order') {
      const answer = await act();
      const wrong = wrongOrder(asked, answer, strike);
      if (wrong === undefined) strike.missed();
      else count(kind, fault);
      return wrong ?? answer;
    }
    if (fault === 'fill-late') return actBlindly(asked, kind, act, strike);
    count(kind, fault);
    if (neverActs.has(fault)) veil?.missed();
    switch (fault) {
      case 'request-lost': return silence;
      case 'request-late': await sleep(clock, delayMs); return act();
      case 'answer-lost': await act(); return silence;
      case 'answer-late': {
        const answer = await act();
        await sleep(clock, delayMs);
        return answer;
      }
      case 'accepted-then-5xx': await act(); return serverError(strike);
      case 'error-5xx': return serverError(strike);
      case 'rate-limited': return classify.badNews({ kind: 'rate-limited', retryAfterS: Math.max(1, Math.ceil(delayMs / 1_000)) });
      case 'reset': return reset;
      case 'reset-after': await act(); return reset;
      case 'half-open': begin(kind, fault, delayMs); return silence;
      case 'cancel-ignored': return classify.cancelTaken(asked);
      case 'unauthorized': begin(kind, fault, delayMs); return spellAnswer(fault);
      case 'html-error': {
        const page = htmlPage(random.pick([502, 503, 404, 200]));
        if (random.chance(0.5)) await act();
        else veil?.missed();
        return page;
      }
      case 'not-yet-visible':
      case 'mute-stream':
      case 'event-duplicated':
      case 'event-reordered':
      case 'event-lost':
      case 'price-frozen':
      case 'price-stale':
      case 'price-crossed':
      case 'price-jumped':
      case 'price-mute': return act(); // the dice do not throw these here
      default: return unreachable(fault);
    }
  }

  function wrongOrder(asked: ServedRequest, answer: ServedAnswer, { random }: Strike): ServedAnswer | undefined {
    if (answer.kind !== 'answer' || answer.status >= 400) return undefined;
    const order = classify.orderIn(textOf(answer.body));
    if (order === undefined) return undefined;
    const [first, ...rest] = visibility.others(classify.accountOf(asked), order.id);
    return first === undefined ? undefined : { ...answer, body: random.pick([first, ...rest]).text };
  }

  const faulty: FaultyApp = {
    request,
    setPlan(next) {
      plan = next;
      dice = new Dice(next);
      spells = [];
      visibility.clear();
      lateness.clear();
      prices?.setPlan(next);
    },
    plan: () => plan,
    counts: () => Object.fromEntries([...counted, ...Object.entries(prices?.counts() ?? {})].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
  if (app.socket === undefined) return faulty;

  const upgrade = app.socket.bind(app);
  faulty.socket = (asked, accept) => {
    const refusal = dice.throw('stream.open', (fault) => fault === 'error-5xx');
    if (refusal !== undefined) {
      count('stream.open', refusal.fault);
      return false;
    }
    return upgrade(asked, () => {
      const socket = accept();
      const strike = dice.throw('stream.open', (fault) => fault !== 'error-5xx');
      if (strike !== undefined) count('stream.open', strike.fault);
      if (strike?.fault === 'reset') {
        socket.terminate();
        return new DeadSocket();
      }
      if (strike?.fault === 'half-open') {
        freeze(socket);
        return new DeadSocket();
      }
      return new FaultySocket(socket, {
        clock,
        isMute: strike?.fault === 'mute-stream',
        isEvent: (frame) => classify.isEvent(frame),
        strikeEvent: () => {
          const event = dice.throw('stream.event', () => true);
          if (event !== undefined) count('stream.event', event.fault);
          return event;
        },
        silences: (event) => lateness.silences(classify.orderOfEvent(event), clock.monotonicMs()),
      });
    });
  };
  return faulty;
}

const textOf = (body: string | Uint8Array): string => (typeof body === 'string' ? body : decoder.decode(body));

/** A page of some machine in between, which knows nothing of the protocol. */
const htmlPage = (status: number): ServedAnswer => ({
  kind: 'answer', status, headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>The service is not available right now</h1></body></html>`,
});
