/** Small JSON requests over `Net`: to the exchange, the public door and the control socket. */
import { reasonOf } from '../../base/index.ts';
import type { HttpRequest, Net } from '../../ports/index.ts';
import type { Document } from '../control.ts';

export type Reply = { readonly status: number; readonly document: Document } | { readonly why: string; readonly sent: boolean };

export type Web = {
  get(url: string, timeoutMs?: number): Promise<Reply>;
  send(method: 'POST' | 'PUT', url: string, body: unknown, timeoutMs?: number): Promise<Reply>;
};

const TIMEOUT_MS = 5_000;

export function webOver(net: Net): Web {
  const ask = async (request: HttpRequest, timeoutMs: number): Promise<Reply> => {
    const outcome = await net.request(request, timeoutMs);
    if (outcome.kind !== 'answered') return { why: outcome.why, sent: outcome.kind === 'unknown' };
    try {
      return { status: outcome.status, document: JSON.parse(new TextDecoder().decode(outcome.body)) as Document };
    } catch (thrown) {
      return { why: `the answer is not JSON: ${reasonOf(thrown)}`, sent: true };
    }
  };
  const headers = { 'content-type': 'application/json' };
  return {
    get: (url, timeoutMs = TIMEOUT_MS) => ask({ method: 'GET', url, headers }, timeoutMs),
    send: (method, url, body, timeoutMs = TIMEOUT_MS) => ask({ method, url, headers, body: new TextEncoder().encode(JSON.stringify(body)) }, timeoutMs),
  };
}

/** The document of a 2xx answer. */
export const documentOf = (reply: Reply): Document | undefined => ('status' in reply && reply.status >= 200 && reply.status < 300 ? reply.document : undefined);
