/** Follows the journal of the runtime over its control socket, across its restarts, and keeps each order's way through its phases. */
import { sleep } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Document } from '../control.ts';
import { listAt, textAt } from '../table.ts';
import { documentOf } from './web.ts';
import type { Web } from './web.ts';

export type Way = {
  readonly orderId: string;
  readonly side: string;
  readonly symbol: string;
  readonly type: string;
  readonly key: string;
  readonly seq: number;
  readonly startedAtMs: number;
  readonly phases: string[];
  endedAtMs: number | undefined; // when it became final
  why: string | undefined;
  clientOrderId: string | undefined;
};

export type Told = { readonly kind: 'order'; readonly way: Way } | { readonly kind: 'notice'; readonly type: string; readonly text: string };

const words: Readonly<Record<string, string>> = {
  'order.intended': 'intended', 'order.prepared': 'prepared', 'order.sending': 'sent', 'order.acknowledged': 'acknowledged', 'order.working': 'working', 'order.doubted': 'UNKNOWN',
  'order.deferred': 'deferred', 'order.absent': 'proven absent', 'order.cancelling': 'cancelling', 'order.booked': 'booked', 'order.blocked': 'blocked', 'order.rejected': 'rejected',
  'order.abandoned': 'abandoned',
};
const finals: ReadonlySet<string> = new Set(['order.booked', 'order.blocked', 'order.rejected', 'order.abandoned']);
const noticed: ReadonlySet<string> = new Set([
  'runtime.booted', 'gate.halted', 'gate.resumed', 'order.alarmed', 'balance.differed', 'balance.agreed', 'venue.suspended', 'venue.restored', 'instrument.quarantined', 'invariant.broken',
  'signal.quarantined', 'signal.refused',
]);
const PAGE = 1_000;
const WAIT_MS = 1_000;
const RETRY_MS = 200;

export type FollowerOptions = {
  readonly web: Web;
  readonly clock: Clock;
  readonly control: string; // where requests to the control socket begin
  readonly sinceSeq: number; // entries up to here belong to earlier runs: they are read, and not told
  readonly onTold: (told: Told) => void;
};

export class Follower {
  readonly #options: FollowerOptions;
  readonly ways = new Map<string, Way>();
  readonly open = new Set<string>(); // orders that are not final
  readonly unknown = new Set<string>();
  readonly blockers = new Set<string>(); // what keeps new orders from leaving, as far as entries tell
  readonly counts = new Map<string, number>(); // entries of this run, by type
  head = { seq: 0, hash: '' };
  #stopped = false;
  readonly #wakers = new Set<() => void>();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Reads the whole journal, and goes on until it is stopped. */
  async run(): Promise<void> {
    const { web, clock, control } = this.#options;
    let from = 1;
    while (!this.#stopped) {
      const page = documentOf(await web.get(`${control}/api/v1/journal?from=${from}&limit=${PAGE}&waitMs=${WAIT_MS}`, WAIT_MS + 5_000));
      if (page === undefined) {
        await sleep(clock, RETRY_MS);
        continue;
      }
      for (const entry of listAt(page, 'entries')) this.#take(entry as Document);
      from = Number(textAt(page, 'nextFrom')) || from;
      for (const wake of [...this.#wakers]) wake();
    }
  }

  /** Resolves when this holds after some entry, or after `timeoutMs`. @returns whether it holds */
  until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (result: boolean): void => {
        cancel();
        this.#wakers.delete(look);
        resolve(result);
      };
      const look = (): void => { if (holds()) end(true); };
      const cancel = this.#options.clock.timer(timeoutMs, () => end(holds()));
      this.#wakers.add(look);
    });
  }

  #take(entry: Document): void {
    const type = textAt(entry, 'type');
    const payload = entry['payload'];
    const orderId = textAt(payload, 'orderId');
    this.head = { seq: Number(textAt(entry, 'seq')), hash: textAt(entry, 'hash') };
    const isNew = this.head.seq > this.#options.sinceSeq;
    if (isNew) this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
    this.#block(type, payload);
    if (type === 'runtime.booted') this.#booted(); // what was being sent is unknown from here on
    if (isNew && noticed.has(type)) this.#options.onTold({ kind: 'notice', type, text: noticeOf(payload) });
    if (type === 'order.intended') {
      this.open.add(orderId);
      this.ways.set(orderId, {
        orderId, side: textAt(payload, 'side'), symbol: textAt(payload, 'symbol'), type: textAt(payload, 'orderType'), key: textAt(payload, 'key'), seq: this.head.seq,
        startedAtMs: Number(textAt(entry, 'atMs')), phases: [], endedAtMs: undefined, why: undefined, clientOrderId: undefined,
      });
    }
    const way = this.ways.get(orderId);
    if (way === undefined) return;
    const word = type === 'order.ended' ? textAt(payload, 'state') : words[type];
    if (word !== undefined) way.phases.push(word);
    if (type === 'order.prepared') way.clientOrderId = textAt(payload, 'clientOrderId');
    if (type === 'order.doubted') this.unknown.add(orderId);
    else if (word !== undefined) this.unknown.delete(orderId);
    if (!finals.has(type) || way.endedAtMs !== undefined) return;
    way.endedAtMs = Number(textAt(entry, 'atMs'));
    way.why = ['observed', 'message', 'why'].map((name) => textAt(payload, name)).find((text) => text !== '');
    this.open.delete(orderId);
    if (isNew) this.#options.onTold({ kind: 'order', way });
  }

  #block(type: string, payload: unknown): void {
    const [venue, asset] = [textAt(payload, 'venue'), textAt(payload, 'asset')];
    switch (type) {
      case 'balance.differed': return void this.blockers.add(`books ${venue} ${asset}`);
      case 'balance.agreed': case 'balance.adjusted': return void this.blockers.delete(`books ${venue} ${asset}`);
      case 'venue.suspended': return void this.blockers.add(`venue ${venue}`);
      case 'venue.restored': return void this.blockers.delete(`venue ${venue}`);
      case 'gate.halted': return void this.blockers.add('gate');
      case 'gate.resumed': return void this.blockers.delete('gate');
    }
  }

  #booted(): void {
    for (const orderId of this.open) {
      const way = this.ways.get(orderId);
      if (way?.phases.at(-1) !== 'sent') continue;
      way.phases.push('UNKNOWN');
      this.unknown.add(orderId);
    }
  }
}

const noticeOf = (payload: unknown): string => ['kind', 'detail', 'by', 'reason', 'cause', 'belief', 'asset', 'symbol', 'venue', 'code'].map((name) => textAt(payload, name)).filter((text) => text !== '').join(', ');
