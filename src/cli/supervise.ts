/**
 * What the supervisor has of its own, so that it can stop everything without the runtime: connections to the venues, a log, a socket, a page, and the policy for a
 * runtime that does not come back. Made at the start and kept: nothing of it is read again.
 *
 *   W1. The socket and the log are those of whoever holds the data folder: they are opened once a runtime of ours has spoken for it, or nobody has for a while.
 */
import { join } from 'node:path';
import { BreakwaterError, reasonOf, seededRandom } from '../base/index.ts';
import { digestOfSecret, knows } from '../door/index.ts';
import { realIds } from '../edges/clock/index.ts';
import type { Config } from '../edges/config/index.ts';
import { openEmergencyLog } from '../edges/emergency/index.ts';
import type { Log } from '../edges/log/index.ts';
import { LIVING_PEERS_SPEAK_WITHIN_MS, realNet } from '../edges/net/index.ts';
import { tellFinding } from '../journal/index.ts';
import type { Clock, EmergencyLog, Served, Word } from '../ports/index.ts';
import { sleep } from '../ports/index.ts';
import type { Note } from '../runtime/index.ts';
import { DeadMan, IndependentPath, stopPage, stopSocket, WRITER } from '../supervisor/index.ts';
import type { Supervisor, SupervisorState } from '../supervisor/index.ts';
import { mirrorsIn, ungatedBindings } from './life/bindings.ts';

export type IndependenceOptions = {
  readonly config: Config;
  readonly data: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly supervisor: () => Pick<Supervisor, 'fence' | 'release'>;
  readonly alive: (sentence: string) => void;
};

export const SOCKET = 'supervisor.sock';
const OPEN_AFTER_MS = 5_000;
const PREPARE_AFTER_MS = 1_000; // the runtime that has just booted may be emptying the log
const RECALL_WITHIN_MS = 2_000;
const LAST_WORDS_MS = 1_000;

export class Independence {
  readonly #options: IndependenceOptions;
  readonly #net;
  readonly #emergency: EmergencyLog;
  #isUp = false; // a runtime was: the doors may be open for longer, where it took its time
  readonly #path: IndependentPath;
  readonly #deadMan: DeadMan | undefined;
  readonly #note: (note: Note) => void;
  readonly #timers: (() => void)[] = [];
  readonly #served: Served[] = [];
  #opened: Promise<boolean> | undefined;
  #isOver = false;

  constructor(options: IndependenceOptions) {
    this.#options = options;
    const { config, data, clock, log, supervisor, alive } = options;
    this.#note = ({ level, message, code, detail }) => {
      const facts = { ...(code === undefined ? {} : { code }), ...detail };
      if (level === 'critical') log.error(message, facts);
      else if (level === 'warning') log.warn(message, facts);
      else log.info(message, facts);
    };
    this.#net = realNet({ clock, silentMs: LIVING_PEERS_SPEAK_WITHIN_MS, equivalents: mirrorsIn(config) });
    this.#emergency = openEmergencyLog({ directory: data, writer: WRITER });
    this.#path = new IndependentPath({
      clock, ids: realIds(), log: this.#emergency, note: this.#note, alive,
      bindings: ungatedBindings(config, { net: this.#net, clock, random: seededRandom(realIds().id()) }),
      fence: (why) => supervisor().fence(why), release: () => supervisor().release(),
    });
    const { after, do: word } = config.supervisor.deadMan;
    this.#deadMan = word === 'nothing' ? undefined : new DeadMan({
      clock, afterMs: after.ms, isBusy: () => this.#path.isUnderWay,
      act: (why) => void this.#path.ask({ word, by: 'dead man', reason: `the runtime did not come back in its time: ${why}` }),
    });
  }

  /** Before the first runtime: whether there is something to go on with. */
  async begin(): Promise<void> {
    const resumed = this.#path.resume(() => this.#open());
    await Promise.race([resumed, sleep(this.#options.clock, RECALL_WITHIN_MS)]).catch((thrown: unknown) => this.#note({ level: 'warning', message: `what was asked for before cannot be looked up: ${reasonOf(thrown)}` }));
    this.#later(OPEN_AFTER_MS, () => void this.#open()); // W1
  }

  heard(word: Word): void {
    this.#deadMan?.heard(word);
    if ((word.kind !== 'ready' && word.kind !== 'stranded') || this.#isUp) return;
    this.#isUp = true;
    void this.#open(); // W1
    this.#later(PREPARE_AFTER_MS, () => void this.#prepare());
  }

  entered(state: SupervisorState): void {
    if (state.kind === 'stopping' || state.kind === 'stopped') this.#deadMan?.stop();
  }

  /** It was given up: what the policy asks for is done before all is over. */
  async lastAct(why: string): Promise<void> {
    this.#deadMan?.gaveUp(why);
    await this.#path.done;
  }

  async close(): Promise<void> {
    const { clock } = this.#options;
    this.#isOver = true;
    this.#deadMan?.stop();
    for (const cancel of this.#timers) cancel();
    this.#path.end();
    await Promise.race([this.#path.settled().then(() => this.#emergency.close()), sleep(clock, LAST_WORDS_MS)]);
    await Promise.all(this.#served.map((served) => served.close()));
    await this.#net.close();
  }

  #later(delayMs: number, run: () => void): void {
    this.#timers.push(this.#options.clock.timer(delayMs, run));
  }

  async #prepare(): Promise<void> {
    if (this.#path.isUnderWay) return; // it makes room itself
    const hindered = await this.#emergency.prepare();
    if (hindered !== undefined) this.#note({ level: 'critical', message: tellFinding(hindered) });
  }

  /** Both doors, once. Whether the socket is ours. */
  #open(): Promise<boolean> {
    return (this.#opened ??= this.#openBoth());
  }

  async #openBoth(): Promise<boolean> {
    if (this.#isOver) return false;
    const { data, config } = this.#options;
    try {
      this.#served.push(await this.#net.serve({ path: join(data, SOCKET) }, stopSocket(this.#path)));
    } catch (thrown) {
      this.#note({ level: 'warning', ...codeOf(thrown), message: `the socket of the supervisor is not open: ${reasonOf(thrown)}` });
      return false;
    }
    await this.#openPage(config.supervisor);
    return true;
  }

  async #openPage({ listen, secret }: Config['supervisor']): Promise<void> {
    if (listen === undefined) return;
    const { clock, config } = this.#options;
    const digest = secret === undefined ? undefined : digestOfSecret(secret.reveal());
    try {
      const served = await this.#net.serve(listen, stopPage({
        path: this.#path, instance: config.instance.name, clock, ids: realIds(), isOurHost: hostsOf(listen.host, config.supervisor.hosts),
        ...(digest === undefined ? {} : { knows: (presented) => knows(presented, digest) }),
      }));
      this.#served.push(served);
      this.#note({ level: 'info', message: 'the page /stop is served', detail: { listening: served.url } });
    } catch (thrown) {
      this.#note({ level: 'warning', ...codeOf(thrown), message: `the page /stop is not served: ${reasonOf(thrown)}` });
    }
  }
}

const codeOf = (thrown: unknown): { readonly code?: string } => (thrown instanceof BreakwaterError ? { code: thrown.code } : {});

/** By its addresses and "localhost" anybody reaches us; by another name only if it is configured. */
const hostsOf = (listen: string, names: readonly string[]) => (host: string): boolean => {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === listen.toLowerCase() || /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(name) || names.includes(name);
};
