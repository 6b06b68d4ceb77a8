/**
 * Metrics as text, by prom-client. The only folder that knows the library.
 *
 *   M1. A gauge of which nothing is known is absent: "no data" is never a zero.
 *   M2. Of the values that a label takes at most so many are kept apart; the rest is counted under "other".
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { GaugeSample, Labels, Meters, MetricSpec } from '../../ports/index.ts';

export type MetersOptions = {
  readonly catalogue: Readonly<Record<string, MetricSpec>>;
  /** Of the process: memory, processor, event loop, collections. They set timers of their own, so only a real process asks for them. */
  readonly process?: boolean;
};

const MOST_VALUES = 100;
const OTHER = 'other';

export function promMeters({ catalogue, process = false }: MetersOptions): Meters {
  const register = new Registry();
  if (process) collectDefaultMetrics({ register });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels, buckets }] of Object.entries(catalogue)) {
    const about = { name, help, labelNames: [...labels], registers: [register] };
    if (kind === 'counter') counters.set(name, new Counter(about));
    else if (kind === 'gauge') gauges.set(name, new Gauge(about));
    else histograms.set(name, new Histogram({ ...about, ...(buckets === undefined ? {} : { buckets: [...buckets] }) }));
  }
  const seen = new Map<string, Set<string>>();
  const bounded = (name: string, labels: Labels): Record<string, string> => Object.fromEntries(Object.entries(labels).map(([label, value]) => { // M2
    const key = `${name} ${label}`;
    const values = seen.get(key) ?? new Set<string>();
    seen.set(key, values);
    if (values.size < MOST_VALUES) values.add(value);
    return [label, values.has(value) ? value : OTHER];
  }));
  return {
    add: (name, labels, by = 1) => known(counters, name).inc(bounded(name, labels), by),
    observe: (name, labels, value) => known(histograms, name).observe(bounded(name, labels), value),
    text: async (samples: readonly GaugeSample[]) => {
      for (const gauge of gauges.values()) gauge.reset();
      const given = new Set<string>();
      for (const { name, labels, value } of samples) {
        if (!Number.isFinite(value)) continue;
        given.add(name);
        known(gauges, name).set(bounded(name, labels), value);
      }
      for (const [name, gauge] of gauges) if (!given.has(name)) gauge.remove({}); // M1: one without labels is a zero from its birth
      return { contentType: register.contentType, body: await register.metrics() };
    },
  };
}

function known<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new Error(`There is no metric "${name}" of this kind.`);
  return found;
}
