/** What the form of a value cannot show: that the values of a configuration go together, and that every limit is there. */
import { parseAddress } from '../../base/index.ts';
import { faultsIn, guardedParts, rulesOf } from './breakers.ts';
import { error, notThere, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { limitsFor } from './limits.ts';
import { priceFindings } from './price-sources.ts';
import type { Config, ParsedConfig, VenueConfig } from './schema.ts';
import { NONE } from './values.ts';
import type { Path } from './tree.ts';

export type { Finding };

const hosts = { paper: 'https://paper-api.alpaca.markets', live: 'https://api.alpaca.markets' } as const;

/** The configuration with the defaults that depend on other values. */
export function completed({ $schema: _schema, ...parsed }: ParsedConfig): Config {
  const venues = mapped(parsed.venues, (venue): VenueConfig => ({ ...venue, baseUrl: venue.baseUrl ?? (venue.money === 'sim' ? '' : hosts[venue.money]) }));
  const sources = mapped(parsed.signals.tradingview.sources, (source, name) => ({ ...source, strategy: source.strategy ?? name }));
  return { ...parsed, venues, signals: { tradingview: { sources }, intents: parsed.signals.intents } };
}

export function findingsIn(config: Config): Finding[] {
  return [...venueFindings(config), ...breakerFindings(config), ...priceFindings(config), ...senderFindings(config), ...limitFindings(config), ...missingLimits(config), ...riskFindings(config), ...observeFindings(config), ...watchFindings(config), ...pageFindings(config)];
}

export const tradedBy = (config: Pick<Config, 'venues'>): string[] => [...new Set(Object.values(config.venues).flatMap((venue) => venue.instruments))];

function venueFindings(config: Config): Finding[] {
  return Object.entries(config.venues).flatMap(([name, { money, baseUrl, mirrors, extensions, deadMan }]): Finding[] => {
    if (money === 'sim' && baseUrl === '') return [error('BW-1208', ['venues', name, 'baseUrl'], 'is missing: a venue with simulated money has no host of its own', 'name the address of the simulated exchange, such as "http://127.0.0.1:7350"')];
    return [
      ...(extensions.length > 0 && money !== 'sim' ? [error('BW-1208', ['venues', name, 'extensions'], `names ${extensions.join(' and ')}, and Alpaca has neither`, 'take it out: it is for a simulated exchange that was started with --extensions')] : []),
      ...(deadMan !== undefined && !extensions.includes('dead-man-timer') ? [error('BW-1208', ['venues', name, 'deadMan'], 'is there, and this venue has no dead-man timer', 'take it out; what is done when the runtime does not come back is "supervisor.deadMan"')] : []),
      ...hostFindings(money, baseUrl, ['venues', name, 'baseUrl']),
      ...mirrors.flatMap((mirror, at) => [...hostFindings(money, mirror, ['venues', name, 'mirrors', at]), ...routeFindings(mirror, ['venues', name, 'mirrors', at])]),
    ];
  });
}

function pageFindings({ supervisor: { listen, secret } }: Config): Finding[] {
  if (listen === undefined || secret !== undefined || /^(?:127\.|::1$|localhost$)/.test(listen.host)) return [];
  return [error('BW-1208', ['supervisor', 'secret'], 'is missing: the page /stop could be used by whoever reaches it', 'write a secret, or let "listen" be a loopback address such as "127.0.0.1:7342"')];
}

function hostFindings(money: VenueConfig['money'], url: string, path: Path): Finding[] {
  const host = /^https?:\/\/([^/:]+)/.exec(url)?.[1] ?? '';
  const real = host === 'api.alpaca.markets' ? 'live' : host.endsWith('alpaca.markets') ? 'paper' : undefined;
  if (real === undefined || real === money) return [];
  return [error('BW-1208', path, `is the host for ${real} money, but "money" is "${money}"`, `set "money" to "${real}", or take ${path.includes('mirrors') ? 'it' : 'baseUrl'} out`)];
}

function routeFindings(mirror: string, path: Path): Finding[] {
  const route = parseAddress(mirror)?.route ?? '/';
  return route === '/' ? [] : [error('BW-1208', path, `has a route, "${route}"; a mirror is another host for the same routes`, 'end it with the host or the port')];
}

function breakerFindings({ breakers, venues, prices }: Config): Finding[] {
  const others = Object.entries(prices.sources).flatMap(([name, { adapter }]) => (adapter === 'venue' ? [] : [`prices:${name}`]));
  const circuits = [...Object.keys(venues).flatMap((venue) => guardedParts.map((part) => `${venue}/${part}`)), ...others];
  const strays = Object.keys(breakers.named).filter((name) => !circuits.includes(name)).map((name) => notThere(['breakers', 'named', name], 'a circuit of any venue or source of prices', name, circuits));
  const places = [...guardedParts.map((part) => ({ path: ['breakers', part], rules: breakers[part] })), ...Object.keys(breakers.named).map((name) => ({ path: ['breakers', 'named', name], rules: rulesOf(breakers, name) }))];
  return [...strays, ...places.flatMap(({ path, rules }) => faultsIn(rules).map(({ key, message, hint }) => error('BW-1208', [...path, ...key], message, hint)))];
}

function senderFindings(config: Config): Finding[] {
  const { tradingview, intents } = config.signals;
  const senders = [
    ...Object.entries(tradingview.sources).map(([name, { venue }]) => ({ path: ['signals', 'tradingview', 'sources', name, 'venue'], venue })),
    ...Object.entries(intents.tokens).map(([name, { venue }]) => ({ path: ['signals', 'intents', 'tokens', name, 'venue'], venue })),
  ];
  const strayed = senders.filter(({ venue }) => !Object.hasOwn(config.venues, venue)).map(({ path, venue }) => notThere(path, 'a venue', venue, Object.keys(config.venues)));
  const perSource = Object.entries(tradingview.sources).flatMap(([name, source]): Finding[] => {
    const path = ['signals', 'tradingview', 'sources', name];
    const instruments = Object.hasOwn(config.venues, source.venue) ? config.venues[source.venue]?.instruments : undefined;
    const tickers = Object.entries(source.tickers).filter(([, symbol]) => instruments !== undefined && !instruments.includes(symbol));
    return [
      ...tickers.map(([ticker, symbol]) => notThere([...path, 'tickers', ticker], `an instrument of the venue "${source.venue}"`, symbol, instruments ?? [])),
      ...(source.dialect === 'text' && source.template === undefined ? [error('BW-1208', [...path, 'template'], 'is missing: the dialect "text" needs it', 'write the text of the alert, such as "{{strategy.order.action}} {{ticker}} q={{strategy.order.contracts}}"')] : []),
      ...(source.dialect !== 'auto' && source.dialect !== 'text' && source.template !== undefined ? [error('BW-1208', [...path, 'template'], `has no use with the dialect "${source.dialect}"`, 'set "dialect" to "text", or take the template out')] : []),
      ...(Object.keys(source.tickers).length === 0 && !source.sameName ? [error('BW-1208', [...path, 'tickers'], 'is empty and "sameName" is off: no ticker of this source could ever be understood', 'add an entry such as "BTCUSD": "BTC/USD"')] : []),
      ...(source.maxAge === undefined && config.limits.signalMaxAge === undefined ? [warning('BW-1210', [...path, 'maxAge'], 'is missing, and so is limits.signalMaxAge: old signals of this source are not told from new ones, and are blocked', 'write "maxAge": "60s"')] : []),
    ];
  });
  return [...strayed, ...perSource];
}

function limitFindings(config: Config): Finding[] {
  const { maxOrderValue = {}, maxPosition = {}, priceCollar = {}, maxOrderQuantity = {}, maxShort = {}, maxSpread = {}, priceDrift = {} } = config.limits;
  const traded = tradedBy(config);
  const strays = Object.entries({ maxOrderValue, maxPosition, priceCollar, maxOrderQuantity, maxShort, maxSpread, priceDrift }).flatMap(([limit, entries]) => Object.keys(entries)
    .filter((symbol) => symbol !== 'default' && !traded.includes(symbol)).map((symbol) => notThere(['limits', limit, symbol], 'an instrument of any venue', symbol, traded)));
  const foreign = Object.entries(maxOrderValue).filter(([symbol, { asset }]) => traded.includes(symbol) && !leads(traded, quoteOf(symbol), asset))
    .map(([symbol, { asset }]) => error('BW-1208', ['limits', 'maxOrderValue', symbol], `is in ${asset}, ${symbol} is priced in ${quoteOf(symbol)}, and no instrument leads from one to the other`, `give the amount in ${quoteOf(symbol)}, or name an instrument that gives the rate`));
  return [...strays, ...foreign];
}

const quoteOf = (symbol: string): string => symbol.split('/')[1] ?? '';

/** Whether the prices of what is traded give a rate between two assets, over so many instruments at most as the account is valued by. */
function leads(traded: readonly string[], from: string, to: string): boolean {
  let reached = new Set([from]);
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const pairs = traded.map((symbol) => symbol.split('/'));
    reached = new Set([...reached, ...pairs.flatMap(([base = '', quote = '']) => [...(reached.has(base) ? [quote] : []), ...(reached.has(quote) ? [base] : [])])]);
  }
  return reached.has(to);
}
const MOST_STEPS = 3;

function missingLimits(config: Config): Finding[] {
  const missing = tradedBy(config).flatMap((symbol): Finding[] => {
    const { maxOrderValue, maxPositionText, priceCollar } = limitsFor(config, symbol);
    const absent = (limit: string, example: string): Finding => warning('BW-1210', ['limits', limit, symbol], `is missing: every order in ${symbol} is blocked until it is there`, `write "${symbol}": "${example}"`);
    return [
      ...(maxOrderValue === undefined || !leads(tradedBy(config), quoteOf(symbol), maxOrderValue.asset) ? [absent('maxOrderValue', `5000 ${quoteOf(symbol)}`)] : []),
      ...(maxPositionText === undefined ? [absent('maxPosition', '0.5')] : []),
      ...(priceCollar === undefined ? [absent('priceCollar', '3%')] : []),
    ];
  });
  return [...missing, ...alike(config), ...alone(config)];
}

/** Limits per instrument that may have a default. */
function alike({ limits, venues }: Config): Finding[] {
  const examples = { maxOrderQuantity: '1', maxShort: '0', maxSpread: '1%', priceDrift: '10% in 5m' } as const;
  return tradedBy({ venues }).flatMap((symbol) => Object.entries(examples).flatMap(([key, example]): Finding[] => {
    const limit: Readonly<Record<string, unknown>> = limits[key as keyof typeof examples] ?? {};
    if (Object.hasOwn(limit, symbol) || Object.hasOwn(limit, 'default')) return [];
    return [warning('BW-1210', ['limits', key, symbol], `is missing: every order in ${symbol} is blocked until it is there`, `write "${symbol}": "${example}"`)];
  }));
}

/** Limits that hold for everything at once. One that is not wanted is given up in so many words. */
function alone({ limits }: Config): Finding[] {
  const examples = {
    priceMaxAge: '"10s"', rateMaxAge: '"60s"', maxNetValue: '"none"', maxGrossValue: '"none"', buyingPower: '"reserved"', repeats: '"20 in 10m"', duplicateWithin: '"2s"', selfMatch: '"refuse"',
    permissions: '{ "default": { "default": "both" } }', restricted: '["none"]',
  } as const;
  const absent = (key: string, example: string): Finding => warning('BW-1210', ['limits', ...key.split('.')], 'is missing: every order is blocked until it is there', `write "${key.split('.').at(-1) ?? key}": ${example}`);
  return [
    ...Object.entries(examples).filter(([key]) => limits[key as keyof typeof examples] === undefined).map(([key, example]) => absent(key, example)),
    ...(['strategy', 'venue', 'system'] as const).filter((scope) => limits.messageRate?.[scope] === undefined).map((scope) => absent(`messageRate.${scope}`, '"20 in 10s"')),
  ];
}

/** In which asset the account is valued; undefined where nothing says it. */
export function currencyOf(config: Pick<Config, 'venues' | 'risk'>): string | undefined {
  const quotes = new Set(tradedBy(config).map((symbol) => symbol.split('/')[1]));
  const { maxDailyLoss } = config.risk;
  return config.risk.currency ?? (maxDailyLoss === undefined || maxDailyLoss === NONE ? undefined : maxDailyLoss.asset) ?? (quotes.size === 1 ? [...quotes][0] : undefined);
}

function watchFindings({ health: { every, timeout } }: Config): Finding[] {
  return timeout.ms >= 2 * every.ms ? [] : [error('BW-1208', ['health', 'timeout'], `is ${timeout.ms / 1_000} s, and a component is looked at every ${every.ms / 1_000} s: one look that is missed would be a failure`, `give at least ${(2 * every.ms) / 1_000}s`)];
}

/** With play money trying a control out is what it is for. */
function observeFindings({ limits: { observe = [] }, venues }: Config): Finding[] {
  const live = Object.entries(venues).filter(([, { money }]) => money === 'live').map(([venue]) => venue);
  if (observe.length === 0 || live.length === 0) return [];
  const what = observe.includes('all') ? 'no control blocks anything' : `${observe.join(', ')} block${observe.length === 1 ? 's' : ''} nothing`;
  return [warning('BW-1212', ['limits', 'observe'], `means that ${what}, and ${live.join(', ')} ${live.length === 1 ? 'trades' : 'trade'} REAL MONEY: whatever a limit would have stopped leaves`, 'take it out, or try it with paper money')];
}

function riskFindings(config: Config): Finding[] {
  const { currency, maxDailyLoss } = config.risk;
  if (maxDailyLoss === undefined) return [warning('BW-1210', ['risk', 'maxDailyLoss'], 'is missing: every order is blocked until it is there', `write "maxDailyLoss": "1500 ${currencyOf(config) ?? 'USD'}"`)];
  if (maxDailyLoss === NONE) return [];
  if (currency !== undefined && currency !== maxDailyLoss.asset) return [error('BW-1208', ['risk', 'maxDailyLoss'], `is in ${maxDailyLoss.asset}, but the account is valued in ${currency}`, `give the amount in ${currency}`)];
  return [];
}

function mapped<From, To>(record: Readonly<Record<string, From>>, change: (value: From, key: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
