/** The best prices now. They come as JSON numbers; their digits are taken as they stand in the text, never as floats. */
import { parseUnitsRounded } from '../../base/index.ts';
import type { Instrument, Rounding } from '../../base/index.ts';
import type { Quote, Read } from '../../ports/index.ts';
import type { Catalog } from './catalog.ts';
import { Fields, Unreadable } from './json.ts';
import type { Rest } from './rest.ts';

/** A symbol without a quote is left out: that is no price, and says nothing else. */
export async function quotesFrom(rest: Rest, catalog: Catalog, symbols: readonly string[], timeoutMs: number): Promise<Read<readonly Quote[]>> {
  if (symbols.length === 0) return { kind: 'read', value: [] };
  const deadlineMs = rest.deadlineMs(timeoutMs);
  const answer = await rest.read('data', `/v1beta3/crypto/us/latest/quotes?symbols=${encodeURIComponent(symbols.join(','))}`, deadlineMs);
  if (answer.kind === 'no-such-order') return { kind: 'unclear', why: 'the venue has no list of quotes' };
  if (answer.kind === 'unclear') return answer;
  const learnt = await catalog.learn(symbols, deadlineMs);
  if (learnt.kind === 'unclear') return learnt;
  const read = rest.readable(() => {
    const quotes = new Fields(answer.json, 'answer').object('quotes');
    const { answeredAtMs } = answer;
    return symbols.flatMap((symbol) => (quotes.raw(symbol) === undefined ? [] : { ...quoteFrom(quotes.object(symbol), catalog.instrumentOf(symbol)), ...(answeredAtMs === undefined ? {} : { answeredAtMs }) }));
  });
  return 'value' in read ? { kind: 'read', value: read.value } : { kind: 'unclear', why: read.why };
}

/** Finer prices than the instrument's are rounded apart, never together. */
function quoteFrom(fields: Fields, instrument: Instrument): Quote {
  const price = (name: string, rounding: Rounding): bigint => {
    const units = parseUnitsRounded(fields.numberText(name), instrument.priceScale, rounding);
    if (units === undefined || units <= 0n) throw new Unreadable('out-of-range', `${fields.where}.${name} is not a price above zero`);
    return units;
  };
  return { symbol: instrument.symbol, bidUnits: price('bp', 'down'), askUnits: price('ap', 'up'), atMs: fields.timeMs('t') };
}
