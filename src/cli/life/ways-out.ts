/** The ways out to the venues, as figures: what is on its way, what waits, what is left, and what was refused. Totals are told as what was added since they were last asked for. */
import type { MetricName } from '../../door/index.ts';
import type { GaugeSample, Labels, Meters } from '../../ports/index.ts';
import type { GatewayStatistics } from '../../runtime/index.ts';

export type WayOut = { readonly name: string; statistics(): GatewayStatistics };

export class WaysOut {
  readonly #meters: Meters;
  readonly #told = new Map<string, number>();

  constructor(meters: Meters) {
    this.#meters = meters;
  }

  tell(ways: readonly WayOut[]): readonly GaugeSample[] {
    return ways.flatMap((way) => this.#tellOne(way.name, way.statistics()));
  }

  #tellOne(venue: string, { lanes, budget, refused, limited, banned, repeated }: GatewayStatistics): GaugeSample[] {
    this.#total('breakwater_gateway_refused_total', { venue, by: 'rate-limit' }, limited);
    this.#total('breakwater_gateway_refused_total', { venue, by: 'ban' }, banned);
    this.#total('breakwater_gateway_repeated_total', { venue }, repeated);
    for (const [reason, count] of Object.entries(refused)) this.#total('breakwater_gateway_held_back_total', { venue, reason }, count);
    return [
      ...Object.entries(lanes).flatMap(([lane, { running, waiting }]) => [
        one('breakwater_gateway_places', running, { venue, lane }),
        one('breakwater_gateway_waiting', waiting, { venue, lane, for: 'place' }),
        one('breakwater_gateway_waiting', budget.lanes[lane]?.waiting ?? 0, { venue, lane, for: 'allowance' }),
      ]),
      ...Object.entries(budget.windows).map(([limit, { free }]) => one('breakwater_gateway_free', free, { venue, limit })),
      one('breakwater_gateway_closed_seconds', budget.limitedForMs / 1_000, { venue, by: 'rate-limit' }),
      one('breakwater_gateway_closed_seconds', budget.bannedForMs / 1_000, { venue, by: 'ban' }),
    ];
  }

  #total(name: MetricName, labels: Labels, total: number): void {
    const key = JSON.stringify([name, labels]);
    this.#meters.add(name, labels, total - (this.#told.get(key) ?? 0));
    this.#told.set(key, total);
  }
}

const one = (name: MetricName, value: number, labels: Labels): GaugeSample => ({ name, labels, value });
