/** A server's end of a stream on which frames are lost, doubled, swapped, or stop for good. */
import type { Clock, Socket } from '../../ports/index.ts';
import type { Strike } from './dice.ts';

type Frame = string | Uint8Array;
type Options = {
  readonly clock: Clock;
  readonly isMute: boolean;
  readonly isEvent: (frame: Frame) => boolean;
  readonly strikeEvent: () => Strike | undefined;
  readonly silences: (event: Frame) => boolean;
};

/** Stops reading, answering and noticing. Where the transport cannot, the silence of the sender has to do. */
export const freeze = (socket: Socket): void => socket.freeze?.();

export class FaultySocket implements Socket {
  readonly #socket: Socket;
  readonly #options: Options;
  #held: Frame[] = [];
  #release: (() => void) | undefined;
  #isMute: boolean;
  #isFrozen = false;
  #isClosed = false;

  constructor(socket: Socket, options: Options) {
    this.#socket = socket;
    this.#options = options;
    this.#isMute = options.isMute;
  }

  send(frame: Frame): void {
    const isEvent = this.#options.isEvent(frame);
    if (this.#isMute || (isEvent && this.#options.silences(frame))) return;
    const strike = isEvent ? this.#options.strikeEvent() : undefined;
    switch (strike?.fault) {
      case 'event-lost': return;
      case 'event-reordered': return this.#hold(frame, strike.delayMs);
      case 'event-duplicated':
        this.#pass(frame);
        if (strike.delayMs === 0) this.#write(frame);
        else this.#options.clock.timer(strike.delayMs, () => this.#write(frame));
        return;
      case 'mute-stream': this.#isMute = true; return;
      case 'half-open':
        this.#isMute = true;
        this.#isFrozen = true;
        freeze(this.#socket);
        return;
      case 'reset': this.#socket.terminate(); return;
      default: return this.#pass(frame);
    }
  }

  /** Sends a frame, and after it those that waited to be overtaken. */
  #pass(frame: Frame): void {
    this.#write(frame);
    if (this.#options.isEvent(frame)) this.#flush();
  }

  #hold(frame: Frame, delayMs: number): void {
    this.#held.push(frame);
    this.#release ??= this.#options.clock.timer(delayMs, () => this.#flush());
  }

  #flush(): void {
    this.#release?.();
    this.#release = undefined;
    for (const frame of this.#held.splice(0)) this.#write(frame);
  }

  #write(frame: Frame): void {
    if (!this.#isMute && !this.#isClosed) this.#socket.send(frame);
  }

  onMessage(run: (data: Frame) => void): void {
    this.#socket.onMessage((data) => {
      if (!this.#isFrozen) run(data);
    });
  }

  onClose(run: (why: string) => void): void {
    this.#socket.onClose((why) => {
      this.#isClosed = true;
      this.#release?.();
      run(why);
    });
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  ping(): void {
    if (!this.#isFrozen) this.#socket.ping();
  }

  onPong(run: () => void): void {
    this.#socket.onPong(run);
  }
}

/** What the application holds of a stream that was cut or frozen as it opened: nothing comes, nothing goes, and it is never told. */
export class DeadSocket implements Socket {
  send(): void {}
  close(): void {}
  terminate(): void {}
  ping(): void {}
  onMessage(): void {}
  onPong(): void {}
  onClose(): void {}
}
