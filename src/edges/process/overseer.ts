/**
 * systemd, or whoever speaks its protocol, told how we do. The protocol is a datagram to a socket of the file system, which
 * Node.js cannot send; `systemd-notify` can, and is there wherever systemd is.
 *
 *   V1. One message at a time, in order. What comes while one is on its way goes out together, in one.
 *   V2. What we start does not inherit the way to it: only this process speaks for the service.
 *   V3. A tool that hangs or is missing is noticed once, and hinders nothing: the silence that follows is the message.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { reasonOf } from '../../base/index.ts';
import type { Clock, News, Overseer } from '../../ports/index.ts';

export type Oversight = {
  readonly overseer: Overseer;
  readonly aliveWithinMs: number | undefined; // how soon it wants to hear that we live
};

type Watched = { readonly clock: Clock; readonly onTrouble: (why: string) => void; readonly tool?: string };

const TOOL_MS = 5_000;

/** Undefined where nobody asked to be told. Reads the environment once, and takes it out of there (V2). */
export function oversight({ clock, onTrouble, tool = 'systemd-notify' }: Watched): Oversight | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: withinUs = '', WATCHDOG_PID: pid } = process.env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete process.env[name];
  if (socket === undefined || socket === '') return undefined;
  const isForUs = pid === undefined || Number(pid) === process.pid;
  const aliveWithinMs = isForUs && /^[1-9]\d{0,15}$/.test(withinUs) ? Number(withinUs) / 1_000 : undefined;
  return { overseer: new ToldByTool({ clock, onTrouble, tool, socket }), aliveWithinMs };
}

class ToldByTool implements Overseer {
  readonly #options: Required<Watched> & { readonly socket: string };
  #waiting: News | undefined;
  #isTelling = false;
  #inTrouble = false;
  #idle: (() => void)[] = [];

  constructor(options: Required<Watched> & { readonly socket: string }) {
    this.#options = options;
  }

  tell(news: News): void {
    this.#waiting = { ...this.#waiting, ...news }; // V1: of two sentences the later one
    if (!this.#isTelling) this.#next();
  }

  told(): Promise<void> {
    if (!this.#isTelling) return Promise.resolve();
    return new Promise((resolve) => void this.#idle.push(resolve));
  }

  #next(): void {
    const news = this.#waiting;
    this.#waiting = undefined;
    this.#isTelling = news !== undefined;
    if (news === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    const { clock, tool, socket } = this.#options;
    let child: ChildProcess;
    try {
      child = spawn(tool, [...wordsOf(news)], { stdio: 'ignore', env: { ...process.env, NOTIFY_SOCKET: socket } });
    } catch (thrown) { // no memory for it, or words that no process takes: V3
      this.#heed(reasonOf(thrown));
      this.#next();
      return;
    }
    const cancel = clock.timer(TOOL_MS, () => child.kill('SIGKILL'));
    let open = true;
    const ended = (trouble: string | undefined): void => {
      if (!open) return;
      open = false;
      cancel();
      this.#heed(trouble);
      this.#next();
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(code === 0 ? undefined : `${tool} ended with ${signal ?? `code ${code ?? 'unknown'}`}`));
  }

  #heed(trouble: string | undefined): void { // V3
    if (trouble !== undefined && !this.#inTrouble) this.#options.onTrouble(trouble);
    this.#inTrouble = trouble !== undefined;
  }
}

const wordsOf = ({ ready, stopping, alive, aliveWithinMs, status }: News): readonly string[] => [
  ...(ready === true ? ['READY=1'] : []),
  ...(stopping === true ? ['STOPPING=1'] : []),
  ...(aliveWithinMs === undefined ? [] : [`WATCHDOG_USEC=${Math.round(aliveWithinMs * 1_000)}`]),
  ...(alive === true ? ['WATCHDOG=1'] : []),
  ...(status === undefined ? [] : [`STATUS=${status}`]),
];
