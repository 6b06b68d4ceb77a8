/**
 * Alpaca's stream of market data as a source of prices: authenticated, subscribed to quotes, kept open.
 *
 *   S1. `connected` is told once the venue has confirmed the subscription.
 *   S2. A connection that says nothing, not even to a ping, is given up; one that answers pings and tells no quote for long is renewed.
 *   S3. One connection at a time; after `stop` nothing is told and nothing reconnects.
 *   S4. Before each connection it is asked whether there may be one; what came of it is told: a success once it may listen.
 *
 * An outage is told once.
 */
import type { Random } from '../../base/index.ts';
import { reasonOf } from '../../base/index.ts';
import type { Clock, MayConnect, Net, PriceEvent, PriceSource, SaidPrice, Socket, SocketOutcome } from '../../ports/index.ts';
import { Fields, listOf, parseJson, readable } from './json.ts';
import { saidIn } from './prices.ts';

export type AlpacaPriceStreamOptions = {
  readonly net: Net;
  readonly clock: Clock;
  readonly random: Random;
  readonly streamUrl?: string;
  readonly keyId: string;
  readonly secret: string;
};

const STREAM_URL = 'wss://stream.data.alpaca.markets/v1beta3/crypto/us';
const connectWithinMs = 10_000;
const greetWithinMs = 10_000;
const pingEveryMs = 2_000;
const pongWithinMs = 3_000;
const renewAfterMs = 60_000; // without a quote
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const steadyAfterMs = 30_000;

const always: MayConnect = () => ({ kind: 'permit', settle: () => {} });

export function alpacaPriceStream({ net, clock, random, streamUrl = STREAM_URL, keyId, secret }: AlpacaPriceStreamOptions): PriceSource {
  const watch = (symbols: readonly string[], listen: (event: PriceEvent) => void, mayConnect: MayConnect = always): (() => void) => {
    let stopped = false;
    let cut: () => void = () => {};
    let failures = 0;
    let isDown = false;

    const connect = async (): Promise<void> => {
      const asked = mayConnect(); // S4
      if (asked.kind === 'refused') return refused(asked.why, asked.retryAfterMs);
      let settled = false;
      const settle = (end: 'success' | 'failure' | 'ignored', why?: string): void => {
        if (!settled) asked.settle(end, why);
        settled = true;
      };
      const opened = await net.open(streamUrl, {}, connectWithinMs).catch((thrown: unknown): SocketOutcome => ({ kind: 'failed', why: reasonOf(thrown) }));
      if (stopped) {
        settle('ignored');
        return opened.kind === 'open' ? opened.socket.terminate() : undefined;
      }
      if (opened.kind === 'failed') {
        settle(opened.heldBack === true ? 'ignored' : 'failure', opened.why);
        return ended(opened.why);
      }
      cut = hold(opened.socket, { clock, keyId, secret, symbols }, {
        connected: () => {
          settle('success');
          isDown = false;
          listen({ kind: 'connected' });
        },
        said: (prices) => listen({ kind: 'said', said: { prices } }),
        steady: () => void (failures = 0),
        ended: (why) => {
          settle('failure', why); // before it let us listen; afterwards it is the next attempt that tells
          ended(why);
        },
      });
    };
    const refused = (why: string, retryAfterMs: number | undefined): void => {
      tellDown(why);
      cut = clock.timer(Math.min(longestPauseMs, retryAfterMs ?? longestPauseMs), () => void connect());
    };
    const tellDown = (why: string): void => {
      if (!isDown) listen({ kind: 'disconnected', why });
      isDown = true;
    };
    const ended = (why: string): void => {
      if (stopped) return;
      tellDown(why);
      failures += 1;
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      cut = clock.timer(Math.ceil(pauseMs * (0.5 + random.next() / 2)), () => void connect());
    };

    void connect();
    return () => {
      stopped = true; // S3
      cut();
    };
  };
  return { kind: 'told', watch };
}

type Own = { readonly clock: Clock; readonly keyId: string; readonly secret: string; readonly symbols: readonly string[] };
type Handlers = { readonly connected: () => void; readonly said: (prices: readonly SaidPrice[]) => void; readonly steady: () => void; readonly ended: (why: string) => void };

/** One connection from greeting to end. The answer cuts it and tells nothing more. */
function hold(socket: Socket, { clock, keyId, secret, symbols }: Own, tell: Handlers): () => void {
  const timers = new Map<string, () => void>();
  let phase: 'greeting' | 'authenticating' | 'subscribing' | 'listening' | 'over' = 'greeting';

  const within = (name: string, ms: number, run: () => void): void => {
    timers.get(name)?.();
    timers.set(name, clock.timer(ms, run));
  };
  const close = (): void => {
    phase = 'over';
    for (const cancel of timers.values()) cancel();
    socket.terminate();
  };
  const give = (why: string): void => {
    if (phase === 'over') return;
    close();
    tell.ended(why);
  };
  const pingLater = (): void => within('ping', pingEveryMs, () => {
    within('pong', pongWithinMs, () => give(`the stream gave no sign of life within ${pongWithinMs} ms of a ping`)); // S2
    socket.ping();
  });
  const expectQuotes = (): void => within('quotes', renewAfterMs, () => give(`the stream is open and told no quote for ${renewAfterMs} ms`)); // S2

  within('greeting', greetWithinMs, () => give(`the stream did not let us listen within ${greetWithinMs} ms`));
  socket.onClose((why) => give(`the stream was closed: ${why}`));
  socket.onPong(() => {
    timers.get('pong')?.();
    if (phase === 'listening') pingLater();
  });
  socket.onMessage((data) => {
    const read = readable(() => listOf(parseJson(data), 'frame').map((message) => new Fields(message, 'message')));
    if ('why' in read) return; // changes nothing
    const said: SaidPrice[] = [];
    for (const message of read.value) {
      if (phase === 'over') return;
      const heard = readable(() => meaningOf(message));
      if ('why' in heard) continue;
      const { value } = heard;
      switch (value.kind) {
        case 'greeted':
          if (phase !== 'greeting') break;
          phase = 'authenticating';
          socket.send(JSON.stringify({ action: 'auth', key: keyId, secret }));
          break;
        case 'authenticated':
          if (phase !== 'authenticating') break;
          phase = 'subscribing';
          socket.send(JSON.stringify({ action: 'subscribe', quotes: symbols }));
          break;
        case 'subscribed':
          if (phase !== 'subscribing') break;
          phase = 'listening'; // S1
          timers.get('greeting')?.();
          pingLater();
          expectQuotes();
          within('steady', steadyAfterMs, tell.steady);
          tell.connected();
          break;
        case 'error': return give(`the stream said: ${value.why}`);
        case 'quote':
          said.push(value.said);
          break;
        case 'other':
      }
    }
    if (said.length === 0 || phase !== 'listening') return;
    expectQuotes();
    tell.said(said);
  });
  return close;
}

type Meaning = { readonly kind: 'greeted' | 'authenticated' | 'subscribed' | 'other' } | { readonly kind: 'error'; readonly why: string } | { readonly kind: 'quote'; readonly said: SaidPrice };

function meaningOf(message: Fields): Meaning {
  switch (message.text('T')) {
    case 'success': return { kind: message.text('msg') === 'connected' ? 'greeted' : message.text('msg') === 'authenticated' ? 'authenticated' : 'other' };
    case 'subscription': return { kind: 'subscribed' };
    case 'error': return { kind: 'error', why: message.text('msg').slice(0, 200) };
    case 'q': return { kind: 'quote', said: saidIn(message.text('S'), message) };
    default: return { kind: 'other' };
  }
}
