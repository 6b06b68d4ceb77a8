/** How the venues are reached, as figures: what the network port counts, under the names of the catalogue. */
import type { MetricName } from '../../door/index.ts';
import type { NetStatistics } from '../../edges/net/index.ts';
import type { GaugeSample, Labels, Meters } from '../../ports/index.ts';

const one = (name: MetricName, value: number, labels: Labels = {}): GaugeSample => ({ name, labels, value });

export class Reach {
  readonly #meters: Meters;
  readonly #told = new Map<string, number>();

  constructor(meters: Meters) {
    this.#meters = meters;
  }

  /** Counts what was added since the last time; the answer is how things stand. */
  tell({ bases, waiting }: NetStatistics): readonly GaugeSample[] {
    for (const { base, answered, unknown, notSent, opened } of bases) {
      this.#count('breakwater_net_requests_total', { base, outcome: 'answered' }, answered);
      this.#count('breakwater_net_requests_total', { base, outcome: 'unknown' }, unknown);
      this.#count('breakwater_net_requests_total', { base, outcome: 'not-sent' }, notSent);
      this.#count('breakwater_net_opened_total', { base }, opened);
    }
    return [one('breakwater_net_waiting', waiting), ...bases.flatMap(({ base, connections, busy, latencyMs, errorShare, requests, isEjected }) => [
      one('breakwater_net_connections', busy, { base, state: 'busy' }), one('breakwater_net_connections', connections - busy, { base, state: 'idle' }),
      one('breakwater_net_ejected', isEjected ? 1 : 0, { base }),
      ...(latencyMs === undefined ? [] : [one('breakwater_net_latency_seconds', latencyMs / 1_000, { base })]),
      ...(requests === 0 ? [] : [one('breakwater_net_errors_ratio', errorShare, { base })]),
    ])];
  }

  #count(name: MetricName, labels: Labels, total: number): void {
    const key = `${name} ${Object.values(labels).join(' ')}`;
    this.#meters.add(name, labels, total - (this.#told.get(key) ?? 0));
    this.#told.set(key, total);
  }
}
