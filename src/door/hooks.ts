/**
 * Alerts of TradingView. Who sends is believed by a secret in the body or the path, since nothing else can be sent.
 *
 *   H1. Before the secret was right nothing of a body is acted on. What cannot even be read, and so holds no secret that could
 *       be found, may have been an order spoilt on its way: it is kept, a few a minute.
 *   H2. Several orders in one body are taken only if every one of them is understood.
 */
import { readJson } from '../base/index.ts';
import { readTradingView, resolveTicker } from '../core/index.ts';
import type { Malformed, Routed } from '../core/index.ts';
import type { ServedAnswer, ServedRequest } from '../ports/index.ts';
import { json, problem } from './answers.ts';
import { Heartbeats } from './heartbeats.ts';
import { quarantine, refusedBody, take, textOf } from './intake.ts';
import type { Delivery, IntakeParts } from './intake.ts';
import { Meter } from './meter.ts';
import { digestOfSecret, knows } from './secret.ts';
import type { SecretDigest } from './secret.ts';
import type { Markets, Source } from './source.ts';

export type Hook = (request: ServedRequest, name: string, pathSecret: string | undefined, correlationId: string) => Promise<ServedAnswer>;

type Known = { readonly source: Source; readonly digest: SecretDigest; readonly unread: Meter; readonly strangers: Meter };

const UNREAD_PER_MINUTE = 60;
const NOTED_PER_MINUTE = 6;
const NOT_UTF8: Malformed = { kind: 'malformed', status: 400, code: 'not-json', reason: 'The body is no UTF-8 text.' };

export function tradingViewHook(parts: IntakeParts, sources: readonly Source[], markets: Markets): Hook {
  const { clock, tally, note } = parts;
  const heartbeats = new Heartbeats(parts, sources);
  const known = new Map<string, Known>(sources.map((source) =>
    [source.name, { source, digest: digestOfSecret(source.secret), unread: new Meter(clock, UNREAD_PER_MINUTE), strangers: new Meter(clock, NOTED_PER_MINUTE) }]));

  return async (request, name, pathSecret, correlationId) => {
    const found = known.get(name);
    if (found === undefined) return problem('BW-2002', correlationId, { detail: 'No source of this name is configured.', doNext: ['look at signals.tradingview.sources in the configuration'] });
    const { source, digest, unread, strangers } = found;
    const delivery: Delivery = { source: name, correlationId, body: request.body };
    const stranger = (fate: 'address' | 'unauthorised', answer: ServedAnswer, why: string): ServedAnswer => {
      tally.count(name, fate);
      if (strangers.take()) note({ level: 'warning', code: fate === 'address' ? 'BW-2003' : 'BW-2005', message: `a delivery to "${name}" was turned away: ${why}`, detail: { peer: request.peer, correlationId } });
      return answer;
    };

    const peer = request.peer.replace(/^::ffff:/, '');
    if (source.allowedSources.length > 0 && !source.allowedSources.includes(peer)) {
      return stranger('address', problem('BW-2003', correlationId, { detail: `${peer} is not an address from which "${name}" may send.`, doNext: [`look at signals.tradingview.sources.${name}.allowedSources`] }), 'its address is not allowed');
    }
    if (request.body.length > source.maxBytes) {
      tally.count(name, 'too-large');
      if (strangers.take()) note({ level: 'warning', code: 'BW-2004', message: `a delivery to "${name}" was too large`, detail: { bytes: request.body.length, maxBytes: source.maxBytes } });
      return problem('BW-2004', correlationId, { detail: `The body has ${request.body.length} bytes, "${name}" may send ${source.maxBytes}.` });
    }

    const text = textOf(request.body);
    const reading = text === undefined ? { outcome: NOT_UTF8, presentedSecret: undefined, sensitive: [] } : readTradingView(text, source);
    const presented = source.secretIn === 'path' ? pathSecret : pathSecret === undefined ? reading.presentedSecret : undefined;
    const { outcome } = reading;
    if (!knows(presented, digest)) {
      const spoilt = source.secretIn === 'body' && pathSecret === undefined && presented === undefined && outcome.kind === 'malformed' && !couldHoldSecret(text, source) ? outcome : undefined;
      if (spoilt === undefined) {
        return stranger('unauthorised', problem('BW-2005', correlationId, { detail: `The secret of "${name}" is missing or wrong. It belongs into the ${source.secretIn}.`, doNext: ['correct the secret in the alert'] }), 'its secret is missing or wrong');
      }
      if (unread.take()) return quarantine(parts, spoilt, delivery, reading.sensitive); // H1
      tally.count(name, 'malformed');
      return refusedBody(spoilt, spoilt.reason, correlationId, 'nothing; too many bodies that cannot be read came within a minute');
    }

    heartbeats.triggered(name);
    if (outcome.kind === 'heartbeat') return heartbeats.beat(name, correlationId);
    if (outcome.kind === 'malformed') return quarantine(parts, outcome, delivery, reading.sensitive);
    const signals = outcome.kind === 'signal' ? [outcome.signal] : outcome.signals;
    const routed: Routed[] = [];
    for (const signal of signals) { // H2
      const ticker = resolveTicker(signal.ticker, signal.exchange, { tickers: source.tickers, sameName: source.sameName, instruments: markets[source.venue] ?? [] });
      if (ticker.kind === 'malformed') return quarantine(parts, ticker, delivery, reading.sensitive);
      routed.push({ signal, venue: source.venue, symbol: ticker.symbol, windowMs: source.windowMs });
    }
    const [first, ...rest] = routed;
    if (first !== undefined && rest.length === 0) return take(parts, first, source.maxAgeMs, delivery);
    return takeAll(parts, routed, source.maxAgeMs, delivery);
  };
}

/** One after the other. Where one of them is not known to be taken the delivery failed as a whole: sent again, those that were taken are repetitions. */
async function takeAll(parts: IntakeParts, all: readonly Routed[], maxAgeMs: number | undefined, delivery: Delivery): Promise<ServedAnswer> {
  const told: { readonly status: number; readonly success: boolean }[] = [];
  for (const routed of all) {
    const answer = await take(parts, routed, maxAgeMs, delivery);
    if (answer.kind !== 'answer') return answer;
    const body: unknown = JSON.parse(typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body));
    told.push({ success: false, ...(body as object), status: answer.status });
  }
  return json(told.every(({ status }) => status === 200) ? 200 : 207, { success: told.every(({ success }) => success), outcome: 'several', orders: told, correlationId: delivery.correlationId });
}

/** Whether a body has the form in which a secret could have been given. */
function couldHoldSecret(text: string | undefined, source: Source): boolean {
  if (text === undefined || source.dialect === 'text') return false;
  const read = readJson(text);
  return read.ok && (read.node.kind === 'object' || (read.node.kind === 'list' && read.node.items.some(({ kind }) => kind === 'object')));
}
