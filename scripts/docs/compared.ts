/** docs/reference/breakers-compared.md: what circuit breakers do on the same traces, as it is seen when they run. */
import { readFileSync } from 'node:fs';
import { outcomesOf } from '../../bench/traces/index.ts';

const introduction = `# Circuit breakers compared

Fourteen traces on which circuit breakers are known to go wrong, run on three of them: the same calls at the same times, on a virtual clock. Written by \`scripts/node scripts/docs.ts compared\` from what is seen; a test fails
where the page is out of date. Each is set up by its own documents for the same rule: half of the calls in a minute, open for a minute, and nothing around it that would end a call. The traces are in
[bench/traces/](../../bench/traces/traces.ts). They were chosen for being known faults of others, so it is no wonder that ours does well on them: they are a list of what to look for, not a competition. What each costs is measured by
\`npm run bench -- breakers\`.

What a caller would wish for is **bold**.
`;

const better = `
## Where the others are better

- **cockatiel lets callers wait** for the verdict of a probe, and lets all of them through when it is good. Where a call is worth waiting for and a thousand at once do no harm, that answers what ours refuses (trace 10). Ours never queues; put a retry around it.
- **Neither has a ramp.** After closing, ours refuses a falling share of calls for 30 s (\`rampMs: 0\` switches it off); theirs let everything through at once.
- **Nothing to configure for a rate alone**: cockatiel's least rate follows from its window, ours wants \`leastCalls\` for what is called rarely. By default ours also opens on 5 failures in a row (trace 3), at which a rate over
  thousands of calls would not blink; \`failuresToOpen: Infinity\` leaves the rate alone.
- **cockatiel can judge results**, not only errors (\`handleResultType\`), and has been in production for years. Ours judges what is thrown.
- **opossum brings more with it**: percentiles of latencies, snapshots as events, a Prometheus exporter, a health check that opens the circuit by itself.
- **opossum changes state by a timer**: whoever listens hears of half-open when it begins. Ours, like cockatiel, looks at the clock when somebody asks.
`;

export async function comparedReference(): Promise<string> {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { devDependencies: Readonly<Record<string, string>> };
  const outcomes = await outcomesOf();
  const names = Object.keys(outcomes[0]?.seen ?? {});
  const titled = names.map((name) => `${name}${devDependencies[name] === undefined ? '' : ` ${devDependencies[name]}`}`);
  const rows = outcomes.map(({ title, good, seen }, at) => `| ${at + 1} | ${title} | ${names.map((name) => (seen[name] === good ? `**${good}**` : seen[name] ?? '')).join(' | ')} |`);
  return `${introduction}\n| | Trace | ${titled.join(' | ')} |\n|---|---|${names.map(() => '---').join('|')}|\n${rows.join('\n')}\n${better}`;
}
