/** What waits for somebody's approval: looser limits, and orders that are to pass a limit. One list, for the status, its sentence and the figures. */
import { formatUnits } from '../base/index.ts';
import { heldOf, instrumentAt } from '../core/index.ts';
import type { World } from '../core/index.ts';
import { time } from './shown.ts';

export type Waiting = { readonly id: string; readonly kind: 'limits' | 'override'; readonly what: string; readonly by: string; readonly reason: string; readonly since: string; readonly until: string };

export function waitingFor(world: World): readonly Waiting[] {
  const held = heldOf(world.changes);
  const overrides = [...world.changes.overrides.values()].filter(({ grantedBy }) => grantedBy === undefined);
  return [
    ...(held === undefined ? [] : [{ id: held.id, kind: 'limits' as const, what: held.changes.map(({ limit, from, to }) => `${limit}: ${from} → ${to}`).join('; '), by: held.by, reason: held.reason, since: time(held.heldAtMs), until: time(held.endsAtMs) }]),
    ...overrides.map(({ id, control, venue, symbol, strategy, side, mostUnits, by, reason, askedAtMs, endsAtMs }) => {
      const { quantityScale = 0, base = 'units' } = instrumentAt(world.market, venue, symbol) ?? {};
      return { id, kind: 'override' as const, what: `one ${side} of at most ${formatUnits(mostUnits, quantityScale)} ${base} in ${symbol} at ${venue} for "${strategy}" past ${control}`, by, reason, since: time(askedAtMs), until: time(endsAtMs) };
    }),
  ];
}

export const waitingSentence = (world: World): readonly string[] =>
  waitingFor(world).map(({ id, what, by, since, until }) => `Held for approval as ${id}: ${what}; asked for by ${by} at ${since}, void at ${until}.`);
