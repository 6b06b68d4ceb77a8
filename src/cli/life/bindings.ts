/** From the configuration to what the runtime is told: venues with their deadlines, limits as text, intervals. */
import type { Random } from '../../base/index.ts';
import { moneyOf } from '../../door/index.ts';
import type { MoneyKind } from '../../door/index.ts';
import { currencyOf } from '../../edges/config/index.ts';
import type { Config, VenueConfig } from '../../edges/config/index.ts';
import type { Clock, Net, Unread } from '../../ports/index.ts';
import { DEFAULT_RISK, DEFAULT_SETTINGS, hearing } from '../../runtime/index.ts';
import type { LimitTexts, RiskSettings, Settings, VenueBinding } from '../../runtime/index.ts';
import { alpacaVenue } from '../../venues/index.ts';

const UNSENT_MS = 60_000; // how old a wish may be and still be sent, where no limit says it

type Ports = { readonly net: Net; readonly clock: Clock; readonly random: Random; readonly unread?: (venue: string, unread: Unread) => void };

export function bindingsOf(config: Config, ports: Ports): readonly VenueBinding[] {
  return Object.entries(config.venues).map(([name, venue]) => ({
    venue: hearing(venueOf(name, venue, ports), ports.clock),
    symbols: venue.instruments,
    submitTimeoutMs: venue.timeouts.submit.ms,
    cancelTimeoutMs: venue.timeouts.cancel.ms,
    readTimeoutMs: venue.timeouts.read.ms,
    resendWithinMs: config.limits.signalMaxAge?.ms ?? UNSENT_MS,
    feeLeastPpm: Math.min(venue.feePpm.maker, venue.feePpm.taker),
    feeMostPpm: Math.max(venue.feePpm.maker, venue.feePpm.taker),
    tolerance: config.reconciliation.tolerance,
  }));
}

function venueOf(name: string, { baseUrl, dataUrl, streamUrl, keyId, secret }: VenueConfig, { net, clock, random, unread }: Ports) {
  return alpacaVenue({
    name, net, clock, random: random.fork(`venue ${name}`), baseUrl, keyId: keyId.reveal(), secret: secret.reveal(),
    ...(dataUrl === undefined ? {} : { dataUrl }), ...(streamUrl === undefined ? {} : { streamUrl }),
    ...(unread === undefined ? {} : { unread: (what) => unread(name, what) }),
  });
}

export function settingsOf(config: Config, about: { readonly version: string; readonly node: string; readonly trustWallClock: boolean }): Settings {
  return {
    ...DEFAULT_SETTINGS,
    ...about,
    limits: limitsOf(config),
    ...riskOf(config),
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

/** Absent stays absent: what is not configured blocks. */
function limitsOf({ limits: { maxOrderValue = {}, maxPosition = {}, priceCollar = {}, priceMaxAge }, reconciliation }: Config): LimitTexts {
  return {
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
  const { maxDailyLoss, maxDrawdown, streak, volatility } = risk;
  return {
    risk: {
      ...DEFAULT_RISK, currency, rateMaxAgeMs: risk.priceMaxAge.ms, unvaluedAfterMs: risk.unvaluedAfter.ms, zone: instance.timeZone, dayTurnsAtMinute: risk.dayTurnsAt,
      ...(maxDailyLoss === undefined ? {} : { maxDailyLossText: maxDailyLoss.amountText }), ...(maxDrawdown === undefined ? {} : { maxDrawdownPpm: maxDrawdown.ppm }),
      streak: { losses: streak.losses, percent: Math.ceil(streak.share.ppm / 10_000), least: streak.least, coolDownMs: streak.coolDown.ms },
      volatility: { movePpm: volatility.move.ppm, withinMs: volatility.within.ms, factor: volatility.factor, coolDownMs: volatility.coolDown.ms },
    },
  };
}

export const moneyIn = ({ venues }: Config): MoneyKind => moneyOf(Object.values(venues).map(({ money }) => money));

/** Groups of addresses that lead to the same host. */
export const mirrorsIn = ({ venues }: Config): readonly (readonly string[])[] => Object.values(venues).flatMap(({ baseUrl, mirrors }) => (mirrors.length === 0 ? [] : [[baseUrl, ...mirrors]]));
