/** The figures of one process: counted from its first entry on, and told through whatever door stands open. */
import { countingWitness, gaugesOf, strandedGauges } from '../../door/index.ts';
import type { Build, MetricName, SignalFate, Tally } from '../../door/index.ts';
import type { NetStatistics } from '../../edges/net/index.ts';
import type { Clock, Meters, NetApp, ServedAnswer, Unread } from '../../ports/index.ts';
import type { Runtime, Witness } from '../../runtime/index.ts';
import { Reach } from './reach.ts';
import { WaysOut } from './ways-out.ts';
import type { WayOut } from './ways-out.ts';

export type FiguresParts = {
  readonly meters: Meters; // over the catalogue of the door
  readonly clock: Clock;
  readonly build: Build;
  readonly journalBytes: () => number;
  readonly droppedLines: () => number;
  readonly net: () => NetStatistics;
  readonly ways: () => readonly WayOut[]; // to the venues
};

const name = (of: MetricName): MetricName => of;

export class Figures {
  readonly #parts: FiguresParts;
  readonly #reach: Reach;
  readonly #waysOut: WaysOut;
  #droppedTold = 0;
  readonly #changesTold = new WeakMap<Runtime, Map<string, number>>(); // of each life
  readonly witness: Witness;

  constructor(parts: FiguresParts) {
    this.#parts = parts;
    this.witness = countingWitness(parts.meters);
    this.#reach = new Reach(parts.meters);
    this.#waysOut = new WaysOut(parts.meters);
  }

  answered(source: string, outcome: SignalFate): void {
    this.#parts.meters.add(name('breakwater_signals_total'), { source, outcome });
  }

  unread(venue: string, { from, reason }: Unread): void {
    this.#parts.meters.add(name('breakwater_venue_unread_total'), { venue, from, reason });
  }

  /** @param runtime undefined where there is no journal */
  async answer(runtime: Runtime | undefined, tally: Tally): Promise<ServedAnswer> {
    const { meters, clock, build, journalBytes, droppedLines, net, ways } = this.#parts;
    const dropped = droppedLines();
    meters.add(name('breakwater_log_lines_dropped_total'), {}, dropped - this.#droppedTold);
    this.#droppedTold = dropped;
    const reach = [...this.#reach.tell(net()), ...this.#waysOut.tell(ways())];
    this.#countChanges(runtime);
    if (runtime === undefined) return text(await meters.text([...strandedGauges(build), ...reach]));
    return text(await meters.text([...await gaugesOf(runtime, clock, { build, journalBytes, heartbeats: tally.heartbeats.size }), ...reach]));
  }

  #countChanges(runtime: Runtime | undefined): void {
    if (runtime === undefined) return;
    const told = this.#changesTold.get(runtime) ?? new Map<string, number>();
    this.#changesTold.set(runtime, told);
    const changes = new Map<string, number>();
    for (const { venue, used } of runtime.prices.shown(runtime.time.nowMs())) changes.set(venue, (changes.get(venue) ?? 0) + (used?.changes ?? 0));
    for (const [venue, total] of changes) {
      this.#parts.meters.add(name('breakwater_price_changes_total'), { venue }, total - (told.get(venue) ?? 0));
      told.set(venue, total);
    }
  }
}

/** For an address of its own, where nothing else is served. */
export const figuresAlone = (answer: () => Promise<ServedAnswer>): NetApp => ({
  request: ({ method, path }) => (method === 'GET' && path === '/metrics' ? answer() : Promise.resolve({ kind: 'answer', status: 404, headers: { 'content-type': 'text/plain' }, body: 'Here is /metrics alone.\n' })),
});

const text = ({ contentType, body }: { readonly contentType: string; readonly body: string }): ServedAnswer => ({ kind: 'answer', status: 200, headers: { 'content-type': contentType }, body });
