/**
 * One HTTP request over undici, and what is known of it at its end.
 *
 *   Q1. `not-sent` only where undici had not begun to write when the request ended: it says so by `onRequestStart`, called
 *       after the connection stands (and its TLS) and before the first byte. From then on, only a whole answer is not doubt.
 *   Q2. undici may put a request back in its queue when a kept connection turns out dead. A second start is refused, so
 *       one call makes at most one request.
 *   Q3. One deadline covers waiting for a connection, sending, and the answer to its last byte. At its end the connection
 *       is destroyed, and a request that is still queued will not leave later.
 */
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { parseAddress, reasonOf } from '../../base/index.ts';
import type { HttpOutcome, HttpRequest, Net } from '../../ports/index.ts';
import { flatHeaders } from './headers.ts';
import type { NetSettings } from './net.ts';

const connectTimeoutMs = 10_000; // for an attempt that nobody waits for any more
const keptIdleMs = 10_000; // shorter than what servers usually keep, so that it is we who close

export function requester({ clock, trust, maxBodyBytes }: NetSettings): { request: Net['request']; close: () => Promise<void> } {
  const agents = new Map<string, Agent>();
  const agentFor = (socketPath: string | undefined): Agent => {
    let agent = agents.get(socketPath ?? '');
    if (agent === undefined) agents.set(socketPath ?? '', (agent = newAgent(socketPath, trust)));
    return agent;
  };

  const request = (sent: HttpRequest, timeoutMs: number): Promise<HttpOutcome> => new Promise((resolve) => {
    let started = false;
    let ended = false;
    let connection: Dispatcher.DispatchController | undefined;
    const end = (outcome: HttpOutcome): void => {
      if (ended) return;
      ended = true;
      cancelDeadline();
      resolve(outcome);
    };
    const fail = (why: string): void => end({ kind: started ? 'unknown' : 'not-sent', why });
    const abandon = (why: string): void => {
      fail(why);
      connection?.abort(new Error(why));
    };
    const cancelDeadline = clock.timer(timeoutMs, () => abandon(`${started ? 'no answer' : 'no connection'} within ${timeoutMs} ms`));

    const address = parseAddress(sent.url);
    if (address === undefined) return fail(`"${sent.url}" is not an address`);

    let status = 0;
    let headers: Record<string, string> = {};
    let size = 0;
    const chunks: Uint8Array[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (ended || started) { // Q2, Q3
          controller.abort(new Error('this request is over'));
          return;
        }
        started = true;
        connection = controller;
      },
      onResponseStart(_, statusCode, answered) {
        status = statusCode;
        headers = flatHeaders(answered);
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        if (size > maxBodyBytes) abandon(`the answer is larger than ${maxBodyBytes} bytes`);
        else chunks.push(chunk);
      },
      onResponseEnd: () => end({ kind: 'answered', status, headers, body: joined(chunks, size) }),
      onResponseError: (_, error) => fail(describe(error)),
    };
    try {
      agentFor(address.socketPath).dispatch({
        origin: address.socketPath === undefined ? `${address.secure ? 'https' : 'http'}://${address.authority}` : 'http://localhost',
        path: address.route,
        method: sent.method,
        headers: sent.headers,
        body: sent.body ?? null,
      }, handler);
    } catch (error) {
      fail(describe(error));
    }
  });

  return { request, close: async () => void (await Promise.all([...agents.values()].map((agent) => agent.destroy()))) };
}

/** undici's own time limits are off: they tick in half seconds, and the one deadline covers them all. */
const newAgent = (socketPath: string | undefined, trust: string | undefined): Agent => new Agent({
  allowH2: false,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: keptIdleMs,
  keepAliveMaxTimeout: keptIdleMs,
  connect: { timeout: connectTimeoutMs, ...(socketPath === undefined ? {} : { socketPath }), ...(trust === undefined ? {} : { ca: trust }) },
});

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

/** Where a host has several addresses, the reason of each is inside. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return reasonOf(error);
}
