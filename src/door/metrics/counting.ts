/** Counts what became durable. */
import type { Recorded } from '../../core/index.ts';
import type { Labels, Meters } from '../../ports/index.ts';
import type { Witness } from '../../runtime/index.ts';
import type { MetricName } from './catalogue.ts';

export function countingWitness(meters: Meters): Witness {
  const add = (name: MetricName, labels: Labels = {}): void => meters.add(name, labels);
  return {
    flushed: (tookMs) => meters.observe('breakwater_journal_fsync_seconds' satisfies MetricName, {}, tookMs / 1_000),
    recorded: (entries) => { for (const entry of entries) count(entry, add, meters); },
  };
}

function count({ fact, header, before, order }: Recorded, add: (name: MetricName, labels?: Labels) => void, meters: Meters): void {
  add('breakwater_journal_entries_total', { type: fact.type });
  if (before !== undefined && order !== undefined && before.phase !== order.phase) {
    meters.observe('breakwater_order_phase_duration_seconds' satisfies MetricName, { phase: before.phase }, (header.atMs - before.phaseAtMs) / 1_000);
  }
  const over = (outcome: string, reason = 'none'): void => add('breakwater_orders_total', { venue: order?.venue ?? 'none', outcome, reason });
  switch (fact.type) {
    case 'order.blocked': return over('blocked', fact.code);
    case 'order.rejected': return over('rejected', fact.reason);
    case 'order.abandoned': return over('abandoned');
    case 'order.booked': return over(order?.endState ?? 'filled', order?.endState !== 'filled' && fact.filledUnits > 0n ? 'partial' : 'none');
    case 'order.doubted': return add('breakwater_orders_doubted_total', { venue: order?.venue ?? 'none' });
    case 'order.alarmed': return add('breakwater_order_alarms_total', { kind: fact.kind });
    case 'breaker.opened': return add('breakwater_breaker_changes_total', { breaker: fact.breaker, change: 'opened', rule: fact.rule });
    case 'breaker.probing': case 'breaker.closed': case 'breaker.commanded': case 'breaker.released': return add('breakwater_breaker_changes_total', { breaker: fact.breaker, change: fact.type.slice('breaker.'.length), rule: 'none' });
    case 'fill.booked': return add('breakwater_fills_total', { venue: fact.venue });
    default:
  }
}
