/**
 * The two ends of one WebSocket in memory.
 *
 *   S1. Each direction keeps its order; a close comes after everything sent before it.
 *   S2. `onClose` runs exactly once at each end, except at an end whose host was cut, and at one that a lost link leaves waiting.
 */
import type { Clock, Socket } from '../ports/index.ts';
import type { Held, Host } from './host.ts';

type Carry = (arrive: () => void) => void;

const closeTimeoutMs = 2_000;

export class SocketEnd implements Socket, Held {
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #out: Carry;
  readonly #ended: () => void;
  #peer: SocketEnd | undefined;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #message: (data: string | Uint8Array) => void = () => {};
  #pong: () => void = () => {};
  #close: (why: string) => void = () => {};
  #giveUp: () => void = () => {};
  #isFrozen = false;

  private constructor(clock: Clock, host: Host, out: Carry, ended: () => void) {
    this.#clock = clock;
    this.#host = host;
    this.#out = out;
    this.#ended = ended;
    host.hold(this);
  }

  /** Both ends. `ended` runs as each of them ends. */
  static pair(clock: Clock, left: { host: Host; out: Carry }, right: { host: Host; out: Carry }, ended: () => void): [SocketEnd, SocketEnd] {
    const ends: [SocketEnd, SocketEnd] = [new SocketEnd(clock, left.host, left.out, ended), new SocketEnd(clock, right.host, right.out, ended)];
    [ends[0].#peer, ends[1].#peer] = [ends[1], ends[0]];
    return ends;
  }

  send(data: string | Uint8Array): void {
    if (this.#state !== 'open') return;
    const sent = typeof data === 'string' ? data : data.slice();
    this.#toPeer((peer) => peer.#message(sent));
  }

  close(code?: number, reason?: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    const why = describe(code, reason);
    this.#giveUp = this.#clock.timer(closeTimeoutMs, () => this.#host.deliver(() => this.#end('closing was not answered')));
    this.#toPeer((peer) => {
      if (peer.#state === 'open') peer.#toPeer((self) => self.#end(why));
      peer.#end(why);
    });
  }

  terminate(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
    this.#toPeer((peer) => peer.#end('the connection was lost'));
    this.#clock.timer(0, () => this.#host.deliver(() => this.#close('terminated')));
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  ping(): void {
    if (this.#state === 'closed') return;
    this.#toPeer((peer) => peer.#toPeer((self) => self.#pong()));
  }

  onMessage(run: (data: string | Uint8Array) => void): void {
    this.#message = run;
  }

  onPong(run: () => void): void {
    this.#pong = run;
  }

  onClose(run: (why: string) => void): void {
    this.#close = run;
  }

  /** The host is gone: its kernel closes what it had open. */
  abandon(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
    this.#toPeer((peer) => peer.#end('the connection was lost'));
  }

  /** The connection is cut under this end. */
  lose(why: string): void {
    this.#host.deliver(() => this.#end(why));
  }

  #toPeer(run: (peer: SocketEnd) => void): void {
    const peer = this.#peer;
    if (peer === undefined) return;
    this.#out(() => peer.#host.deliver(() => {
      if (peer.#state !== 'closed' && !peer.#isFrozen) run(peer);
    }));
  }

  #end(why: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
    this.#close(why);
  }

  #release(): void {
    this.#giveUp();
    this.#host.release(this);
    this.#ended();
  }
}

const describe = (code: number | undefined, reason: string | undefined): string =>
  `closed with ${code ?? 1005}${reason === undefined || reason === '' ? '' : `: ${reason}`}`;
