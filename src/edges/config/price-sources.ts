/** What of price sources must go together: what each adapter needs, names that exist, and prices that are in the same money. */
import { error, notThere } from './finding.ts';
import type { Finding } from './finding.ts';
import type { PricesConfig } from './prices.ts';
import type { Config } from './schema.ts';

type Source = PricesConfig['sources'][string];
type Entry = PricesConfig['instruments'][string][number];

export function priceFindings({ prices, venues }: Pick<Config, 'prices' | 'venues'>): Finding[] {
  const traded = [...new Set(Object.values(venues).flatMap(({ instruments }) => instruments))];
  const sources = Object.entries(prices.sources).flatMap(([name, source]) => sourceFindings(name, source, Object.keys(venues)));
  const instruments = Object.entries(prices.instruments).flatMap(([symbol, entries]): Finding[] => {
    const path = ['prices', 'instruments', symbol];
    const twice = entries.find(({ source }, at) => entries.findIndex((other) => other.source === source) < at);
    return [
      ...(traded.includes(symbol) ? [] : [notThere(path, 'an instrument of any venue', symbol, traded)]),
      ...(twice === undefined ? [] : [error('BW-1208', path, `names "${twice.source}" twice`, 'name each source once: it has one opinion')]),
      ...entries.flatMap((entry, at) => entryFindings(symbol, entry, [...path, at], { prices, venues })),
    ];
  });
  const tight = Object.entries(prices.sources).flatMap(([name, { adapter, every, perMinute }]): Finding[] => {
    const asks = adapter === 'http-json' ? Object.values(prices.instruments).filter((entries) => entries.some(({ source }) => source === name)).length : adapter === 'alpaca-data' ? 1 : 0;
    const needed = asks * Math.ceil(60_000 / every.ms);
    const allowed = Math.floor((perMinute * 4) / 5);
    return needed <= allowed ? [] : [error('BW-1208', ['prices', 'sources', name, 'perMinute'], `allows ${allowed} requests a minute, a fifth aside, and ${asks} every ${every.ms} ms are ${needed}: prices would grow old while they wait`, 'ask less often by "every", or raise it where the source allows more')];
  });
  const { resumeAfter, returnAfter } = prices;
  const order = returnAfter.ms < resumeAfter.ms ? [error('BW-1208', ['prices', 'returnAfter'], 'is shorter than resumeAfter: a source would take the place of a good one sooner than it fills a gap', 'make it as long, or longer')] : [];
  return [...sources, ...instruments, ...tight, ...order];
}

function sourceFindings(name: string, { adapter, venue, url, bid, ask, keyId, secret }: Source, venues: readonly string[]): Finding[] {
  const path = ['prices', 'sources', name];
  const needs = (key: string, value: unknown, hint: string): Finding[] => (value === undefined ? [error('BW-1208', [...path, key], `is missing: the adapter "${adapter}" needs it`, hint)] : []);
  switch (adapter) {
    case 'venue': return venue === undefined ? needs('venue', venue, `name one of ${venues.join(', ')}`) : venues.includes(venue) ? [] : [notThere([...path, 'venue'], 'a venue', venue, venues)];
    case 'alpaca-data': return (keyId === undefined) === (secret === undefined) ? [] : needs(keyId === undefined ? 'keyId' : 'secret', undefined, 'give both or neither: pairs are shown to anybody');
    case 'alpaca-data-stream': return [...needs('keyId', keyId, 'write "${ALPACA_KEY_ID}"'), ...needs('secret', secret, 'write "${ALPACA_SECRET}"')];
    case 'http-json': return [...needs('url', url, 'write the address, with {symbol} in it'), ...needs('bid', bid, 'write where the bid stands, such as "bid"'), ...needs('ask', ask, 'write where the ask stands, such as "ask"')];
  }
}

function entryFindings(instrument: string, { source: name, symbol = instrument, sameAs }: Entry, path: readonly (string | number)[], { prices, venues }: Pick<Config, 'prices' | 'venues'>): Finding[] {
  const source = Object.hasOwn(prices.sources, name) ? prices.sources[name] : undefined;
  if (source === undefined) return [notThere([...path, 'source'], 'a source of prices', name, Object.keys(prices.sources))];
  const there = source.adapter === 'venue' && source.venue !== undefined && Object.hasOwn(venues, source.venue) ? venues[source.venue]?.instruments : undefined;
  const [base = '', quote = ''] = instrument.split('/');
  const money = sameAs ?? quote;
  const isVouchedFor = sameAs === quote; // by hand: the name there says nothing
  return [
    ...(there === undefined || there.includes(symbol) ? [] : [notThere([...path, 'symbol'], `an instrument of the venue "${source.venue ?? ''}"`, symbol, there)]),
    ...(isVouchedFor || symbol.toUpperCase().replaceAll(/[^A-Z0-9]/g, '') === `${base}${money}` ? [] : [error('BW-1208', [...path, 'symbol'], `"${symbol}" is not by its name ${base} in ${money}: it may be priced in other money than ${instrument}, and nothing is converted`, `take a market in ${money}, or say which asset counts the same there, such as "sameAs": "USDT"; "sameAs": "${quote}" where the name only hides that it is ${instrument}`)]),
  ];
}
