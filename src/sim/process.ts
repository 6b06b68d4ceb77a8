/**
 * A process in the simulation: a view of the clock and the network that can be killed or frozen, as the operating system does it.
 *
 * Owns which events still reach the process's code. Does not own its disk: what it had stored stays with whoever stores it.
 *
 *   P1. After `kill` no timer of the process fires and no promise of its ports settles; what its code still does in the
 *       turn that is running has no effect outside. Its peers see their connections end.
 *   P2. While frozen it runs nothing, answers no ping, and time goes on; thawed, it gets what it missed, in order.
 *   P3. `beforeCall` and `afterCall` stand around every call that leaves the process. Killed in the first, the call is not
 *       performed; killed in the second, it was performed and its answer is not delivered.
 */
import type { Clock, Net, NetApp, Socket, SocketOutcome } from '../ports/index.ts';
import type { MemoryHost, MemoryNet } from './net.ts';

export type CallHooks = {
  beforeCall?(process: SimProcess, call: string, args: readonly unknown[]): void;
  afterCall?(process: SimProcess, call: string, args: readonly unknown[]): void;
};

export class SimProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly net: Net;
  readonly #outerClock: Clock;
  readonly #host: MemoryHost;
  readonly #hooks: CallHooks;
  readonly #onKill = new Set<() => void>();
  readonly #missed: (() => void)[] = [];
  readonly #wallOffsetMs: () => number;
  #state: 'running' | 'frozen' | 'dead' = 'running';

  /**
   * A new life under this name: an earlier one must have been killed for its servers to be gone.
   * @param options `wallOffsetMs`: how far the wall clock of this process's machine is off
   */
  constructor(options: { readonly name: string; readonly clock: Clock; readonly net: MemoryNet; readonly hooks?: CallHooks; readonly wallOffsetMs?: () => number }) {
    this.name = options.name;
    this.#wallOffsetMs = options.wallOffsetMs ?? (() => 0);
    this.#outerClock = options.clock;
    this.#hooks = options.hooks ?? {};
    this.#host = options.net.host(options.name, (run) => this.deliver(run));
    this.clock = this.#ownClock();
    this.net = this.#ownNet(this.#host.net);
  }

  get alive(): boolean {
    return this.#state !== 'dead';
  }

  get frozen(): boolean {
    return this.#state === 'frozen';
  }

  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#missed.length = 0;
    this.#host.cut();
    for (const run of this.#onKill) run();
  }

  /** For what else must end with the process: a lock it held, a store it had open. */
  onKill(run: () => void): void {
    this.#onKill.add(run);
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    if (this.#missed.length > 0) this.#outerClock.timer(0, () => this.#catchUp());
  }

  /** Runs the process's code for an event from outside: now, once it is thawed, or never. */
  deliver(run: () => void): void {
    if (this.#state === 'dead') return;
    if (this.#state === 'frozen' || this.#missed.length > 0) this.#missed.push(run);
    else run();
  }

  /** A function of some other port, made part of this process: it ends with it, and the hooks stand around it. */
  wrap<Args extends readonly unknown[], T>(call: string, perform: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
    return (...args) => new Promise((resolve) => {
      if (!this.#enter(call, args)) return;
      const outcome = perform(...args);
      const leave = (): void => this.deliver(() => {
        this.#hooks.afterCall?.(this, call, args);
        if (this.alive) resolve(outcome);
      });
      outcome.then(leave, leave);
    });
  }

  /** The same for a call without an answer. */
  wrapSync<Args extends readonly unknown[]>(call: string, perform: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      if (!this.#enter(call, args)) return;
      perform(...args);
      this.#hooks.afterCall?.(this, call, args);
    };
  }

  #enter(call: string, args: readonly unknown[]): boolean {
    if (!this.alive) return false;
    this.#hooks.beforeCall?.(this, call, args);
    return this.alive;
  }

  /** One missed event at a time, each with the work it starts, so that what came first is done first. */
  #catchUp(): void {
    if (this.#state !== 'running') return;
    const run = this.#missed[0];
    if (run === undefined) return;
    run();
    this.#missed.shift();
    if (this.#missed.length > 0) this.#outerClock.timer(0, () => this.#catchUp());
  }

  #ownClock(): Clock {
    const outer = this.#outerClock;
    return {
      monotonicMs: () => outer.monotonicMs(),
      wallMs: () => outer.wallMs() + this.#wallOffsetMs(),
      timer: (delayMs, run) => {
        if (!this.alive) return () => {};
        let cancelled = false;
        const cancel = outer.timer(delayMs, () => this.deliver(() => {
          if (!cancelled) run();
        }));
        return () => {
          cancelled = true;
          cancel();
        };
      },
    };
  }

  #ownNet(net: Net): Net {
    const request = this.wrap('net.request', (...args: Parameters<Net['request']>) => net.request(...args));
    const open = this.wrap('net.open', (...args: Parameters<Net['open']>) => net.open(...args));
    const serve = this.wrap('net.serve', (...args: Parameters<Net['serve']>) => net.serve(...args));
    return {
      request,
      open: async (url, headers, timeoutMs): Promise<SocketOutcome> => {
        const outcome = await open(url, headers, timeoutMs);
        return outcome.kind === 'open' ? { kind: 'open', socket: this.#ownSocket(outcome.socket) } : outcome;
      },
      serve: (at, app) => serve(at, this.#ownApp(app)),
    };
  }

  #ownApp(app: NetApp): NetApp {
    return {
      request: (request) => app.request(request),
      socket: (request, accept) => app.socket?.(request, () => this.#ownSocket(accept())) ?? false,
    };
  }

  #ownSocket(socket: Socket): Socket {
    return {
      send: this.wrapSync('socket.send', (data) => socket.send(data)),
      close: this.wrapSync('socket.close', (code, reason) => socket.close(code, reason)),
      terminate: () => socket.terminate(),
      ...(socket.freeze === undefined ? {} : { freeze: () => socket.freeze?.() }),
      ping: () => socket.ping(),
      onMessage: (run) => socket.onMessage(run),
      onPong: (run) => socket.onPong(run),
      onClose: (run) => socket.onClose(run),
    };
  }
}
