/**
 * The way to stop everything that needs nothing of the runtime: it is killed and reaped, and only then anything else is done.
 *
 *   I1. No venue is touched before the runtime is reaped. On one machine the fence is death.
 *   I2. What was asked for is written to the emergency log after the reaping, so that no two write there at once, and before a venue is touched if the disk
 *       answers in time. Nothing waits for the disk longer than that.
 *   I3. The runtime comes back only once every venue has confirmed and the log has what was asked for: it boots into the stop. A person may have it
 *       back before, by name; never without the log.
 *   I4. A stricter word strengthens the stop that is under way; a milder one changes nothing.
 *   I5. A stop that this process did not see through is gone on with by the next one, before it starts a runtime.
 */
import { reasonOf } from '../../base/index.ts';
import { FIRST_MARK, tellFinding } from '../../journal/index.ts';
import type { Clock, EmergencyLog, EmergencyWords, Ids } from '../../ports/index.ts';
import { sleep } from '../../ports/index.ts';
import type { Note, VenueBinding } from '../../runtime/index.ts';
import { Site } from './site.ts';
import { isStricter } from './words.ts';
import type { Receipt, StopView, StopWish, StopWord } from './words.ts';

export type PathPorts = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: EmergencyLog;
  readonly bindings: readonly VenueBinding[];
  readonly fence: (why: string) => Promise<void>; // settles once the runtime is reaped, and none is started
  readonly release: () => void;
  readonly note: (note: Note) => void;
  /** It works: a sign of life for whoever watches us, with how things stand. */
  readonly alive: (sentence: string) => void;
};

export const WRITER = 'supervisor';
const REMEMBER_WITHIN_MS = 250;
const REMEMBER_AGAIN_MS = 1_000;
const CONFIRMED = 'confirmed';

type Stop = { readonly id: string; readonly sinceMs: number; readonly beganMs: number; wish: StopWish; unkept: StopWish[]; receipts: Receipt[]; sites: readonly Site[]; state: StopView['state']; isLeft: boolean };

export class IndependentPath {
  readonly #ports: PathPorts;
  #stop: Stop | undefined;
  #done: Promise<void> = Promise.resolve();
  #keeping: Promise<void> = Promise.resolve();
  #over = false;

  constructor(ports: PathPorts) {
    this.#ports = ports;
  }

  get view(): StopView | undefined {
    const stop = this.#stop;
    if (stop === undefined) return undefined;
    const { id, sinceMs, wish, unkept, receipts, sites, state } = stop;
    return { ...wish, id, sinceMs, state, remembered: unkept.length === 0, receipts: [...receipts], venues: sites.map(({ view }) => view) };
  }

  get isUnderWay(): boolean {
    return this.#stop !== undefined && this.#stop.state !== 'over';
  }

  /** Settles once nothing is under way. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Asked as often as you like. */
  ask(wish: StopWish): StopView | undefined {
    const { clock, ids, note } = this.#ports;
    const running = this.#stop;
    note({ level: 'critical', message: `${wish.word} by ${wish.by}, by the path that does not need the runtime: ${wish.reason}` });
    if (running === undefined || running.state === 'over') {
      this.#begin({ id: ids.id(), sinceMs: Math.floor(clock.wallMs()), beganMs: clock.monotonicMs(), wish, unkept: [wish], receipts: [], sites: [], state: 'fencing', isLeft: false });
    } else if (isStricter(wish.word, running.wish.word)) { // I4
      running.wish = wish;
      running.unkept.push(wish);
      if (running.state !== 'fencing') this.#keepAll(running);
    }
    return this.view;
  }

  /** I3. The runtime is started though not every venue has confirmed. False where nothing is under way, or it cannot be remembered. */
  leave(by: string): boolean {
    const stop = this.#stop;
    if (stop?.state !== 'sweeping' || stop.unkept.length > 0) return false;
    this.#ports.note({ level: 'critical', message: `${by} starts the runtime again, halted, before every venue has confirmed` });
    stop.isLeft = true;
    for (const site of stop.sites) site.end();
    this.#hand(stop, `${by} did not wait for the venues`);
    return true;
  }

  /** I5. @param isOurs whether nobody else sees it through, asked where there is one */
  async resume(isOurs: () => Promise<boolean>): Promise<void> {
    const { clock, log, note } = this.#ports;
    const left = unfinished((await log.read()).find(({ writer }) => writer === WRITER)?.records ?? []);
    if (left === undefined || this.isUnderWay || !(await isOurs())) return;
    note({ level: 'critical', message: `gone on with: ${left.wish.word} by ${left.wish.by}, which was not confirmed before this process began` });
    this.#begin({ ...left, beganMs: clock.monotonicMs(), unkept: [], receipts: [], sites: [], state: 'fencing', isLeft: false });
  }

  /** This process ends; what is not confirmed is gone on with by the next one. */
  end(): void {
    this.#over = true;
    for (const site of this.#stop?.sites ?? []) site.end();
  }

  /** Once what was asked for so far is in the log, or cannot be. */
  async settled(): Promise<void> {
    await this.#keeping;
  }

  #begin(stop: Stop): void {
    this.#stop = stop;
    this.#done = this.#run(stop).catch((thrown: unknown) => this.#ports.note({ level: 'critical', code: 'BW-9002', message: `the independent path failed: ${reasonOf(thrown)}. The runtime stays down.` }));
  }

  async #run(stop: Stop): Promise<void> {
    const { clock, fence } = this.#ports;
    await fence(`${stop.wish.word} by ${stop.wish.by}`); // I1
    this.#tell(stop, 'fence', 'the runtime is dead and reaped');
    stop.state = 'sweeping';
    stop.sites = stop.wish.word === 'halt' ? [] : this.#sitesOf(stop);
    this.#keepAll(stop); // I2
    await Promise.race([this.#keeping, sleep(clock, REMEMBER_WITHIN_MS)]);
    for (;;) {
      const { word } = stop.wish;
      if (word !== 'halt' && stop.sites.length === 0) stop.sites = this.#sitesOf(stop);
      await Promise.all(stop.sites.map((site) => site.confirm()));
      while (stop.unkept.length > 0 && !this.#over) { // I3
        await Promise.race([this.#keeping, sleep(clock, REMEMBER_AGAIN_MS)]);
        this.#ports.alive('everything is stopped and the emergency log cannot be written: the runtime stays down');
      }
      if (this.#over || stop.isLeft) return;
      if (stop.wish.word === word) break;
    }
    stop.state = 'confirmed';
    await this.#append(stop, { kind: 'sweep', outcome: `${CONFIRMED}: ${stop.wish.word}` });
    this.#hand(stop, 'the runtime is started into the stop');
  }

  #hand(stop: Stop, detail: string): void {
    this.#tell(stop, 'restart', detail);
    stop.state = 'over';
    this.#ports.release();
  }

  #sitesOf(stop: Stop): readonly Site[] {
    const { clock, bindings, note, alive } = this.#ports;
    return bindings.map((binding) => new Site({
      binding, clock, stopId: stop.id, beganMs: stop.beganMs, word: () => stop.wish.word,
      swept: () => alive(this.#sentence(stop)),
      told: ({ step, outcome, tookMs, detail }) => {
        note({ level: outcome === 'late' ? 'critical' : 'warning', ...(outcome === 'late' ? { code: 'BW-6103' } : {}), message: `${stop.wish.word} at ${binding.venue.name}: ${step}: ${detail}`, detail: { tookMs } });
        void this.#append(stop, { kind: 'sweep', venue: binding.venue.name, outcome: `${step} ${outcome} after ${tookMs} ms: ${detail}` });
      },
    }));
  }

  #sentence({ wish, sites }: Stop): string {
    const missing = sites.map(({ view }) => view).filter(({ state }) => state !== 'CONFIRMED').map(({ venue, state }) => `${venue} ${state}`);
    return `Stopped (${wish.word}) by ${wish.by}; the runtime is down. ${missing.length === 0 ? 'Every venue has confirmed.' : `Waiting for ${missing.join(', ')}.`}`;
  }

  /** Again and again, until the log has it. */
  #keepAll(stop: Stop): void {
    this.#keeping = this.#keeping.then(async () => {
      for (let tries = 1; !this.#over || tries === 1; tries += 1) {
        const wish = stop.unkept[0];
        if (wish === undefined) return;
        const kept = await this.#append(stop, { ...kindOf(wish.word), by: wish.by, reason: wish.reason });
        if (kept) {
          stop.unkept.shift();
          this.#tell(stop, 'remember', `${wish.word} is in the emergency log`);
        } else {
          if (tries === 1) this.#ports.note({ level: 'critical', code: 'BW-6104', message: 'the stop is in force and not remembered: the runtime stays down until the emergency log can be written' });
          await sleep(this.#ports.clock, REMEMBER_AGAIN_MS);
        }
      }
    });
  }

  async #append(stop: Stop, said: Partial<EmergencyWords> & Pick<EmergencyWords, 'kind'>): Promise<boolean> {
    const { clock, log, note } = this.#ports;
    const wallMs = Math.floor(clock.wallMs());
    const kept = await log.append({ actor: `operator:${stop.wish.by}`, correlationId: stop.id, journal: '', headSeq: FIRST_MARK.seq, headHash: FIRST_MARK.hash, sealed: false, atMs: wallMs, wallMs, bootId: stop.id, ...said });
    if (kept.kind === 'refused' && said.kind !== 'sweep') note({ level: 'critical', message: tellFinding(kept) });
    return kept.kind === 'kept';
  }

  #tell(stop: Stop, step: Receipt['step'], detail: string): void {
    const receipt: Receipt = { step, outcome: 'done', detail, tookMs: Math.round(this.#ports.clock.monotonicMs() - stop.beganMs) };
    stop.receipts.push(receipt);
    this.#ports.note({ level: 'warning', message: `${stop.wish.word}: ${step}: ${detail}`, detail: { tookMs: receipt.tookMs } });
  }
}

/** The strictest word of the newest stop that no later record confirms. */
function unfinished(records: readonly EmergencyWords[]): { readonly id: string; readonly sinceMs: number; readonly wish: StopWish } | undefined {
  const asked = records.filter(({ kind }) => kind === 'halt' || kind === 'flatten' || kind === 'kill');
  const newest = asked.at(-1);
  if (newest === undefined) return undefined;
  const id = newest.correlationId;
  if (records.some(({ kind, venue, outcome, correlationId }) => kind === 'sweep' && venue === undefined && correlationId === id && outcome?.startsWith(CONFIRMED) === true)) return undefined;
  const mine = asked.filter(({ correlationId }) => correlationId === id);
  const [first = newest] = mine;
  const strictest = mine.reduce((most, one) => (isStricter(wordOf(one), wordOf(most)) ? one : most), first);
  return { id, sinceMs: first.wallMs, wish: { word: wordOf(strictest), by: strictest.by ?? 'somebody', reason: strictest.reason ?? 'no reason given' } };
}

/** As the runtime takes it over: what it leads to is the same as if it had been asked itself. */
const kindOf = (word: StopWord): Pick<EmergencyWords, 'kind' | 'cancelOrders'> => (word === 'flatten' || word === 'kill' ? { kind: word } : { kind: 'halt', cancelOrders: word === 'cancel' });
const wordOf = ({ kind, cancelOrders }: EmergencyWords): StopWord => (kind === 'flatten' || kind === 'kill' ? kind : cancelOrders === true ? 'cancel' : 'halt');
