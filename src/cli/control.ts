/** The way to a running runtime: its control socket, which only this machine's user can open. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { realClock } from '../edges/clock/index.ts';
import { realNet } from '../edges/net/index.ts';
import type { ErrorCode } from '../base/index.ts';
import type { HttpRequest } from '../ports/index.ts';
import { durationMs } from './cli.ts';
import type { Common } from './cli.ts';
import { AnsweredError, UnreachableError, WaitError } from './failure.ts';
import type { Failure } from './failure.ts';

export type ControlOptions = Common & { readonly data: string; readonly timeout: string };
export type Document = Readonly<Record<string, unknown>>;

export const reaching = (made: Command, timeout = '10s'): Command => made
  .option('--data <dir>', 'the data folder of the runtime', 'data')
  .option('--timeout <duration>', 'how long to wait for its answer', timeout);

export interface Control {
  readonly socket: string;
  get(path: string): Promise<Document>;
  /** @param howToKnow the command that tells whether it was done, should no answer come */
  post(path: string, body: Document, howToKnow: string): Promise<{ readonly status: number; readonly document: Document }>;
  close(): Promise<void>;
}

export function controlOf({ data, timeout }: Pick<ControlOptions, 'data' | 'timeout'>): Control {
  const socket = join(resolve(data), 'control.sock');
  const timeoutMs = durationMs('--timeout', timeout);
  const net = realNet({ clock: realClock() });
  const ask = async (method: HttpRequest['method'], path: string, body: Document | undefined, howToKnow: string | undefined): Promise<{ status: number; document: Document }> => {
    const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
    const outcome = await net.request({ method, url: `unix:${socket}:${path}`, headers: { 'content-type': 'application/json' }, ...(bytes === undefined ? {} : { body: bytes }) }, timeoutMs);
    if (outcome.kind === 'not-sent') throw new UnreachableError(socket, outcome.why);
    if (outcome.kind === 'unknown') {
      if (howToKnow === undefined) throw new UnreachableError(socket, outcome.why);
      throw new WaitError(`${method} ${path}`, timeoutMs, howToKnow);
    }
    const document = documentOf(outcome.body, socket);
    if (outcome.status >= 400) throw new AnsweredError(outcome.status, failureIn(document, outcome.status));
    return { status: outcome.status, document };
  };
  return {
    socket,
    get: async (path) => (await ask('GET', path, undefined, undefined)).document,
    post: (path, body, howToKnow) => ask('POST', path, body, howToKnow),
    close: () => net.close(),
  };
}

/** Asks, and lets the connection go whatever comes of it. */
export async function asking<T>(options: ControlOptions, run: (control: Control) => Promise<T>): Promise<T> {
  const control = controlOf(options);
  try {
    return await run(control);
  } finally {
    await control.close();
  }
}

function documentOf(body: Uint8Array, socket: string): Document {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Document;
  } catch {
    throw new UnreachableError(socket, 'what answers there does not speak JSON');
  }
}

function failureIn(document: Document, status: number): Failure {
  const text = (name: string): string | undefined => { const value = document[name]; return typeof value === 'string' ? value : undefined; };
  const doNext = document['doNext'];
  const [because, did, correlationId] = [text('because'), text('did'), text('correlationId')];
  return {
    code: (text('code') ?? 'BW-9002') as ErrorCode, title: text('title') ?? `Answered ${status}`, detail: text('detail') ?? 'The runtime gave no reason.', retry: text('retry') ?? 'no',
    ...(because === undefined ? {} : { because }), ...(did === undefined ? {} : { did }), ...(correlationId === undefined ? {} : { correlationId }),
    ...(Array.isArray(doNext) ? { doNext: doNext as string[] } : {}),
  };
}
