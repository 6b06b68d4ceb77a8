/**
 * A connection of ws as a `Socket`.
 *
 *   S1. Closing ends within two seconds even if the peer never answers it.
 *   S2. A peer that does not read is cut off before what waits for it fills the memory.
 */
import type { RawData, WebSocket } from 'ws';
import type { Clock, Socket } from '../../ports/index.ts';
import { heartbeat } from './heartbeat.ts';

const closeTimeoutMs = 2_000;

/** How a silent peer is found; without it none is. */
export type Watch = { readonly silentMs: number; readonly bytesRead: () => number };

export function asSocket(ws: WebSocket, clock: Clock, maxWaitingBytes: number, watch?: Watch): Socket {
  let message: (data: string | Uint8Array) => void = () => {};
  let pong: () => void = () => {};
  let closed: (why: string) => void = () => {};
  let cutBy: string | undefined; // why this end cut the connection
  let closedBy: string | undefined; // how this end asked to close it
  let cancelTimeout = (): void => {};

  const cut = (why: string): void => {
    if (ws.readyState === ws.CLOSED || cutBy !== undefined) return;
    cutBy = why;
    ws.terminate();
  };
  if (watch !== undefined) heartbeat(ws, { clock, ...watch, dead: cut });
  ws.on('error', (error) => void (cutBy ??= `the connection was lost: ${error.message}`));
  ws.on('message', (data, isBinary) => {
    if (cutBy === undefined) message(isBinary ? bytesOf(data) : textOf(data));
  });
  ws.on('pong', () => pong());
  ws.on('close', (code, reason) => {
    cancelTimeout();
    closed(cutBy ?? (code === 1006 ? 'the connection was lost' : closedBy ?? describe(code, reason.toString())));
  });

  return {
    send(data) {
      if (ws.readyState !== ws.OPEN) return;
      ws.send(data);
      if (ws.bufferedAmount > maxWaitingBytes) cut(`the peer does not read: ${ws.bufferedAmount} bytes wait for it`);
    },
    close(code, reason) {
      if (ws.readyState !== ws.OPEN) return;
      closedBy = describe(code, reason);
      cancelTimeout = clock.timer(closeTimeoutMs, () => cut('closing was not answered'));
      ws.close(code, reason);
    },
    terminate: () => cut('terminated'),
    freeze: () => ws.pause(),
    ping() {
      if (ws.readyState === ws.OPEN) ws.ping();
    },
    onMessage: (run) => void (message = run),
    onPong: (run) => void (pong = run),
    onClose: (run) => void (closed = run),
  };
}

/** An end that was over before it began. */
export function lostSocket(clock: Clock): Socket {
  const nothing = (): void => {};
  return {
    send: nothing, close: nothing, terminate: nothing, ping: nothing, onMessage: nothing, onPong: nothing,
    onClose: (run) => void clock.timer(0, () => run('the connection was lost')),
  };
}

const describe = (code: number | undefined, reason: string | undefined): string =>
  `closed with ${code ?? 1005}${reason === undefined || reason === '' ? '' : `: ${reason}`}`;

const whole = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data);
const textOf = (data: RawData): string => whole(data).toString('utf8');
const bytesOf = (data: RawData): Uint8Array => new Uint8Array(whole(data));
