/** The door that faces outwards: signals, intents and a sign of life. Everything else is not here. */
import type { Clock, Ids, NetApp, ServedAnswer, ServedRequest } from '../ports/index.ts';
import type { Note, Runtime } from '../runtime/index.ts';
import { failure, json, problem } from './answers.ts';
import { tradingViewHook } from './hooks.ts';
import type { IntakeParts } from './intake.ts';
import { intentDesk } from './intents.ts';
import { Meter } from './meter.ts';
import { readyAnswer } from './readiness.ts';
import type { BotToken, Markets, Source } from './source.ts';
import { Tally } from './tally.ts';

export type PublicDoorOptions = {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sources: readonly Source[];
  readonly tokens: readonly BotToken[];
  readonly markets: Markets;
  readonly note: (note: Note) => void;
  readonly tally?: Tally; // shared with the control door, which shows it
  readonly answerWithinMs?: number; // TradingView waits three seconds
};

const ANSWER_WITHIN_MS = 2_500;
const NOTED_PER_MINUTE = 30;

export function publicDoor(options: PublicDoorOptions): NetApp {
  const { runtime, clock, ids, sources, tokens, markets, note } = options;
  const secrets = [...sources, ...tokens].map(({ secret }) => secret);
  const parts: IntakeParts = { runtime, clock, note, markets, secrets, tally: options.tally ?? new Tally(), answerWithinMs: options.answerWithinMs ?? ANSWER_WITHIN_MS };
  const hook = tradingViewHook(parts, sources, markets);
  const intents = intentDesk(parts, tokens, markets);
  const failures = new Meter(clock, NOTED_PER_MINUTE);

  const route = (request: ServedRequest, correlationId: string): Promise<ServedAnswer> | ServedAnswer => {
    const [, first, second, third = '', fourth, ...rest] = request.path.split('/');
    if (request.method === 'POST' && first === 'hooks' && second === 'tradingview' && third !== '' && rest.length === 0) {
      return hook(request, third, fourth === undefined || fourth === '' ? undefined : decoded(fourth), correlationId);
    }
    if (request.method === 'POST' && request.path === '/api/v1/intents') return intents(request, correlationId);
    if (request.method === 'GET' && request.path === '/healthz') return json(runtime.turns.failed === undefined ? 200 : 503, { ok: runtime.turns.failed === undefined });
    if (request.method === 'GET' && request.path === '/readyz') return readyAnswer(runtime, clock);
    return problem('BW-2001', correlationId, { detail: `There is no ${request.method} of this path here.`, doNext: ['look at the reference of the HTTP API'] });
  };
  return {
    request: async (request) => {
      const correlationId = ids.id();
      try {
        const answer = await route(request, correlationId);
        parts.tally.answered('public', answer);
        return answer;
      } catch (thrown) {
        const answer = failure(thrown, correlationId);
        parts.tally.answered('public', answer);
        if (answer.kind === 'answer' && failures.take()) note({ level: 'warning', message: `a delivery was answered ${answer.status}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, detail: { correlationId } });
        return answer;
      }
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // no secret of ours: it will be found wrong
  }
}
