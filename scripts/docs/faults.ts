/** docs/reference/faults.md: the words of a fault plan, as the code has them. */
import { faults, faultWords, onWords, placesOf } from '../../src/dialects/faults/index.ts';
import type { FaultOn } from '../../src/dialects/faults/index.ts';

const places: Readonly<Record<FaultOn, string>> = {
  'order.create': 'a request that places an order',
  'order.read': "a read of one order by the venue's id",
  'order.find': 'a read of one order by its client order id',
  'order.list': 'a read of many orders',
  'order.cancel': 'a request to cancel one order, or all',
  'order.replace': 'a request to change an order',
  'activity.list': 'a read of executions and fees',
  'account.read': 'a read of the account',
  'positions.read': 'a read of positions',
  'quote.read': 'a read of prices',
  'asset.read': 'a read of instruments',
  'stream.open': 'a stream that is being opened',
  'stream.event': 'an event about an order, on its way to a client',
  'price.shown': 'a price of an instrument, each time a read or the stream of the market shows it; a fault of it holds for all who ask or listen',
  any: 'everything that the fault can strike, other requests too',
};

const introduction = `# Faults on command

The simulated exchange can be made to fail as real venues do: seeded, so that the same plan and the same requests in the same order give the same faults.
This page is written from the code by \`scripts/node scripts/docs.ts faults\`.

## A plan

The same JSON in a file (\`breakwater exchange --faults FILE\`) and over HTTP (\`PUT /_exchange/faults\`, see [exchange.md](exchange.md)):

\`\`\`json
{ "seed": 7, "rules": [
  { "on": "order.create", "fault": "answer-lost", "probability": 0.2, "times": 50, "delayMs": 0 },
  { "on": "stream.event", "fault": "event-duplicated", "probability": 0.5 },
  { "on": "price.shown", "fault": "price-frozen", "symbol": "BTC/USD", "times": 1, "delayMs": 60000 }
] }
\`\`\`

| Key | Form | Default | Meaning |
|---|---|---|---|
| \`seed\` | whole number | 0 | Where chance begins. Each rule draws from a stream of its own: another rule does not shift it. |
| \`rules\` | list | none | The first rule that strikes decides. |
| \`on\` | a place, below | needed | What it is about. |
| \`fault\` | a fault, below | needed | What goes wrong. |
| \`probability\` | 0 to 1 | 1 | Of striking, each time it could. |
| \`times\` | whole number | unlimited | How often at most. |
| \`delayMs\` | whole number | the fault's own | What the fault makes of it. |
| \`symbol\` | an instrument | every one | Of a fault of prices: which instrument. |

A plan is taken whole or not at all: an unknown word is an error with the word that was probably meant, and the plan before it goes on. A fault is counted
when it took effect, not when it was drawn; \`GET /_exchange/faults\` shows the counts. *Executed* means that the exchange did what was asked, whatever the client saw.
A fault of prices is about what is shown: the exchange goes on executing at its own prices. One at a time holds of an instrument; it ends after \`delayMs\`, or with the next plan, and a rule that may still strike strikes again.
`;

export function faultsReference(): string {
  const placeRows = onWords.map((on) => `| \`${on}\` | ${places[on]} |`);
  const faultRows = faultWords.map((fault) => {
    const { means, delayMs } = faults[fault];
    return `| \`${fault}\` | ${means} | ${delayMs} | ${whereOf(placesOf(fault))} |`;
  });
  return [
    introduction,
    `## Places\n\n| Word | Strikes |\n|---|---|\n${placeRows.join('\n')}\n`,
    `## Faults\n\n| Word | What happens | \`delayMs\` | Where |\n|---|---|---|---|\n${faultRows.join('\n')}\n`,
  ].join('\n');
}

const requests = onWords.filter((on) => on !== 'any' && !on.startsWith('stream.') && !on.startsWith('price.'));

function whereOf(struck: readonly FaultOn[]): string {
  const each = requests.every((request) => struck.includes(request));
  const named = (each ? struck.filter((place) => !requests.includes(place)) : struck).map((place) => `\`${place}\``);
  return [...(each ? ['every request'] : []), ...named].join(', ');
}
