/** Where lines leave this process, and what happens when nobody takes them. */
import type { Clock } from '../../ports/index.ts';

/** A stream as Node.js has it: what it cannot hand on waits in memory, without end. */
export interface LineStream {
  readonly writableLength: number;
  write(text: string): unknown;
  on(event: 'error', listen: () => void): unknown;
}

export interface Outlet {
  write(line: string): void;
  /** Lines that nobody will read. */
  readonly dropped: number;
  /** Settles once all was taken, or the time is over: for the end of a process, which would cut off what still waits. */
  flush(clock: Clock, withinMs: number): Promise<void>;
}

const MOST_WAITING_BYTES = 1_048_576;
const LOOK_AGAIN_MS = 5;

export function outletOver(stream: LineStream, mostWaitingBytes: number = MOST_WAITING_BYTES): Outlet {
  let dropped = 0;
  let untold = 0;
  stream.on('error', () => undefined); // a reader that has gone takes nothing any more: no reason for a runtime to end
  return {
    get dropped() { return dropped; },
    write(line) {
      if (stream.writableLength > mostWaitingBytes) {
        dropped += 1;
        untold += 1;
        return;
      }
      if (untold > 0) stream.write(`{"level":"warn","component":"log","dropped":${untold},"msg":"nobody read the log for a while: ${untold} lines were dropped"}\n`);
      untold = 0;
      stream.write(`${line}\n`);
    },
    async flush(clock, withinMs) {
      const endMs = clock.monotonicMs() + withinMs;
      while (stream.writableLength > 0 && clock.monotonicMs() < endMs) await new Promise<void>((resolve) => void clock.timer(LOOK_AGAIN_MS, resolve));
    },
  };
}

/** Standard error. A pipe or a socket that is full is waited for by the stream, not by us; a file and a terminal take what comes. */
export const errorOutlet = (): Outlet & { readonly isTty: boolean } => Object.assign(outletOver(process.stderr), { isTty: process.stderr.isTTY });
