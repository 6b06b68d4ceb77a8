/** The dialect itself: who asks, may they, and which handler answers. */
import type { Clock, Desk, Ids, NetApp, ServedAnswer, ServedRequest } from '../../ports/index.ts';
import type { TellRefusal } from '../refusals.ts';
import { allowances } from './allowance.ts';
import { internal, noEndpoint, rateLimited, reasonOfRefusal, served, unauthorized } from './answers.ts';
import type { Answer } from './answers.ts';
import { Refused } from './call.ts';
import type { Call } from './call.ts';
import { encodingFor } from './frames.ts';
import { marketStreams } from './market-stream.ts';
import type { MarketStreamOptions } from './market-stream.ts';
import { marketStreamPath, routeOf, streamPath } from './routes.ts';
import type { Route } from './routes.ts';
import { serveUpdates } from './stream.ts';

export type AlpacaOptions = {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Requests an account may make in a minute before it is refused with 429; unlimited unless told. The venue's own figure is 200. */
  readonly rateLimitPerMinute?: number;
  readonly marketStream?: MarketStreamOptions;
  /** Hears of each refusal as it is answered. */
  readonly refused?: TellRefusal;
};

/** Serves a desk in this venue's protocol, REST and WebSocket. */
export function alpacaDialect({ desk, clock, ids, rateLimitPerMinute, marketStream, refused = () => {} }: AlpacaOptions): NetApp {
  const serveMarkets = marketStreams(desk, clock, { ...marketStream, refused: (reason) => refused('market', reason) });
  const allowanceOf = allowances(clock, rateLimitPerMinute);
  const leaving = (answer: Answer, headers: Readonly<Record<string, string>>): ServedAnswer => {
    if (answer.status >= 400) refused('requests', reasonOfRefusal(answer));
    return served(answer, headers);
  };
  return {
    async request(request) {
      const found = routeOf(request.method, request.path);
      const accountId = accountOf(desk, request);
      const requestId = { 'x-request-id': ids.id(), date: new Date(desk.nowMs()).toUTCString() }; // one clock for the answer and for what is in it
      if (accountId === undefined && found?.route.open !== true) return leaving(unauthorized, requestId);
      const { refusedForS, headers } = allowanceOf(accountId ?? request.peer);
      const answer = refusedForS !== undefined ? rateLimited(refusedForS)
        : found === undefined ? noEndpoint
        : await answered(found.route, { desk, clock, accountId: accountId ?? '', request, parts: found.parts });
      return leaving(answer, { ...requestId, ...headers });
    },
    socket(request, accept) {
      if (request.path === streamPath) serveUpdates(desk, accept(), (reason) => refused('updates', reason));
      else if (request.path === marketStreamPath) serveMarkets(accept(), encodingFor(request));
      else {
        refused('requests', 'no-stream');
        return false;
      }
      return true;
    },
  };
}

function accountOf(desk: Desk, { headers }: ServedRequest): string | undefined {
  const [keyId, secret] = [headers['apca-api-key-id'], headers['apca-api-secret-key']];
  return keyId === undefined || secret === undefined ? undefined : desk.authenticate(keyId, secret);
}

async function answered(route: Route, call: Call): Promise<Answer> {
  try {
    return await route.serve(call);
  } catch (thrown) {
    // Whatever else went wrong behind the desk, the client learns only that the outcome is not known.
    return thrown instanceof Refused ? thrown.answer : internal;
  }
}
