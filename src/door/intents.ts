/** Intents of bots: the normal form itself, from whoever holds a token. */
import { readIntent } from '../core/index.ts';
import type { Malformed } from '../core/index.ts';
import type { ServedAnswer, ServedRequest } from '../ports/index.ts';
import { problem } from './answers.ts';
import { quarantine, take, textOf } from './intake.ts';
import type { Delivery, IntakeParts } from './intake.ts';
import { Meter } from './meter.ts';
import { digestOfSecret, knows } from './secret.ts';
import type { BotToken, Markets } from './source.ts';

export type IntentDesk = (request: ServedRequest, correlationId: string) => Promise<ServedAnswer>;

const MAX_BYTES = 65_536;
const NOTED_PER_MINUTE = 6;
const STRANGER = '(no token)';
const unknownTicker = (reason: string): Malformed => ({ kind: 'malformed', status: 422, code: 'unknown-ticker', reason });

export function intentDesk(parts: IntakeParts, tokens: readonly BotToken[], markets: Markets): IntentDesk {
  const { clock, tally, note } = parts;
  const known = tokens.map((token) => ({ token, digest: digestOfSecret(token.secret) }));
  const strangers = new Meter(clock, NOTED_PER_MINUTE);

  return async (request, correlationId) => {
    if (request.body.length > MAX_BYTES) {
      tally.count(STRANGER, 'too-large');
      return problem('BW-2004', correlationId, { detail: `The body has ${request.body.length} bytes, an intent may have ${MAX_BYTES}.` });
    }
    const presented = /^Bearer +(\S+) *$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const matching = known.filter(({ digest }) => knows(presented, digest)); // all are compared, whichever fits
    const token = matching[0]?.token;
    if (token === undefined) {
      tally.count(STRANGER, 'unauthorised');
      if (strangers.take()) note({ level: 'warning', code: 'BW-2005', message: 'an intent was turned away: its token is missing or wrong', detail: { peer: request.peer, correlationId } });
      return problem('BW-2005', correlationId, { detail: 'The token is missing or wrong. Send "Authorization: Bearer TOKEN".', doNext: ['look at signals.intents.tokens in the configuration'] });
    }

    const delivery: Delivery = { source: token.name, correlationId, body: request.body };
    const text = textOf(request.body);
    if (text === undefined) return quarantine(parts, { kind: 'malformed', status: 400, code: 'not-json', reason: 'The body is no UTF-8 text.' }, delivery, []);
    const outcome = readIntent(text, token);
    if (outcome.kind === 'malformed') return quarantine(parts, outcome, delivery, []);
    const { signal, venue = token.venue } = outcome;
    const instruments = Object.hasOwn(markets, venue) ? markets[venue] : undefined;
    if (instruments === undefined) return quarantine(parts, unknownTicker(`No venue "${venue}" is configured. Nothing was sent; there are ${Object.keys(markets).join(', ')}.`), delivery, []);
    if (!instruments.includes(signal.ticker)) return quarantine(parts, unknownTicker(`"${signal.ticker}" is not an instrument of ${venue}. Nothing was sent; there are ${instruments.join(', ')}.`), delivery, []);
    return take(parts, { signal, venue, symbol: signal.ticker, windowMs: 0 }, token.maxAgeMs, delivery);
  };
}
