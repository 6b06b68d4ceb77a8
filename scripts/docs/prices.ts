/** The page on prices and its picture: the rules in words, and two recorded days judged by them. */
import { formatUnits } from '../../src/base/index.ts';
import type { Fault } from '../../src/core/index.ts';
import { SCALE, replayedDays, words } from './days.ts';
import type { Days, Minute } from './days.ts';

const FROM_MS = Date.UTC(2023, 2, 10);
const UNTIL_MS = Date.UTC(2023, 2, 12);
const MINUTE_MS = 60_000;
const [FIRST = '', SECOND = ''] = words.sources;

const clock = (atMs: number): string => new Date(atMs).toISOString().slice(5, 16).replace('T', ' ');
const percent = (ppm: number): string => `${(ppm / 10_000).toFixed(1)} %`;
const price = (units: bigint): string => formatUnits(units, SCALE);

type Period = { readonly fromMs: number; readonly untilMs: number; readonly used: string | undefined; readonly why: string };

export async function pricesPage(): Promise<string> {
  const days = await replayedDays();
  const minutes = days.minutes.filter(isShown);
  const periods = periodsOf(days);
  const share = (used: string | undefined): string => `${minutes.filter((minute) => minute.used === used).length} min`;
  const widest = minutes.reduce((a, b) => (driftPpm(b) > driftPpm(a) ? b : a));
  const disputed = minutes.filter(({ faults }) => faults.some((fault) => fault?.kind === 'disputed')).length;
  const noMarketPrice = periods.filter(({ used }) => used === undefined);
  const longest = noMarketPrice.reduce((a, b) => (b.untilMs - b.fromMs > a.untilMs - a.fromMs ? b : a));
  return `${rules}
## Two recorded days

On 10 and 11 March 2023 a dollar coin lost its peg, and the price of BTC/USDC at ${FIRST} and at ${SECOND} drifted apart. Recordings of both, judged by these rules with ${FIRST} preferred (times are UTC; \`scripts/node scripts/docs.ts prices picture\` writes
this section and the picture, from recordings that lie beside a clone):

![Prices at both venues, how far they are apart, and which was used](prices.svg)

- Furthest apart: ${percent(driftPpm(widest))}, at ${clock(widest.atMs)}: ${widest.units.map((units, index) => `${price(units ?? 0n)} at ${words.sources[index]}`).join(', ')}.
- Used of ${minutes.length} minutes: ${FIRST} ${share(FIRST)}, ${SECOND} ${share(SECOND)}, neither ${share(undefined)}. In dispute: ${disputed} min; the rest of the time without a price some fault or jump had just been, and nothing was good for ${Number(words.resumeAfterMs) / MINUTE_MS} minutes yet.
- Longest without a price: ${(longest.untilMs - longest.fromMs) / MINUTE_MS} min from ${clock(longest.fromMs)}.

The recordings are candles of one minute, and that stretches every bound. A candle has no bid and no ask, so its close stands for both, nothing can be seen to cross, and \`lockedIsSound\` is on. A minute without a trade has no
candle at ${FIRST}: a pause of ${Number(words.staleAfterMs) / MINUTE_MS} minutes is stale here, where seconds would be on a live feed, and what is called mute or stale on quiet hours is a market without trades. A jump is ${percent(Number(words.jumpPpm))} within
${Number(words.jumpWithinMs) / MINUTE_MS} minutes, a dispute ${percent(Number(words.disputePpm))}. Nothing here says how fast a fault is found; tests with quotes of each second do: within 5 s.

What the days also show: with two sources a dispute ends when one of them is bad by itself, and then the other is used, though that
does not make it right: on the morning of the 11th ${SECOND} was used twice for some minutes while they were percents apart. Only a third source could have told.

| from | until | minutes | used | because |
|---|---|---|---|---|
${periods.map(({ fromMs, untilMs, used, why }) => `| ${clock(fromMs)} | ${clock(untilMs)} | ${(untilMs - fromMs) / MINUTE_MS} | ${used ?? '**neither**'} | ${why} |`).join('\n')}
`;
}

const isShown = ({ atMs }: Minute): boolean => atMs >= FROM_MS && atMs < UNTIL_MS;

/** What is over in the minute in which it began is left out: both quotes of a minute come at once, and one is heard first. */
function periodsOf({ changes, minutes }: Days): readonly Period[] {
  const periods: Period[] = [];
  for (const [index, { atMs, from, to, fault }] of changes.entries()) {
    const untilMs = Math.min(changes[index + 1]?.atMs ?? UNTIL_MS, UNTIL_MS);
    const fromMs = Math.max(atMs, FROM_MS);
    if (untilMs <= fromMs) continue;
    const minute = minutes.find((one) => one.atMs === atMs);
    const other = minute?.faults[words.sources.indexOf(to === FIRST ? SECOND : FIRST)];
    const why = fault !== undefined ? `${from} was ${inWords(fault)}` : from === undefined ? `${to} was good for ${Number(words.resumeAfterMs) / MINUTE_MS} min${other === undefined ? ', and they agreed' : `, and the other was ${inWords(other)}`}` : `${to} was good for ${Number(words.returnAfterMs) / MINUTE_MS} min`;
    const before = periods.at(-1);
    if (before?.used === to && before?.untilMs === fromMs) periods.splice(-1, 1, { ...before, untilMs });
    else periods.push({ fromMs, untilMs, used: to, why });
  }
  return periods;
}

function inWords(fault: Fault): string {
  switch (fault.kind) {
    case 'disputed': return `disputed: ${percent(fault.apartPpm)} apart`;
    case 'stale': return `stale: ${fault.ageMs / MINUTE_MS} min old`;
    case 'mute': return `mute: no trade for ${fault.silentMs / MINUTE_MS} min`;
    case 'jumped': return `jumped: from ${price(fault.fromUnits)} to ${price(fault.toUnits)}`;
    default: return fault.kind;
  }
}

function driftPpm({ units: [one = 1n, other = 1n] }: Minute): number {
  return Number(((one > other ? one - other : other - one) * 1_000_000n) / (one < other ? one : other));
}

const LEFT = 64;
const RIGHT = 884;
const x = (atMs: number): string => (LEFT + ((atMs - FROM_MS) / (UNTIL_MS - FROM_MS)) * (RIGHT - LEFT)).toFixed(1);
const EVERY = 10; // minutes to a point of a line

/** Three strips over one axis of time: prices, how far they are apart, and what was used. */
export async function pricesPicture(): Promise<string> {
  const days = await replayedDays();
  const points = days.minutes.filter(isShown).filter((_, index) => index % EVERY === 0);
  const [lowest, highest, mostPpm] = [19_000, 24_000, 120_000];
  const priceY = (units: bigint): number => 250 - ((Number(price(units)) - lowest) / (highest - lowest)) * 200;
  const driftY = (ppm: number): number => 370 - (ppm / mostPpm) * 90;
  const line = (name: string, ys: readonly number[]): string => `<polyline class="${name}" points="${points.map(({ atMs }, index) => `${x(atMs)},${(ys[index] ?? 0).toFixed(1)}`).join(' ')}"/>`;
  const hours = Array.from({ length: 9 }, (_, index) => FROM_MS + index * 6 * 60 * MINUTE_MS);
  const rule = (y: number, label: string): string => `<path class="rule" d="M${LEFT} ${y.toFixed(1)}H${RIGHT}"/><text x="${LEFT - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${label}</text>`;
  const classOf = (used: string | undefined): string => (used === undefined ? 'none' : used === FIRST ? 'first' : 'second');
  const bars = periodsOf(days).map(({ fromMs, untilMs, used }) => `<rect class="bar ${classOf(used)}" x="${x(fromMs)}" y="400" width="${(Number(x(untilMs)) - Number(x(fromMs))).toFixed(1)}" height="24"/>`);
  const legend = [FIRST, SECOND, 'neither'].map((name, index) => `<rect class="bar ${['first', 'second', 'none'][index]}" x="${LEFT + index * 150}" y="12" width="14" height="14"/><text x="${LEFT + index * 150 + 20}" y="24">${name}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 464" role="img" aria-label="BTC/USDC at ${FIRST} and ${SECOND} on 10 and 11 March 2023: prices, how far they are apart, and which was used">
<style>
.paper{fill:#fff}text{fill:#24292f;font:12px sans-serif}.rule{stroke:#d0d7de;fill:none}polyline{fill:none;stroke-width:1.4}
polyline.first{stroke:#0969da}polyline.second{stroke:#bc4c00}polyline.apart{stroke:#6e7781}.bound{stroke:#cf222e;stroke-dasharray:4 3;fill:none}
.bar.first{fill:#0969da}.bar.second{fill:#bc4c00}.bar.none{fill:#d0d7de}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117}text{fill:#e6edf3}.rule{stroke:#30363d}polyline.first{stroke:#58a6ff}polyline.second{stroke:#f0883e}polyline.apart{stroke:#8b949e}.bound{stroke:#ff7b72}.bar.first{fill:#58a6ff}.bar.second{fill:#f0883e}.bar.none{fill:#30363d}}
</style>
<rect class="paper" width="900" height="464"/>
${legend.join('')}
<text x="${RIGHT}" y="24" text-anchor="end">BTC/USDC, USDC</text>
${[19_000, 20_000, 21_000, 22_000, 23_000, 24_000].map((at) => rule(priceY(BigInt(at) * 100n), String(at))).join('\n')}
${[0, 40_000, 80_000, 120_000].map((ppm) => rule(driftY(ppm), `${ppm / 10_000} %`)).join('\n')}
<path class="bound" d="M${LEFT} ${driftY(Number(words.disputePpm)).toFixed(1)}H${RIGHT}"/><text x="${LEFT + 4}" y="${driftY(mostPpm) + 14}">apart; dashed: from here on disputed</text>
<text x="${LEFT - 6}" y="416" text-anchor="end">used</text>
${hours.map((atMs, index) => `<path class="rule" d="M${x(atMs)} 50V428"/><text x="${x(atMs)}" y="444" text-anchor="${index === 8 ? 'end' : 'middle'}">${new Date(atMs).getUTCHours() === 0 ? `${new Date(atMs).getUTCDate()} March` : `${new Date(atMs).getUTCHours()}:00`}</text>`).join('\n')}
${line('first', points.map(({ units: [one] }) => priceY(one ?? 0n)))}
${line('second', points.map(({ units: [, other] }) => priceY(other ?? 0n)))}
${line('apart', points.map(driftPpm).map(driftY))}
${bars.join('\n')}
</svg>
`;
}

const rules = `# Prices one can trust

A price decides what an order is worth and whether its limit price is sane. So a price is judged before it is used, and what comes out of the judgement, a \`TrustedPrice\`, is the only kind of price that the controls take.

Alone, a source can be:

| | when |
|---|---|
| cold | it has said fewer than \`warmQuotes\` (3) things since the start; before that nothing is known |
| stale | its last quote is more than 4 s old, by its own time or by when it came: a frozen source that goes on answering is stale |
| mute | connected, and nothing new from it for four of its own usual intervals and three of its second longest of late, at least 1 s: whoever quotes seldom pauses long, and is no worse for it. Where a source stamps its answers (\`stampsAnswers\`), only a changed price is new |
| crossed, locked, empty | its bid is above its ask, equals it, or one of them is missing |
| ahead | its time is more than 2 s later than ours, and nothing can be judged by it |
| jumped | more than 2 % within 5 s, and no other source is there; until one is, it is over, or it has been quoted there for 60 s |

Sources that are well by themselves are compared. Of three or more, most must stand within 0.5 % of their median; who does not is **outvoted**, and stays so until it agrees again, even when the others fall silent. Of two that
differ nobody knows which is right: neither is used, unless one is bad by itself.

Then one is chosen, in the order of the configuration: a source with a fault is left at once, for the first that is good. One that was bad is taken into a gap after 10 s of being good, and in place of a good one after 5 minutes. A fault that comes
and goes each second moves the choice once.

\`\`\`ts
import { faultText, PriceFeeds, quotationOf } from 'breakwater';

const feeds = new PriceFeeds({ sources: ['kraken', 'binance-us', 'coinbase'] }, ({ atMs, from, to, fault }) => {
  console.log(atMs, from, '→', to, fault === undefined ? '' : faultText(fault));
});
const nowMs = Date.now();
const quotation = quotationOf({ bid: '21700.45', ask: '21700.51', quotedAtMs: nowMs }, 2, nowMs); // your time when you asked, or when it came unasked
if (quotation !== undefined) feeds.saw('BTC/USDC', 'kraken', quotation);
const reading = feeds.reading('BTC/USDC', nowMs); // trusted, with a price; untrusted; or unknown since the start
console.log(reading.kind, reading.sources);
\`\`\`

## In the runtime

Without a word in the configuration each venue is the one source of its own prices, asked each second. What is then not used, and for how long:

| the venue's price | is not used |
|---|---|
| crossed, or without bid or ask | until the next one is a market |
| moved by more than 10 % within 5 s | until it has been quoted there for 30 s, or is over |
| mute: unchanged, with the same time, for four of its usual intervals and three of its second longest of late, at least 4 s | until there is news. A venue that quotes each second and freezes, or answers no more, is found within 5 s |

**A price is as old as its source says, never younger than the question.** Clocks differ, so a source's own times are brought into ours by the messages that took least, its answers' own times (\`Date\`) among them. A quiet market's price therefore grows old while
it is asked each second, and \`limits.priceMaxAge\` decides how old is too old: nothing is wrong with a price because nobody quoted for a minute. A stock at night, or a pair that trades twice an hour, pauses for long, is known for it, and is never called mute
for less than three such pauses. What cannot be told apart from a quiet market is a venue that freezes where it quotes seldom: there the age alone stops orders.

With \`prices\` in the [configuration](../reference/configuration.md#prices) an instrument has several sources, the preferred one first, and all of the rules above:

\`\`\`jsonc
{ "prices": {
  "sources": {
    "own": { "adapter": "venue", "venue": "alpaca" },
    "coinbase": { "adapter": "http-json", "url": "https://api.exchange.coinbase.com/products/{symbol}/ticker", "bid": "bid", "ask": "ask", "time": "time" },
    "kraken": { "adapter": "http-json", "url": "https://api.kraken.com/0/public/Ticker?pair={symbol}", "bid": "result.*.b.0", "ask": "result.*.a.0" }
  },
  "instruments": {
    "BTC/USD": [{ "source": "own" }, { "source": "coinbase", "symbol": "BTC-USD" }, { "source": "kraken", "symbol": "XBTUSD", "sameAs": "USD" }]
  }
} }
\`\`\`

A market in other money is refused: \`BTCUSDT\` is no price of BTC/USD unless \`"sameAs": "USDT"\` says that you take the two for the same. A source without a time of its own (\`kraken\` above) shows that it is not frozen only by a price that changes.

**A source that is no venue is asked as a venue is**: through a gateway with a request budget (\`perMinute\`, 200 unless told, a fifth of it kept free; none is repeated, because the next question comes soon) and behind a circuit of its own, \`prices:NAME\`, with the
rules of \`breakers.prices\`. A 429 keeps it alone for as long as its \`Retry-After\` says, or for \`breakers.rateLimit.open\` where it says nothing. Five failures in a row open the circuit; from then on the source is asked by its probes alone, up to 15 s apart, and a stream is not even
connected. A probe that is answered closes it, and the source is used again after its stable time. \`breakwater breakers ls\` shows it, and each opening is an entry of the journal.

While no price of an instrument is trusted, orders in it wait, and are given up when they are older than \`limits.signalMaxAge\`; cancels are not touched. Each \`order.prepared\` holds the source and the age of the price it was judged by. Which source is used, why and since
when, and what is wrong with the others: \`breakwater prices\`, \`GET /api/v1/prices\`, a line in the log with each change, and the metrics \`breakwater_prices_untrusted\`, \`breakwater_price_source_used\`, \`breakwater_price_source_faulty\` and \`breakwater_price_changes_total\`.
`;
