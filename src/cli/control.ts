/** The way to a running runtime: its control socket, which only this machine's user can open. */
import { join, resolve } from 'node:path';
import { realClock } from '../edges/clock/index.ts';
import { realNet } from '../edges/net/index.ts';
import type { ErrorCode } from '../base/index.ts';
import type { Terminal } from '../edges/process/index.ts';
import { sleep } from '../ports/index.ts';
import type { HttpRequest } from '../ports/index.ts';
import { modeIn } from '../door/mode.ts'; // not by its index, which would load the whole door (C3)
import type { Mode } from '../door/mode.ts';
import { durationMs } from './cli.ts';
import type { Common } from './cli.ts';
import { AnsweredError, UnreachableError, UsageError, WaitError } from './failure.ts';
import type { Failure } from './failure.ts';

/** As they are given. */
export type ReachOptions = { readonly data?: string; readonly url?: string; readonly config?: string; readonly timeout?: string };
/** Where a runtime is asked, and what it is at, once it has answered. */
export type Reach = { readonly socket: string; readonly timeoutMs: number; mode: Mode | undefined };
export type ControlOptions = Common & { readonly reach: Reach };
const AGAIN_MS = 200;

export type Document = Readonly<Record<string, unknown>>;

/** The socket that is named, or that of the folder that is named, here or in a configuration. */
export async function reachOf(terminal: Terminal, { data, url, config, timeout = '10s' }: ReachOptions): Promise<Reach> {
  const timeoutMs = durationMs('--timeout', timeout);
  if (url !== undefined) return { socket: socketAt(url), timeoutMs, mode: undefined };
  const folder = data ?? (config === undefined ? 'data' : (await import('./configuration.ts')).dataFolderFor(terminal, config));
  return { socket: join(resolve(folder), 'control.sock'), timeoutMs, mode: undefined };
}

function socketAt(url: string): string {
  if (/^https?:/.test(url)) throw new UsageError(`--url is "${url}": the control socket is on no network. Name its file, such as unix:/run/breakwater/control.sock, on the machine where the runtime runs.`);
  return resolve(url.replace(/^unix:(?:\/\/)?/, ''));
}

export type Answered = { readonly status: number; readonly document: Document };

export interface Control {
  readonly socket: string;
  get(path: string): Promise<Document>;
  /** @param howToKnow the command that tells whether it was done, should no answer come */
  post(path: string, body: Document, howToKnow: string): Promise<Answered>;
  /**
   * Asks again until somebody answers or the time is over: for what may be asked any number of times, and must not be lost
   * with a runtime that hangs, dies, and is followed by the next one. Where no runtime was left behind it asks once.
   * @param onSilence called when it asks again for the first time
   * @param isEnough asked before each time but the first: whether somebody else has done it meanwhile
   */
  insist(path: string, body: Document, onSilence: (why: string) => void, isEnough?: () => boolean): Promise<Answered>;
  close(): Promise<void>;
}

export function controlOf(reach: Reach): Control {
  const { socket, timeoutMs } = reach;
  const clock = realClock();
  const net = realNet({ clock });
  const ask = async (method: HttpRequest['method'], path: string, body: Document | undefined, ifUnknown: string | undefined, waitMs = timeoutMs): Promise<Answered> => {
    const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
    const outcome = await net.request({ method, url: `unix:${socket}:${path}`, headers: { 'content-type': 'application/json' }, ...(bytes === undefined ? {} : { body: bytes }) }, waitMs);
    if (outcome.kind === 'not-sent') throw new UnreachableError(socket, outcome.why);
    if (outcome.kind === 'unknown') {
      if (ifUnknown === undefined) throw new UnreachableError(socket, outcome.why);
      throw new WaitError(`${method} ${path}`, outcome.why, ifUnknown);
    }
    reach.mode = modeIn(outcome.headers) ?? reach.mode;
    const document = documentOf(outcome.body, socket);
    if (outcome.status >= 400) throw new AnsweredError(outcome.status, failureIn(document, outcome.status));
    return { status: outcome.status, document };
  };
  const insist = async (path: string, body: Document, onSilence: (why: string) => void, isEnough = (): boolean => false): Promise<Answered> => {
    const untilMs = clock.monotonicMs() + timeoutMs;
    let isAwaited = false; // a runtime was there, or left its socket behind
    for (;;) {
      try {
        return await ask('POST', path, body, 'It may be repeated as often as you like.', Math.max(1, untilMs - clock.monotonicMs()));
      } catch (thrown) {
        if (!(thrown instanceof WaitError || thrown instanceof UnreachableError)) throw thrown;
        const isLeft = thrown instanceof WaitError || thrown.why.includes('ECONNREFUSED');
        if (!(isLeft || isAwaited) || isEnough() || clock.monotonicMs() + AGAIN_MS >= untilMs) throw thrown;
        if (!isAwaited) onSilence(thrown.why);
        isAwaited = true;
        await sleep(clock, AGAIN_MS);
      }
    }
  };
  return {
    socket,
    get: async (path) => (await ask('GET', path, undefined, undefined)).document,
    post: (path, body, howToKnow) => ask('POST', path, body, `Do not simply repeat it; "${howToKnow}" tells.`),
    insist,
    close: () => net.close(),
  };
}

/** Asks, and lets the connection go whatever comes of it. */
export async function asking<T>({ reach }: ControlOptions, run: (control: Control) => Promise<T>): Promise<T> {
  const control = controlOf(reach);
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
