/**
 * One HTTP request over a connection of the pool, and what is known of it at its end.
 *
 *   Q1. `not-sent` only where undici had not begun to write when the request ended: it says so by `onRequestStart`, called
 *       after the connection stands (and its TLS) and before the first byte. From then on, only a whole answer is not doubt.
 *   Q2. undici may put a request back in its queue when a kept connection turns out dead. A second start is refused, so
 *       one call makes at most one request. The pool gives a request one connection and never a second one.
 *   Q3. One deadline covers waiting for a connection, sending, and the answer to its last byte. At its end the connection
 *       is destroyed, and a request that is still queued will not leave later.
 *   Q4. Where `silentMs` is set, a peer that gives no connection, no head of an answer or no further piece of it for so long
 *       is taken for dead, however late the deadline. Our own pauses do not count as its silence.
 *   Q5. A request that may be stopped is asked about when its connection stands, in the turn in which it would be written.
 */
import type { Dispatcher } from 'undici';
import { parseAddress, reasonOf } from '../../base/index.ts';
import type { HttpOutcome, HttpRequest, Net } from '../../ports/index.ts';
import { flatHeaders } from './headers.ts';
import type { NetSettings } from './net.ts';
import { Pool } from './pool/index.ts';
import type { Lease } from './pool/index.ts';
import { silenceWatch } from './silence.ts';

export function requester(settings: NetSettings): { readonly request: Net['request']; readonly pool: Pool } {
  const { clock, maxBodyBytes, silentMs } = settings;
  const pool = new Pool(settings);

  const request = (sent: HttpRequest, timeoutMs: number): Promise<HttpOutcome> => new Promise((resolve) => {
    let lease: Lease | undefined;
    let startedAtMs: number | undefined;
    let tookMs = 0;
    let ended = false;
    let wasOurs = false; // the doing, if it was not sent
    let connection: Dispatcher.DispatchController | undefined;
    const end = (outcome: HttpOutcome, wasSilent = false): void => {
      if (ended) return;
      ended = true;
      cancelDeadline();
      leave();
      silence.stop();
      resolve(outcome);
      if (outcome.kind === 'answered') lease?.end({ kind: 'answered', tookMs, status: outcome.status });
      else if (outcome.kind === 'unknown') lease?.end({ kind: 'unknown', sinceMs: startedAtMs ?? 0, wasSilent });
      else lease?.end({ kind: 'not-sent', byPeer: !wasOurs });
    };
    const fail = (why: string, wasSilent = false): void => end({ kind: startedAtMs === undefined ? 'not-sent' : 'unknown', why }, wasSilent);
    const abandon = (why: string, wasSilent = false): void => {
      const abandoned = connection;
      fail(why, wasSilent);
      abandoned?.abort(new Error(why));
    };
    let leave = (): void => {};
    const silence = silenceWatch(clock, silentMs, () => abandon(startedAtMs === undefined ? `no connection within ${silentMs} ms` : `the peer was silent for ${silentMs} ms`, true));
    const cancelDeadline = clock.timer(timeoutMs, () => abandon(`${startedAtMs === undefined ? 'no connection' : 'no answer'} within ${timeoutMs} ms`));

    const address = parseAddress(sent.url);
    if (address === undefined) return fail(`"${sent.url}" is not an address`);

    let status = 0;
    let headers: Record<string, string> = {};
    let size = 0;
    const chunks: Uint8Array[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (ended || startedAtMs !== undefined) { // Q2, Q3
          controller.abort(new Error('this request is over'));
          return;
        }
        const stopped = sent.stopped?.(); // Q5
        if (stopped !== undefined) {
          wasOurs = true;
          fail(stopped);
          controller.abort(new Error(stopped));
          return;
        }
        startedAtMs = clock.monotonicMs();
        silence.heard();
        connection = controller;
      },
      onResponseStart(_, statusCode, answered) {
        tookMs = clock.monotonicMs() - (startedAtMs ?? 0);
        silence.heard();
        status = statusCode;
        headers = flatHeaders(answered);
      },
      onResponseData(_, chunk) {
        silence.heard();
        size += chunk.length;
        if (size > maxBodyBytes) abandon(`the answer is larger than ${maxBodyBytes} bytes`);
        else chunks.push(chunk);
      },
      onResponseEnd: () => end({ kind: 'answered', status, headers, body: joined(chunks, size) }),
      onResponseError: (_, error) => {
        wasOurs = 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
        fail(describe(error));
      },
    };
    const waiting = pool.ask(address, (given) => {
      if (given === undefined) return fail('the network port was closed');
      lease = given;
      silence.heard();
      try {
        given.client.dispatch({ origin: given.origin, path: address.route, method: sent.method, headers: sent.headers, body: sent.body ?? null }, handler);
      } catch (error) {
        fail(describe(error));
      }
    });
    leave = () => void waiting();
  });

  return { request, pool };
}

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
