/** From the configuration to what the runtime is told: venues with their deadlines, limits as text, intervals. */
import type { Random } from '../../base/index.ts';
import { moneyOf } from '../../door/index.ts';
import type { MoneyKind } from '../../door/index.ts';
import { NONE, currencyOf } from '../../edges/config/index.ts';
import type { Config, Money, VenueConfig } from '../../edges/config/index.ts';
import { breakersOf } from './circuits.ts';
import { RetryBudget } from '../../calls/index.ts';
import type { Clock, Net, QuotaStore, Unread, Venue } from '../../ports/index.ts';
import { DEFAULT_RISK, DEFAULT_SETTINGS, Gateway, hearing } from '../../runtime/index.ts';
import type { LimitTexts, MoneyText, NamedSource, PriceSettings, RiskSettings, Settings, StopTimes, VenueBinding } from '../../runtime/index.ts';
import { alpacaLimits, alpacaPrices, alpacaPriceStream, alpacaVenue, tickerPrices } from '../../venues/index.ts';

const UNSENT_MS = 60_000; // how old a wish may be and still be sent, where no limit says it

type BindingPorts = {
  readonly net: Net;
  readonly clock: Clock;
  readonly random: Random;
  readonly owner: string; // of what is leased of a rate budget: this process life
  readonly quota: (venue: string) => QuotaStore;
  readonly unread?: (venue: string, unread: Unread) => void;
};

export function bindingsOf(config: Config, ports: BindingPorts): readonly (VenueBinding & { readonly gateway: Gateway })[] {
  const retries = new RetryBudget();
  return Object.entries(config.venues).map(([name, venue]) => {
    const gateway = gatewayOf(name, venue, { ...ports, retries });
    return { gateway, ...bindingOf(config, venue, hearing(venueOf(name, venue, { ...ports, net: gateway.net }), ports.clock)) };
  });
}

/** The same venues past every gateway, for whoever stops everything: no disk is asked whether a cancel may leave. What the venue refuses for its rate is asked again. */
export const ungatedBindings = (config: Config, ports: Pick<BindingPorts, 'net' | 'clock' | 'random'>): readonly VenueBinding[] =>
  Object.entries(config.venues).map(([name, venue]) => bindingOf(config, venue, venueOf(name, venue, ports)));

/** The one way out to this venue, for whoever in this process asks it anything. */
export function gatewayOf(name: string, { rateLimit }: VenueConfig, { net, clock, random, owner, quota, retries }: BindingPorts & { readonly retries: RetryBudget }): Gateway {
  return new Gateway(
    { clock, net, random: random.fork(`gateway ${name}`), retries, owner },
    { name, limits: alpacaLimits({ tradingPerMinute: rateLimit.trading, dataPerMinute: rateLimit.data }), store: quota(name) },
  );
}

function bindingOf(config: Config, venue: VenueConfig, adapter: Venue): VenueBinding {
  return {
    venue: adapter,
    symbols: venue.instruments,
    submitTimeoutMs: venue.timeouts.submit.ms,
    cancelTimeoutMs: venue.timeouts.cancel.ms,
    readTimeoutMs: venue.timeouts.read.ms,
    resendWithinMs: config.limits.signalMaxAge?.ms ?? UNSENT_MS,
    feeLeastPpm: Math.min(venue.feePpm.maker, venue.feePpm.taker),
    feeMostPpm: Math.max(venue.feePpm.maker, venue.feePpm.taker),
    tolerance: config.reconciliation.tolerance,
    ...(venue.deadMan === undefined ? {} : { deadMan: { withinMs: venue.deadMan.within.ms, onStop: venue.deadMan.onStop } }),
  };
}

function venueOf(name: string, { baseUrl, dataUrl, streamUrl, keyId, secret, extensions }: VenueConfig, { net, clock, random, unread }: Pick<BindingPorts, 'net' | 'clock' | 'random' | 'unread'>) {
  return alpacaVenue({
    name, net, clock, random: random.fork(`venue ${name}`), baseUrl, keyId: keyId.reveal(), secret: secret.reveal(), extensions,
    ...(dataUrl === undefined ? {} : { dataUrl }), ...(streamUrl === undefined ? {} : { streamUrl }),
    ...(unread === undefined ? {} : { unread: (what) => unread(name, what) }),
  });
}

export function settingsOf(config: Config, about: { readonly version: string; readonly node: string; readonly trustWallClock: boolean }): Settings {
  return {
    ...DEFAULT_SETTINGS,
    ...about,
    limits: limitsOf(config),
    approvals: { people: config.approvals.people, withinMs: config.approvals.within.ms },
    ...riskOf(config),
    breakers: breakersOf(config),
    watch: { checkEveryMs: config.health.every.ms, timeoutMs: config.health.timeout.ms, failures: config.health.failures },
    stops: stopTimesOf(config),
    reconcileEveryMs: config.reconciliation.every.ms,
    maxLag: config.journal.maxLag,
    appendTimeoutMs: config.journal.appendTimeout.ms,
    emergencyAfterMs: config.journal.emergencyAfter.ms,
    snapshotEvery: config.storage.snapshotEvery,
    segmentEntries: config.storage.segmentEntries,
    segmentAgeMs: config.storage.segmentAge.ms,
    horizonMs: config.storage.horizon.ms,
    retention: {
      ...(config.storage.retention.age === undefined ? {} : { ageMs: config.storage.retention.age.ms }),
      ...(config.storage.retention.size === undefined ? {} : { bytes: config.storage.retention.size.bytes }),
    },
  };
}

const stopTimesOf = ({ kill }: Config): StopTimes => ({
  cancelWithinMs: kill.cancelWithin.ms, verifyWithinMs: kill.verifyWithin.ms, closeWithinMs: kill.closeWithin.ms, confirmWithinMs: kill.confirmWithin.ms,
  limitForMs: kill.limitFor.ms, limitRounds: kill.limitRounds, collarPpm: kill.collar.ppm, retryMostMs: kill.retryMost.ms, planValidMs: kill.planValid.ms,
});

type SourceConfig = Config['prices']['sources'][string];

/** What feeds each instrument; instruments that are not named have their venue alone. */
export function pricesOf({ prices }: Config, ports: BindingPorts): PriceSettings {
  const retries = new RetryBudget(); // none is repeated
  const { staleAfter, muteAfter, jump, jumpWithin, jumpHold, dispute, resumeAfter, returnAfter } = prices;
  return {
    sources: Object.fromEntries(Object.entries(prices.sources).map(([name, source]) => [name, sourceOf(name, source, { ...ports, retries })])),
    instruments: Object.fromEntries(Object.entries(prices.instruments).map(([symbol, entries]) => [symbol, entries.map(({ source, symbol: there = symbol }) => ({ source, symbol: there }))])),
    words: {
      staleAfterMs: staleAfter.ms, muteLeastMs: muteAfter.ms, jumpPpm: jump.ppm, jumpWithinMs: jumpWithin.ms, jumpHoldMs: jumpHold.ms, disputePpm: dispute.ppm, resumeAfterMs: resumeAfter.ms, returnAfterMs: returnAfter.ms,
      aheadMs: Infinity, lockedIsSound: true, // each source's own time is brought into ours, and is never ahead of it
    },
  };
}

function sourceOf(name: string, source: SourceConfig, { net, clock, random, owner, quota, retries }: BindingPorts & { readonly retries: RetryBudget }): NamedSource {
  const { adapter } = source;
  if (adapter === 'venue') return { kind: 'venue', venue: source.venue ?? '' };
  const own = `prices:${name}`;
  const gateway = new Gateway(
    { clock, net, random: random.fork(`gateway ${own}`), retries, owner },
    { name: own, limits: [{ name: 'requests', requests: source.perMinute, perMs: 60_000 }], store: quota(own), tries: 1 },
  );
  return { kind: 'other', gateway, ...adapterOf(name, adapter, source, { net: gateway.net, clock, random }) };
}

type Adapter = Pick<Extract<NamedSource, { kind: 'other' }>, 'source' | 'stampsAnswers'>;

function adapterOf(name: string, adapter: Exclude<SourceConfig['adapter'], 'venue'>, { url, keyId, secret, bid = '', ask = '', time, every, timeout }: SourceConfig, { net, clock, random }: Pick<BindingPorts, 'net' | 'clock' | 'random'>): Adapter {
  const asked = { net, everyMs: every.ms, timeoutMs: timeout.ms };
  switch (adapter) {
    case 'alpaca-data':
      return { stampsAnswers: false, source: alpacaPrices({ ...asked, ...(url === undefined ? {} : { dataUrl: url }), ...(keyId === undefined || secret === undefined ? {} : { keyId: keyId.reveal(), secret: secret.reveal() }) }) };
    case 'alpaca-data-stream':
      return { stampsAnswers: false, source: alpacaPriceStream({ net, clock, random: random.fork(`prices ${name}`), ...(url === undefined ? {} : { streamUrl: url }), keyId: keyId?.reveal() ?? '', secret: secret?.reveal() ?? '' }) };
    case 'http-json': return { stampsAnswers: time === undefined, source: tickerPrices({ ...asked, url: url ?? '', bid, ask, ...(time === undefined ? {} : { time }) }) };
  }
}

/** Absent stays absent: what is not configured blocks. */
export function limitsOf({ limits, reconciliation, risk }: Pick<Config, 'limits' | 'reconciliation' | 'risk'>): LimitTexts {
  const { maxOrderValue = {}, maxPosition = {}, priceCollar = {}, priceMaxAge, maxOrderQuantity, maxShort, maxSpread, priceDrift, rateMaxAge, messageRate, permissions, observe } = limits;
  const { maxNetValue, maxGrossValue, buyingPower, selfMatch, repeats, duplicateWithin, restricted } = limits;
  const waivable = { maxNetValue, maxGrossValue, buyingPower, selfMatch, repeats, duplicateWithin, restricted: restricted?.includes(NONE) === true ? NONE : restricted };
  const none = [...Object.entries(waivable).filter(([, value]) => value === NONE).map(([key]) => key), ...(risk.maxDailyLoss === NONE ? ['risk.maxDailyLoss'] : [])];
  const money = ({ amountText, asset }: Money): MoneyText => ({ text: amountText, asset });
  return {
    ...(maxOrderQuantity === undefined ? {} : { maxOrderQuantity }),
    ...(maxShort === undefined ? {} : { maxShort }),
    ...(maxSpread === undefined ? {} : { maxSpreadPpm: mapped(maxSpread, ({ ppm }) => ppm) }),
    ...(priceDrift === undefined ? {} : { priceDrift }),
    ...(rateMaxAge === undefined ? {} : { rateMaxAgeMs: rateMaxAge.ms }),
    ...(messageRate === undefined ? {} : { messageRate: Object.fromEntries(Object.entries(messageRate).filter(([, rate]) => rate !== undefined)) }),
    ...(permissions === undefined ? {} : { permissions: mapped(permissions, (ways) => mapped(ways, (way) => [...sidesOf[way]])) }),
    ...(observe === undefined ? {} : { observe }),
    ...(maxNetValue === undefined || maxNetValue === NONE ? {} : { maxNetValue: money(maxNetValue) }),
    ...(maxGrossValue === undefined || maxGrossValue === NONE ? {} : { maxGrossValue: money(maxGrossValue) }),
    ...(buyingPower === undefined || buyingPower === NONE ? {} : { buyingPower }),
    ...(selfMatch === undefined || selfMatch === NONE ? {} : { selfMatch }),
    ...(repeats === undefined || repeats === NONE ? {} : { repeats }),
    ...(duplicateWithin === undefined || duplicateWithin === NONE ? {} : { duplicateWithinMs: duplicateWithin.ms }),
    ...(restricted === undefined || restricted.includes(NONE) ? {} : { restricted }),
    none,
    maxOrderValue: Object.fromEntries(Object.entries(maxOrderValue).map(([symbol, { amountText, asset }]) => [symbol, { text: amountText, asset }])),
    maxPosition,
    priceCollarPpm: Object.fromEntries(Object.entries(priceCollar).map(([symbol, { ppm }]) => [symbol, ppm])),
    ...(priceMaxAge === undefined ? {} : { priceMaxAgeMs: priceMaxAge.ms }),
    booksMaxAgeMs: reconciliation.maxAge.ms,
  };
}

/** Nothing is valued where nobody says in what; the configuration was warned of. */
function riskOf({ risk, instance, venues }: Config): { readonly risk?: RiskSettings } {
  const currency = currencyOf({ risk, venues });
  if (currency === undefined) return {};
  const { maxDailyLoss, maxDrawdown, onLossLimit, streak, volatility } = risk;
  return {
    risk: {
      ...DEFAULT_RISK, currency, rateMaxAgeMs: risk.priceMaxAge.ms, unvaluedAfterMs: risk.unvaluedAfter.ms, zone: instance.timeZone, dayTurnsAtMinute: risk.dayTurnsAt,
      ...(maxDailyLoss === undefined || maxDailyLoss === NONE ? {} : { maxDailyLossText: maxDailyLoss.amountText }), ...(maxDrawdown === undefined ? {} : { maxDrawdownPpm: maxDrawdown.ppm }),
      ...(onLossLimit === 'reduce' ? {} : { onLimit: onLossLimit }),
      streak: { losses: streak.losses, percent: Math.ceil(streak.share.ppm / 10_000), least: streak.least, coolDownMs: streak.coolDown.ms },
      volatility: { movePpm: volatility.move.ppm, withinMs: volatility.within.ms, factor: volatility.factor, coolDownMs: volatility.coolDown.ms },
    },
  };
}
const sidesOf = { both: ['buy', 'sell'], buy: ['buy'], sell: ['sell'], none: [] } as const;
const mapped = <From, To>(from: Readonly<Record<string, From>>, read: (value: From) => To): Record<string, To> => Object.fromEntries(Object.entries(from).map(([key, value]) => [key, read(value)]));

export const moneyIn = ({ venues }: Config): MoneyKind => moneyOf(Object.values(venues).map(({ money }) => money));

/** Groups of addresses that lead to the same host. */
export const mirrorsIn = ({ venues }: Config): readonly (readonly string[])[] => Object.values(venues).flatMap(({ baseUrl, mirrors }) => (mirrors.length === 0 ? [] : [[baseUrl, ...mirrors]]));
