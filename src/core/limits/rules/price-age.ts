/** P3: a price that is missing or too old is no price. */
import type { Rule } from '../case.ts';
import { missing, refusal, symbolOf } from '../words.ts';

export const priceAge: Rule = {
  control: 'price-age',
  title: 'how old the reference price may be',
  limit: 'priceMaxAge',
  judge(given) {
    const { limits, price, nowMs } = given;
    const maxAgeMs = limits?.priceMaxAgeMs;
    const symbol = symbolOf(given);
    if (maxAgeMs === undefined) return missing('price-age', 'priceMaxAge', symbol);
    if (price === undefined) return refusal('price-age', 'BW-3010', `${maxAgeMs} ms`, `no price of ${symbol} has been seen`, 'an order once a price is known');
    const ageMs = nowMs - price.seenAtMs;
    return ageMs > maxAgeMs ? refusal('price-age', 'BW-3011', `${maxAgeMs} ms`, `the price of ${symbol} is ${ageMs} ms old`, `a price of at most ${maxAgeMs} ms`) : undefined;
  },
};
