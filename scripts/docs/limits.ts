/** docs/reference/limits.md: every control that judges an order, with its limit, the unit, an example and the codes of its refusals. */
import { readFileSync } from 'node:fs';
import { rules } from '../../src/core/index.ts';

type Limit = { readonly judges: string; readonly keys: readonly string[]; readonly unit: string; readonly file?: string };

/** By control. What is judged at the edge stands in src/core/limits/rules.test.ts, one step to each side. */
const limits: Readonly<Record<string, Limit>> = {
  'instrument-rules': { judges: 'What the venue itself would refuse: the least quantity, steps, ticks, the least value, and prices that a type of order does not have.', keys: [], unit: 'told by the venue' },
  permission: { judges: 'Whether both the source and the strategy may buy, or sell, this instrument. `default` stands for who or what is not named.', keys: ['permissions'], unit: '`both`, `buy`, `sell` or `none`' },
  restricted: { judges: 'Whether the instrument, its base or its quote asset is on the list of what nobody may trade.', keys: ['restricted'], unit: 'names' },
  'price-age': { judges: 'Whether there is a price, and how old it is by its own time.', keys: ['priceMaxAge'], unit: 'time' },
  spread: { judges: 'How far bid and ask lie apart, measured by the price between them. A market that is crossed never passes.', keys: ['maxSpread'], unit: 'percentage' },
  'price-collar': { judges: 'How far the price of the order is from the reference price, either way. For a market order the worst it may get.', keys: ['priceCollar'], unit: 'percentage' },
  'price-drift': { judges: 'The same against the oldest reference price within a time, so that no collar is walked along step by step.', keys: ['priceDrift'], unit: 'percentage in a time' },
  'order-quantity': { judges: 'How much one order buys or sells, whatever it costs.', keys: ['maxOrderQuantity'], unit: 'base asset' },
  'order-value': { judges: 'What one order is worth at the worst price it may get. In another currency than the quote asset it is converted by the rates by which the account is valued; a rate that is missing or too old is no rate.', keys: ['maxOrderValue', 'rateMaxAge'], unit: 'money; time' },
  'reduce-only': { judges: 'Whether an order that says so only brings the position nearer to zero, with everything open on its side filled first.', keys: [], unit: 'asked for by the order' },
  position: { judges: 'How far the position goes, long or short, with everything open and everything unknown counted as filled, over all instruments of the asset.', keys: ['maxPosition', 'maxShort'], unit: 'base asset' },
  'net-value': { judges: 'What all positions are worth together in the worst case, over every venue and strategy, those of one asset set off against each other. What makes it smaller passes. A position without a price or rate makes it unknown, and nothing passes.', keys: ['maxNetValue', 'rateMaxAge'], unit: 'money; time', file: '../total' },
  'gross-value': { judges: 'The same, long and short added up.', keys: ['maxGrossValue', 'rateMaxAge'], unit: 'money; time', file: '../total' },
  'daily-loss': { judges: 'Whether a limit of the day\'s loss is configured, so that what is lost is watched at all. What happens when it is reached is told in [risk.md](../concepts/risk.md).', keys: ['risk.maxDailyLoss'], unit: 'money' },
  'buying-power': { judges: 'Whether what the order may spend is held and not spoken for by what is open.', keys: ['buyingPower'], unit: '`reserved`' },
  'self-match': { judges: 'Whether the order would trade with one of our own that is open or unknown, of whichever strategy.', keys: ['selfMatch'], unit: '`refuse`' },
  duplicate: { judges: 'Whether the same strategy sent the same lately under another key, and the order does not say `allowRepeat`.', keys: ['duplicateWithin'], unit: 'time' },
  repeats: { judges: 'How often a strategy did the same, without the opposite in between. It is stopped, over restarts, until `breakwater strategy enable`.', keys: ['repeats'], unit: 'so many in a time' },
  'message-rate': { judges: 'How many messages left within a time: of the strategy, to the venue, of all. A cancel is counted and never refused.', keys: ['messageRate.strategy', 'messageRate.venue', 'messageRate.system'], unit: 'so many in a time' },
};

const example = {
  limits: {
    permissions: { default: { default: 'both' }, 'shy-bot': { 'BTC/USD': 'sell', default: 'none' } },
    restricted: ['LUNA'],
    priceMaxAge: '10s',
    maxSpread: { default: '1%' },
    priceCollar: { default: '3%' },
    priceDrift: { default: '10% in 5m' },
    maxOrderQuantity: { default: '1' },
    maxOrderValue: { default: '5000 USD' },
    rateMaxAge: '60s',
    maxPosition: { 'BTC/USD': '0.5' },
    maxShort: { default: '0' },
    maxNetValue: '250000 USD',
    maxGrossValue: '500000 USD',
    buyingPower: 'reserved',
    selfMatch: 'refuse',
    duplicateWithin: '2s',
    repeats: '20 in 10m',
    messageRate: { strategy: '20 in 10s', venue: '50 in 10s', system: '100 in 10s' },
  },
  risk: { maxDailyLoss: '1500 USD' },
};

export function limitsReference(): string {
  const strangers = Object.keys(limits).filter((control) => !rules.some((rule) => rule.control === control));
  if (strangers.length > 0) throw new Error(`There is no control ${strangers.join(', ')}: take it out of scripts/docs/limits.ts.`);
  const rows = rules.map(({ control, limit }) => {
    const of = limits[control];
    if (of === undefined) throw new Error(`The control ${control} is not described: say in scripts/docs/limits.ts what it judges.`);
    if (limit !== undefined && !of.keys.some((key) => key.startsWith(limit))) throw new Error(`The control ${control} asks for limits.${limit}, which scripts/docs/limits.ts does not name.`);
    const paths = of.keys.map((key) => (key.startsWith('risk.') ? key : `limits.${key}`));
    const examples = paths.map((path) => JSON.stringify(path.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], example)));
    const keys = paths.map((path) => `\`${path}\``).join(', ');
    return `| \`${control}\` | ${of.judges} | ${keys === '' ? of.unit : `${keys} (${of.unit})`} | ${examples.map((text) => `\`${text}\``).join(', ')} | ${codesOf(control, of).join(', ')} |`;
  });
  return `# Limits

Every order is asked about by every control, in this order, in the turn in which it would leave. The first that says no gives the answer, with the limit, what was found and
what would have passed; what the others say is recorded beside it. This page is written from the code by \`scripts/node scripts/docs.ts limits\`.

**A limit that is not configured blocks**, with \`BW-3001\` and its name. It never means "unlimited": that there is none is written, as \`"none"\`, where the
[configuration](configuration.md) allows that. How a limit is changed while it runs is told in [limits.md](../operations/limits.md), what stops trading after losses in [risk.md](../concepts/risk.md);
which control of which rule book is where, in [controls.md](controls.md).

| Control | Judges | Limit | Example | Refuses with |
|---|---|---|---|---|
${rows.join('\n')}

What the codes mean and what to do stands in [errors.md](errors.md). \`limits.observe\` names controls that judge and record and block nothing. While the system is degraded the limits on exposure hold by half ([health](../concepts/health.md)).

An order that waits (no price yet, books not compared) is judged when it would leave. One that is tried again is judged again. A cancel is judged by nothing and always leaves.

Examples, together:

\`\`\`json
${JSON.stringify(example, undefined, 2)}
\`\`\`
`;
}

/** As they stand in the file of the rule. */
function codesOf(control: string, { keys, file = control }: Limit): readonly string[] {
  const text = readFileSync(new URL(`../../src/core/limits/rules/${file}.ts`, import.meta.url), 'utf8') + (file === control ? '' : readFileSync(new URL(`../../src/core/limits/rules/${control}.ts`, import.meta.url), 'utf8'));
  return [...new Set([...(keys.length > 0 ? ['BW-3001'] : []), ...text.match(/BW-\d{4}/g) ?? []])].toSorted();
}
