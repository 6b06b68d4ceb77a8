/** The keys of price sources, and what of them must go together. */
import { z } from 'zod';
import { asset, count, duration, name, secret, share, symbol, written } from './forms.ts';
import { parseUrl } from './values.ts';

const place = (example: string) => z.string().regex(/^[^.\s]+(?:\.[^.\s]+)*$/, 'is not a place: names and numbers joined by dots').meta({ examples: [example] });

const source = z.strictObject({
  adapter: z.enum(['venue', 'alpaca-data', 'alpaca-data-stream', 'http-json'])
    .describe("`venue`: a configured venue's own quotes. `alpaca-data`: Alpaca's market data, asked for. `alpaca-data-stream`: the same as a stream. `http-json`: any address that answers with a bid and an ask in JSON."),
  venue: name('alpaca').optional().describe('Of the adapter `venue`: which one.'),
  url: written(parseUrl(['http', 'https', 'unix', 'ws', 'wss', 'ws+unix']), 'https://api.exchange.coinbase.com/products/{symbol}/ticker').optional()
    .describe("Of `http-json`: the address, with `{symbol}` for the instrument's name there. Of the others: another host or stream than Alpaca's own."),
  keyId: secret().optional().describe('Of `alpaca-data-stream`, which needs it, and `alpaca-data`: the name of the key.'),
  secret: secret().optional().describe('The secret of the key.'),
  bid: place('bid').optional().describe('Of `http-json`: where the bid stands in the answer, such as `result.*.b.0`: names and places joined by dots, `*` for the only one there is.'),
  ask: place('ask').optional().describe('Where the ask stands.'),
  time: place('time').optional().describe('Where the time of the price stands: a date, or a count since 1970. Without it only a price that changes shows that the source is not frozen.'),
  every: duration('1s').prefault('1s').describe('How often it is asked. One that does not answer is left to its circuit, `prices:NAME`, which tries it out now and then. A venue is asked each second.'),
  perMinute: count(20).max(1_000_000, 'is more than 1000000').default(200).describe('Requests a minute that it may be asked at most; a fifth is kept free, and what it says by `Retry-After` is obeyed. `http-json` makes a request for each instrument.'),
  timeout: duration('3s').prefault('3s').describe('The deadline of a question.'),
});

const entry = z.strictObject({
  source: name('coinbase').describe('The source, by its name above.'),
  symbol: z.string().regex(/^\S{1,64}$/, 'is not one word of at most 64 characters').meta({ examples: ['BTC-USD'] }).optional().describe("The instrument's name there. Without it, the same as here."),
  sameAs: asset().meta({ examples: ['USDT'] }).optional()
    .describe('On your word, the asset in which that price is given is worth the same as the quote asset here. Without it, a name that is not this base and this quote asset is refused: nothing is converted. The quote asset itself says that the name there only hides what it is.'),
});

export const pricesSchema = z.strictObject({
  sources: z.record(name(), source).default({}).describe('The sources, by a name of your choice. It is written down with each order whose price came from there.'),
  instruments: z.record(symbol(), z.array(entry).min(1, 'names no source')).default({})
    .describe('The sources of an instrument, the preferred one first. An instrument that is not here has one: the venue that trades it.'),
  staleAfter: duration('4s').prefault('4s').describe('A price is not used that is older, by its own time or by when it came. Lengthen it where quotes are seldom.'),
  muteAfter: duration('1s').prefault('1s').describe('A source is never mute before that. It is, after four of its usual pauses and three of its longest ones.'),
  jump: share('2%').prefault('2%').describe('A price that moves further …'),
  jumpWithin: duration('5s').prefault('5s').describe('… within this time is not used …'),
  jumpHold: duration('60s').prefault('60s').describe('… until another source is there, it is over, or it has stood for so long.'),
  dispute: share('0.5%').prefault('0.5%').describe('How far sources may be apart. Of two that are further apart neither is used; of three, those near the middle.'),
  resumeAfter: duration('10s').prefault('10s').describe('A source that was bad is used again after so long a good time, where there is no other.'),
  returnAfter: duration('5m').prefault('5m').describe('The same, in place of one that is good.'),
}).prefault({}).describe('Where prices come from, and when they are believed; see [prices](../concepts/prices.md). Without it each venue is the one source of its own prices.');

export type PricesConfig = z.output<typeof pricesSchema>;
