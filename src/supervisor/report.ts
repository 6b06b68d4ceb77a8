/**
 * What the service manager is told: when the runtime is up, how it does, and that it lives.
 *
 *   N1. "Alive" rests on a proof from the runtime's gate and disk, one for one. No timer says it, and no heartbeat: a loop that
 *       turns beside a gate that is stuck is not alive.
 *   N2. A runtime that died has a bounded time to come back: after its death the manager waits longer, once, and not again
 *       before the next proof. Deaths without a proof between them buy no time.
 *   N3. A runtime without a journal is up: it cancels and halts, and says so. To end it would take that away and mend nothing.
 *   N4. While the runtime is fenced and the venues are swept without it, each sweep that came to its end is the proof.
 */
import type { Clock, News, Overseer, Word } from '../ports/index.ts';
import type { SupervisorState } from './supervisor.ts';

export const COME_BACK_MS = 60_000; // from a death to the next proof

export type ReportOptions = {
  readonly overseer: Overseer;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly aliveWithinMs: number | undefined; // how soon the manager must hear; undefined where it does not listen for that
};

export class Report {
  readonly #options: ReportOptions;
  #isReady = false;
  #waitsLonger = false;
  #provenAtMs = Number.NEGATIVE_INFINITY; // the last proof that was passed on
  #status = '';

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  heard(word: Word): void {
    switch (word.kind) {
      case 'heartbeat': return; // N1
      case 'ready': return this.#up(`up: signals at ${word.listening}`);
      case 'stranded': return this.#up(`NO JOURNAL, NO ORDER: ${word.message}`); // N3
      case 'refused': return this.#say({}, word.message);
      case 'proven': return this.#proven(word.sentence);
    }
  }

  entered(state: SupervisorState): void {
    switch (state.kind) {
      case 'starting': case 'running': return;
      case 'frozen': case 'killing': return this.#died(`the runtime is being killed: ${state.why}`);
      case 'backing-off': return this.#died(`the runtime is started again: ${state.why}`);
      case 'stopping': return this.#say({ stopping: true }, 'stopping; the gate stays as it is');
      case 'stopped': return this.#say({ stopping: true }, 'stopped');
      case 'fenced': return this.#say({}, `fenced: ${state.why}`);
      case 'gave-up': return this.#say({ stopping: true }, `given up: ${state.why}`);
    }
  }

  /** N4 */
  swept(sentence: string): void {
    if (!this.#isReady) this.#up(sentence);
    this.#proven(sentence);
  }

  #up(status: string): void {
    const isFirst = !this.#isReady;
    this.#isReady = true;
    this.#say(isFirst ? { ready: true } : {}, status);
  }

  #proven(sentence: string): void {
    const { clock, aliveWithinMs } = this.#options;
    if (!this.#isReady) return;
    const nowMs = clock.monotonicMs();
    const isDue = aliveWithinMs !== undefined && (this.#waitsLonger || nowMs - this.#provenAtMs >= aliveWithinMs / 4);
    if (!isDue && aliveWithinMs !== undefined) return; // soon enough for the next one
    this.#provenAtMs = nowMs;
    const back = this.#waitsLonger && aliveWithinMs !== undefined ? { aliveWithinMs } : {};
    this.#waitsLonger = false;
    this.#say(isDue ? { alive: true, ...back } : {}, sentence); // N1
  }

  #died(status: string): void { // N2
    const longer = this.#options.aliveWithinMs !== undefined && this.#isReady && !this.#waitsLonger;
    if (longer) this.#waitsLonger = true;
    this.#say(longer ? { aliveWithinMs: Math.max(COME_BACK_MS, this.#options.aliveWithinMs ?? 0) } : {}, status);
  }

  #say(news: News, status: string): void {
    const line = status.replaceAll(/\s+/g, ' ').trim();
    const isNew = line !== this.#status;
    this.#status = line;
    if (isNew || Object.keys(news).length > 0) this.#options.overseer.tell({ ...news, ...(isNew ? { status: line } : {}) });
  }
}
