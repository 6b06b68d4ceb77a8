/**
 * The stream of order events: kept open, and never trusted further than a hint.
 *
 *   S1. `connected` is told only after the venue has confirmed that it lets us listen; from then on a silent or dead
 *       connection is given up within `pingEveryMs + pongWithinMs`.
 *   S2. A frame that cannot be read changes nothing but a count: it is told once, by its reason. There is no replay, so what was missed is found by reading.
 *   S3. One connection at a time; after `stop` nothing is told and nothing reconnects.
 *   S4. Refused keys are told as such, and tried again slowly: someone has to mend them first.
 *   S5. Where the venue is to cancel our orders when the connection ends, `connected` is told only after it has said that it will.
 *
 * An outage is told once, and again only if its cause changes between "no access" and anything else.
 */
import type { Random } from '../../base/index.ts';
import type { Clock, Net, OrderReport, Socket, VenueEvent } from '../../ports/index.ts';
import type { Catalog } from './catalog.ts';
import { TETHER } from './extension.ts';
import { Fields, listOf, parseJson, readable, Unreadable } from './json.ts';
import type { TellUnreadable } from './json.ts';
import { reportFrom } from './order.ts';

const connectWithinMs = 10_000;
const greetWithinMs = 10_000; // from the open socket to the confirmed subscription
const pingEveryMs = 10_000;
const pongWithinMs = 5_000;
const quickRetryMs = 250;
const firstPauseMs = 1_000;
const longestPauseMs = 64_000;
const longestFrame = 262_144; // a frame tells of one order, in about two thousand characters
const steadyAfterMs = 30_000; // a connection that lasted this long owes nothing to the failures before it

type Ending = { readonly why: string; readonly access: boolean };

export function streamOver(
  ports: { readonly net: Net; readonly clock: Clock; readonly random: Random },
  at: { readonly streamUrl: string; readonly keyId: string; readonly secret: string; readonly cancelOnDisconnect: boolean },
  catalog: Catalog,
  listen: (event: VenueEvent) => void,
  tellUnreadable: TellUnreadable,
): () => void {
  const { net, clock, random } = ports;
  let stopped = false;
  let cut: () => void = () => {};
  let failures = 0;
  let told: 'nothing' | 'connected' | 'failed' | 'no access' = 'nothing';

  const connect = async (): Promise<void> => {
    if (stopped) return;
    const opened = await net.open(at.streamUrl, {}, connectWithinMs).catch((thrown: unknown) => ({ kind: 'failed', why: String(thrown) }) as const);
    if (stopped) {
      if (opened.kind === 'open') opened.socket.terminate();
      return;
    }
    if (opened.kind === 'failed') return ended({ why: opened.why, access: false });
    cut = hold(opened.socket, { clock, ...at }, catalog, {
      connected: () => {
        told = 'connected';
        listen({ kind: 'connected' });
      },
      order: (report) => listen({ kind: 'order', report }),
      unreadable: tellUnreadable,
      steady: () => void (failures = 0),
      ended,
    });
  };

  const ended = ({ why, access }: Ending): void => {
    if (stopped) return;
    const telling = access ? 'no access' : 'failed';
    if (told !== telling) {
      told = telling;
      listen({ kind: 'disconnected', why: access ? `access refused: ${why}` : why });
    }
    if (stopped) return; // the listener may have had enough
    failures += 1;
    cut = clock.timer(pauseMs(access), () => void connect());
  };

  const pauseMs = (access: boolean): number => {
    const fullMs = access ? longestPauseMs : failures === 1 ? quickRetryMs : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 2));
    return Math.ceil(fullMs * (0.5 + random.next() / 2));
  };

  void connect();
  return () => {
    stopped = true;
    cut();
  };
}

type Handlers = {
  readonly connected: () => void;
  readonly order: (report: OrderReport) => void;
  readonly unreadable: TellUnreadable;
  readonly steady: () => void;
  readonly ended: (ending: Ending) => void;
};

/** One connection from greeting to end. The answer cuts it and tells nothing more. */
function hold(socket: Socket, own: { readonly clock: Clock; readonly keyId: string; readonly secret: string; readonly cancelOnDisconnect: boolean }, catalog: Catalog, tell: Handlers): () => void {
  const { clock } = own;
  let phase: 'authenticating' | 'tethering' | 'subscribing' | 'listening' | 'over' = 'authenticating';
  let cancelDeadline = clock.timer(greetWithinMs, () => give({ why: `the stream did not let us listen within ${greetWithinMs} ms`, access: false }));
  let cancelPing = (): void => {};
  let cancelSteady = (): void => {};

  const close = (): void => {
    phase = 'over';
    cancelDeadline();
    cancelPing();
    cancelSteady();
    socket.terminate();
  };
  const give = (ending: Ending): void => {
    if (phase === 'over') return;
    close();
    tell.ended(ending);
  };
  const pingLater = (): void => {
    cancelPing = clock.timer(pingEveryMs, () => {
      cancelDeadline = clock.timer(pongWithinMs, () => give({ why: `the stream gave no sign of life within ${pongWithinMs} ms of a ping`, access: false }));
      socket.ping();
    });
  };

  const subscribe = (): void => {
    phase = 'subscribing';
    socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }));
  };

  socket.onClose((why) => give({ why: `the stream was closed: ${why}`, access: false }));
  socket.onPong(() => {
    if (phase !== 'listening') return;
    cancelDeadline();
    cancelPing();
    pingLater();
  });
  socket.onMessage((data) => {
    if (phase === 'over') return;
    const read = readable(() => frameIn(data, catalog), tell.unreadable); // S2
    if (!('value' in read)) return;
    const frame = read.value;
    const outOfTurn = (): void => tell.unreadable('out-of-turn', `a frame that is "${frame.kind}" came while we were ${phase}`);
    switch (frame.kind) {
      case 'authorized':
        if (phase !== 'authenticating') return outOfTurn();
        if (!own.cancelOnDisconnect) return subscribe();
        phase = 'tethering';
        return socket.send(JSON.stringify({ action: TETHER, data: {} }));
      case 'tethered': // S5
        if (phase !== 'tethering') return outOfTurn();
        return frame.on ? subscribe() : give({ why: 'the venue will not cancel our orders when the stream ends, and was configured as one that does', access: false });
      case 'unauthorized': return give({ why: `the stream refused to ${frame.action}`, access: true });
      case 'error': return give({ why: `the stream said: ${frame.message}`, access: false });
      case 'listening':
        if (!frame.toOrders) return phase === 'listening' ? give({ why: 'the stream stopped telling order events', access: false }) : outOfTurn();
        if (phase === 'listening') return; // said again, and still so
        if (phase !== 'subscribing') return outOfTurn();
        phase = 'listening';
        cancelDeadline();
        pingLater();
        cancelSteady = clock.timer(steadyAfterMs, tell.steady);
        return tell.connected();
      case 'order': return phase === 'listening' ? tell.order(frame.report) : outOfTurn();
    }
  });
  socket.send(JSON.stringify({ action: 'authenticate', data: { key_id: own.keyId, secret_key: own.secret } }));
  return close;
}

type Frame =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'unauthorized'; readonly action: string }
  | { readonly kind: 'tethered'; readonly on: boolean }
  | { readonly kind: 'listening'; readonly toOrders: boolean }
  | { readonly kind: 'order'; readonly report: OrderReport }
  | { readonly kind: 'error'; readonly message: string };

/** Frames come as text or as the bytes of a text. */
function frameIn(data: string | Uint8Array, catalog: Catalog): Frame {
  if (data.length > longestFrame) throw new Unreadable('too-large', `a frame of ${data.length} is longer than ${longestFrame}`);
  const frame = new Fields(parseJson(data), 'frame');
  if (frame.optionalText('action') === 'error') return { kind: 'error', message: frame.object('data').text('error_message').slice(0, 200) };
  const stream = frame.text('stream');
  const body = frame.object('data');
  switch (stream) {
    case 'authorization':
      return body.text('status') === 'authorized' ? { kind: 'authorized' } : { kind: 'unauthorized', action: body.optionalText('action')?.slice(0, 40) ?? 'authenticate' };
    case 'listening': return { kind: 'listening', toOrders: listOf(body.raw('streams'), 'streams').some((stream) => stream.kind === 'string' && stream.value === 'trade_updates') };
    case TETHER: return { kind: 'tethered', on: body.flag('on') };
    case 'trade_updates': return { kind: 'order', report: reportFrom(body.object('order'), catalog.instrumentOf) };
    default: throw new Unreadable('unknown-kind', `no stream "${stream.slice(0, 40)}" was asked for`);
  }
}
