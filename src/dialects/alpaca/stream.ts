/**
 * The stream of trade updates: a client authenticates, listens, and is told of its orders as they change.
 * Frames to the client are binary. Nothing is replayed: what happened while nobody listened is for reads to tell.
 */
import type { Desk, DeskEvent, Socket } from '../../ports/index.ts';
import { TETHER } from './extension.ts';
import { orderBody } from './order.ts';
import { isStock } from './symbols.ts';
import { rfc3339 } from './time.ts';
import { uuidOf } from './uuid.ts';

const updates = 'trade_updates';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const words = {
  accepted: 'pending_new',
  new: 'new',
  fill: 'fill',
  'partial-fill': 'partial_fill',
  cancelled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
  replaced: 'replaced',
} as const satisfies Record<DeskEvent['kind'], string>;

/** @param refused hears of each frame that is refused, by its reason */
export function serveUpdates(desk: Desk, socket: Socket, refused: (reason: string) => void): void {
  let accountId: string | undefined;
  let stop: (() => void) | undefined;
  let cut: (() => void) | undefined; // the end of this connection cancels the account's orders
  const say = (frame: unknown): void => socket.send(encoder.encode(JSON.stringify(frame)));
  const authorization = (status: string, action: string): void => say({ stream: 'authorization', data: { status, action } });
  const unauthorized = (action: string): void => {
    refused(`unauthorized-${action}`);
    authorization('unauthorized', action);
  };
  const complain = (reason: string, text: string): void => {
    refused(reason);
    say({ action: 'error', data: { error_message: text } });
  };

  const listen = (streams: readonly unknown[]): void => {
    if (accountId === undefined) return unauthorized('listen');
    const wanted = streams.includes(updates);
    if (wanted && stop === undefined) stop = desk.listen(accountId, (event) => say({ stream: updates, data: updateBody(event) }));
    if (!wanted) {
      stop?.();
      stop = undefined;
    }
    say({ stream: 'listening', data: { streams: wanted ? [updates] : [] } });
  };

  const hold = (tether: (accountId: string) => () => void): void => {
    if (accountId === undefined) return unauthorized(TETHER);
    cut ??= tether(accountId);
    say({ stream: TETHER, data: { on: true } });
  };

  socket.onMessage((message) => {
    const frame = frameOf(message);
    if (frame === undefined) return complain('unreadable', 'request format is invalid');
    const { action, data } = frame;
    if (action === 'authenticate') {
      accountId = desk.authenticate(String(data['key_id']), String(data['secret_key']));
      return accountId === undefined ? unauthorized('authenticate') : authorization('authorized', 'authenticate');
    }
    if (action === 'listen' && Array.isArray(data['streams'])) return listen(data['streams']);
    if (action === TETHER && desk.tether !== undefined) return hold(desk.tether);
    return complain(action === 'listen' ? 'no-streams' : 'unknown-action', `unknown action: ${String(action)}`);
  });
  socket.onClose(() => {
    stop?.();
    cut?.();
  });
}

type Frame = { readonly action: unknown; readonly data: Readonly<Record<string, unknown>> };

function frameOf(message: string | Uint8Array): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(typeof message === 'string' ? message : decoder.decode(message));
    if (!isRecord(frame)) return undefined;
    return { action: frame['action'], data: isRecord(frame['data']) ? frame['data'] : {} };
  } catch {
    return undefined; // no JSON
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function updateBody({ kind, order, trade, positionQuantity, atMs }: DeskEvent): Record<string, unknown> {
  const execution = { execution_id: uuidOf(`execution/${order.id}/${trade?.id ?? `${kind}/${order.filledQuantity}`}`) };
  const fill = trade === undefined ? {} : { price: trade.price, qty: trade.quantity, position_qty: positionQuantity ?? '0' };
  const word = kind === 'accepted' && isStock(order.symbol) ? 'accepted' : words[kind];
  return { event: word, ...execution, event_id: `${atMs}-${execution.execution_id}`, ...fill, timestamp: rfc3339(atMs), order: orderBody(order) };
}

/** Whether a frame to the client tells of an order, and is not part of the handshake. */
export function isUpdate(frame: string | Uint8Array): boolean {
  const text = typeof frame === 'string' ? frame : decoder.decode(frame);
  return text.startsWith(`{"stream":"${updates}"`);
}
