/** The figures of one process: counted from its first entry on, and told through whatever door stands open. */
import { countingWitness, gaugesOf, strandedGauges } from '../../door/index.ts';
import type { Build, MetricName, SignalFate, Tally } from '../../door/index.ts';
import type { Clock, Meters, NetApp, ServedAnswer } from '../../ports/index.ts';
import type { Runtime, Witness } from '../../runtime/index.ts';

export type FiguresParts = {
  readonly meters: Meters; // over the catalogue of the door
  readonly clock: Clock;
  readonly build: Build;
  readonly journalBytes: () => number;
  readonly droppedLines: () => number;
};

const name = (of: MetricName): MetricName => of;

export class Figures {
  readonly #parts: FiguresParts;
  #droppedTold = 0;
  readonly witness: Witness;

  constructor(parts: FiguresParts) {
    this.#parts = parts;
    this.witness = countingWitness(parts.meters);
  }

  answered(source: string, outcome: SignalFate): void {
    this.#parts.meters.add(name('breakwater_signals_total'), { source, outcome });
  }

  /** @param runtime undefined where there is no journal */
  async answer(runtime: Runtime | undefined, tally: Tally): Promise<ServedAnswer> {
    const { meters, clock, build, journalBytes, droppedLines } = this.#parts;
    const dropped = droppedLines();
    meters.add(name('breakwater_log_lines_dropped_total'), {}, dropped - this.#droppedTold);
    this.#droppedTold = dropped;
    if (runtime === undefined) return text(await meters.text(strandedGauges(build)));
    return text(await meters.text(await gaugesOf(runtime, clock, { build, journalBytes, heartbeats: tally.heartbeats.size })));
  }
}

/** For an address of its own, where nothing else is served. */
export const figuresAlone = (answer: () => Promise<ServedAnswer>): NetApp => ({
  request: ({ method, path }) => (method === 'GET' && path === '/metrics' ? answer() : Promise.resolve({ kind: 'answer', status: 404, headers: { 'content-type': 'text/plain' }, body: 'Here is /metrics alone.\n' })),
});

const text = ({ contentType, body }: { readonly contentType: string; readonly body: string }): ServedAnswer => ({ kind: 'answer', status: 200, headers: { 'content-type': contentType }, body });
