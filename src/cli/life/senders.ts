/** From the configuration to who may ask for orders. */
import { compileTemplate, ownerFields } from '../../core/index.ts';
import type { Attribution } from '../../core/index.ts';
import type { BotToken, Markets, Source } from '../../door/index.ts';
import type { Config } from '../../edges/config/index.ts';
import { ConfigRefusedError } from '../failure.ts';

export function sourcesOf({ signals, limits }: Config): readonly Source[] {
  return Object.entries(signals.tradingview.sources).map(([name, source]) => ({
    name, strategy: source.strategy, dialect: source.dialect, secret: source.secret.reveal(), secretIn: source.secretIn, allowedSources: source.allowedSources,
    maxAgeMs: (source.maxAge ?? limits.signalMaxAge)?.ms, maxBytes: source.maxBytes, windowMs: source.identicalWithin.ms,
    venue: source.venue, tickers: source.tickers, sameName: source.sameName,
    attribution: attributionOf(source.attribution),
    ...(source.bareSell === undefined ? {} : { bareSell: source.bareSell }), ...(source.follow === undefined ? {} : { follow: source.follow }), ...(source.units === undefined ? {} : { units: source.units }),
    ...(source.heartbeat === undefined ? {} : { heartbeat: { everyMs: source.heartbeat.every.ms, graceMs: source.heartbeat.grace.ms, word: source.heartbeat.word, field: source.heartbeat.field } }),
    ...(source.template === undefined ? {} : { template: templateOf(name, source.template) }),
  }));
}

export const tokensOf = ({ signals, limits }: Config): readonly BotToken[] =>
  Object.entries(signals.intents.tokens).map(([name, { secret, venue, strategy, attribution }]) => ({
    name, secret: secret.reveal(), venue, maxAgeMs: limits.signalMaxAge?.ms, attribution: attributionOf(attribution), ...(strategy === undefined ? {} : { strategy }),
  }));

export const marketsOf = ({ venues }: Config): Markets => Object.fromEntries(Object.entries(venues).map(([name, { instruments }]) => [name, instruments]));

function attributionOf({ mayName, ...own }: Config['signals']['intents']['tokens'][string]['attribution']): Attribution {
  return { ...Object.fromEntries(ownerFields.filter((field) => own[field] !== undefined).map((field) => [field, own[field]])), mayName };
}

function templateOf(name: string, text: string) {
  const compiled = compileTemplate(text);
  if (compiled.kind === 'template') return compiled.template;
  throw new ConfigRefusedError(`signals.tradingview.sources.${name}.template: ${compiled.reason}`, []);
}
