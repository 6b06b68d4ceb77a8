/** The reference of every metric, written from the catalogue, so that the two cannot differ. */
import type { MetricSpec } from '../../ports/index.ts';
import { catalogue } from './catalogue.ts';

const introduction = `# Metrics

In the text format of Prometheus, at \`/metrics\`. This page is written from the code by \`scripts/node scripts/docs.ts metrics\`.

Where: always on the control socket (\`curl --unix-socket data/control.sock http://breakwater/metrics\`), and on an address of its own where the
[configuration](configuration.md) names one in \`metrics.listen\`, such as \`"127.0.0.1:7341"\`. It is not on the address that takes signals: a proxy puts that one on the internet, and figures
of a trading system have no business there. No figure holds a secret, an instrument, an amount or a position.

- What rests on a fact of the journal is counted once the fact is on disk. Counters begin at zero with each process; \`rate()\` and \`increase()\` know what to make of that.
- What is not known is absent, never zero: an alert on a figure that may be missing needs \`absent()\` beside it.
- No label takes its values from outside; of any label at most 100 values are kept apart, and the rest is \`other\`.
- While the disk does not confirm, figures that rest on what it has not confirmed are absent; \`breakwater_journal_lag_entries\` is there.
- Without a journal there are \`breakwater_stranded\`, \`breakwater_ready\`, the gate and the process.

Beside these there are those of the process itself, under their usual names: \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`, \`process_open_fds\`, \`nodejs_eventloop_lag_p99_seconds\`,
\`nodejs_gc_duration_seconds\` and others. [deploy/prometheus/](../../deploy/prometheus/alerts.yml) has rules for alerts and a piece of a scrape configuration.

| Name | Kind | Labels | Meaning |
|---|---|---|---|
`;

export const metricsReference = (): string => `${introduction}${Object.entries<MetricSpec>(catalogue).map(row).join('\n')}\n`;

const row = ([name, { kind, labels, help }]: [string, MetricSpec]): string => `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
