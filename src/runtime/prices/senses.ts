/**
 * What was last seen of prices, and whether it may be used. Samples: bounded, never in the journal, and empty after a start, which keeps new risk out
 * until they are warm.
 *
 * Owns which source feeds which instrument, and what each source's own time means in journal time. Does not own who asks them, nor when.
 *
 *   N1. An instrument takes prices from the sources that it names, and from no others.
 *   N2. What cannot be counted in the instrument's units is no price.
 *   N3. A price is never younger than the question it answers, nor than its source's own time for it.
 *   N4. No price is another than it was without being named by `changed`.
 */
import { ChangeLog, Deadlines, formatUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { faultText, instrumentAt, marketKey, PriceFeeds, quotationOf, SourceClock } from '../../core/index.ts';
import type { FeedChange, FeedReading, Market, PriceChanges, Prices, Quotation, Quote, TrustedPrice } from '../../core/index.ts';
import type { SaidPrice, SaidPrices } from '../../ports/index.ts';
import { PastPrices } from './past.ts';
import { ALONE, NO_PRICE_SETTINGS, ownSource } from './settings.ts';
import type { PriceSettings } from './settings.ts';

export type MarketName = { readonly venue: string; readonly symbol: string };

/** Why and since when this source is used, or none. */
export type Used = { readonly source: string | undefined; readonly sinceMs: number; readonly because: string; readonly changes: number };

export type ShownPrice = MarketName & { readonly instrument: Instrument | undefined; readonly reading: FeedReading; readonly used: Used | undefined };

type Fed = MarketName & { readonly feeds: PriceFeeds; used: Used | undefined };
type Feeding = { readonly fed: Fed; readonly source: string };

export type SensesParts = {
  readonly traded: readonly { readonly venue: string; readonly symbols: readonly string[] }[];
  readonly settings?: PriceSettings;
  readonly market: () => Market;
  readonly changed?: (market: MarketName, used: Used, change: FeedChange) => void;
  readonly said?: () => void; // something was seen: whoever keeps sums of it may bring them up to date
};

export class PriceSenses implements Prices {
  readonly #market: () => Market;
  readonly #said: () => void;
  readonly #fed = new Map<string, Fed>();
  readonly #feeding = new Map<string, Map<string, Feeding[]>>(); // by origin, then by its name for the instrument
  readonly #past = new PastPrices();
  readonly #seen = new Set<string>();
  readonly #changes = new ChangeLog();
  readonly #turns = new Deadlines(); // when a price may be another though nothing comes
  readonly #clocks = new Map<string, SourceClock>();

  constructor({ traded, settings = NO_PRICE_SETTINGS, market, changed = () => {}, said = () => {} }: SensesParts) {
    [this.#market, this.#said] = [market, said];
    for (const { venue, symbols } of traded) {
      for (const symbol of symbols) {
        const listed = settings.instruments[symbol];
        const named = listed ?? [{ source: ownSource(venue), symbol }];
        const words = listed === undefined ? ALONE : { ...settings.words, stampsAnswers: named.flatMap(({ source }) => (stampsAnswers(settings, source) ? [source] : [])) };
        const fed: Fed = {
          venue, symbol, used: undefined,
          feeds: new PriceFeeds({ ...words, sources: named.map(({ source }) => source) }, (change) => {
            this.#changes.name(marketKey(venue, symbol));
            changed({ venue, symbol }, (fed.used = usedBy(change, fed)), change);
          }),
        };
        this.#fed.set(marketKey(venue, symbol), fed);
        for (const { source, symbol: there } of named) {
          const at = settings.sources[source];
          this.#feed(listed === undefined ? venueOrigin(venue) : at?.kind === 'venue' ? venueOrigin(at.venue) : otherOrigin(source), there, { fed, source });
        }
      }
    }
  }

  price(venue: string, symbol: string, nowMs: number): TrustedPrice | undefined {
    return this.#fed.get(marketKey(venue, symbol))?.feeds.price(marketKey(venue, symbol), nowMs);
  }

  earlier(venue: string, symbol: string, nowMs: number, withinMs: number): TrustedPrice | undefined {
    return this.#past.earlier(marketKey(venue, symbol), nowMs, withinMs);
  }

  /** N4: by something new, by another choice of source, or by mere time. */
  changed(mark: number | undefined, nowMs: number): PriceChanges {
    for (const key of this.#turns.due(nowMs)) {
      const feeds = this.#fed.get(key)?.feeds;
      feeds?.reading(key, nowMs); // tells of another choice by itself
      this.#turns.set(key, feeds?.turnsAfter(key, nowMs));
    }
    return { mark: this.#changes.mark, keys: mark === undefined ? undefined : this.#changes.since(mark) };
  }

  /** Whether any price of what is traded at this venue was ever seen in this life. */
  sawAny(venue: string): boolean {
    return this.#seen.has(venue);
  }

  /** The names under which a venue is to be asked for its own quotes; none where nothing needs them. */
  askedOfVenue(venue: string): readonly string[] {
    return this.#asked(venueOrigin(venue));
  }

  askedOf(source: string): readonly string[] {
    return this.#asked(otherOrigin(source));
  }

  /** @param askedAtMs journal time when the question left @param cameAtMs and when the answer came */
  sawQuotes(venue: string, quotes: readonly Quote[], askedAtMs: number, cameAtMs: number): void {
    const origin = venueOrigin(venue);
    const clock = this.#clockOf(origin);
    for (const { answeredAtMs } of quotes) if (answeredAtMs !== undefined) clock.heard(answeredAtMs, cameAtMs);
    const stamped = quotes.map((quote) => ({ quote, stampMs: clock.heard(quote.atMs, cameAtMs) })); // all of them first: each teaches how far off the clock is
    for (const { quote, stampMs } of stamped) {
      const times = { quotedAtMs: Math.min(askedAtMs, clock.ours(stampMs, cameAtMs)), stampMs, cameAtMs: askedAtMs }; // N3
      for (const feeding of this.#fedBy(origin, quote.symbol)) this.#saw(feeding, this.#inUnits(venue, quote, feeding.fed, times));
    }
    this.#said();
  }

  /** What a source other than a venue said. @param askedAtMs journal time when the question left; of a stream, when it came */
  saw(source: string, { prices, answeredAtMs }: SaidPrices, askedAtMs: number, cameAtMs: number): void {
    const origin = otherOrigin(source);
    const clock = this.#clockOf(origin);
    if (answeredAtMs !== undefined) clock.heard(answeredAtMs, cameAtMs);
    const stamped = prices.map((said) => ({ said, stampMs: said.saidMs === undefined ? undefined : clock.heard(said.saidMs, cameAtMs) }));
    for (const { said, stampMs } of stamped) {
      const times = stampMs === undefined ? { quotedAtMs: askedAtMs, cameAtMs: askedAtMs } : { quotedAtMs: Math.min(askedAtMs, clock.ours(stampMs, cameAtMs)), stampMs, cameAtMs: askedAtMs };
      for (const feeding of this.#fedBy(origin, said.symbol)) this.#saw(feeding, this.#fromText(said, feeding.fed, times));
    }
    this.#said();
  }

  /** Every price as it stands, in the order of the configuration. */
  shown(nowMs: number): readonly ShownPrice[] {
    return [...this.#fed].map(([key, { venue, symbol, feeds, used }]) => ({ venue, symbol, instrument: instrumentAt(this.#market(), venue, symbol), reading: feeds.reading(key, nowMs), used }));
  }

  /** Judges everything anew, so that what has gone quiet is told though nobody asks. */
  look(nowMs: number): void {
    for (const [key, { feeds }] of this.#fed) feeds.reading(key, nowMs);
  }

  #saw({ fed, source }: Feeding, quotation: Quotation | undefined): void {
    if (quotation === undefined) return;
    this.#seen.add(fed.venue);
    const key = marketKey(fed.venue, fed.symbol);
    fed.feeds.saw(key, source, quotation);
    this.#changes.name(key);
    this.#turns.set(key, fed.feeds.turnsAfter(key, quotation.cameAtMs));
    this.#past.remember(key, fed.feeds.price(key, quotation.cameAtMs));
  }

  #inUnits(venue: string, quote: Quote, { venue: at, symbol }: Fed, times: Times): Quotation | undefined {
    if (venue === at && quote.symbol === symbol) return { bidUnits: quote.bidUnits, askUnits: quote.askUnits, ...times };
    const there = instrumentAt(this.#market(), venue, quote.symbol);
    if (there === undefined) return undefined;
    const text = (units: bigint): string => formatUnits(units, there.priceScale);
    return this.#fromText({ bidText: text(quote.bidUnits), askText: text(quote.askUnits) }, { venue: at, symbol }, times);
  }

  #fromText({ bidText, askText }: Pick<SaidPrice, 'bidText' | 'askText'>, { venue, symbol }: MarketName, { quotedAtMs, cameAtMs, ...stamp }: Times): Quotation | undefined {
    const instrument = instrumentAt(this.#market(), venue, symbol);
    const quotation = instrument === undefined ? undefined : quotationOf({ bid: bidText, ask: askText, quotedAtMs }, instrument.priceScale, cameAtMs);
    return quotation === undefined ? undefined : { ...quotation, ...stamp }; // N2
  }

  #feed(origin: string, symbol: string, feeding: Feeding): void {
    const there = this.#feeding.get(origin) ?? new Map<string, Feeding[]>();
    this.#feeding.set(origin, there.set(symbol, [...(there.get(symbol) ?? []), feeding]));
  }

  #fedBy(origin: string, symbol: string): readonly Feeding[] {
    return this.#feeding.get(origin)?.get(symbol) ?? []; // N1
  }

  #asked(origin: string): readonly string[] {
    return [...(this.#feeding.get(origin)?.keys() ?? [])];
  }

  #clockOf(origin: string): SourceClock {
    const known = this.#clocks.get(origin) ?? new SourceClock();
    this.#clocks.set(origin, known);
    return known;
  }
}

type Times = { readonly quotedAtMs: number; readonly cameAtMs: number; readonly stampMs?: number };

const venueOrigin = (venue: string): string => `venue ${venue}`;
const otherOrigin = (source: string): string => `source ${source}`;

function stampsAnswers(settings: PriceSettings, source: string): boolean {
  const named = settings.sources[source];
  return named?.kind === 'other' && named.stampsAnswers;
}

function usedBy({ atMs, from, to, fault }: FeedChange, { used }: Fed): Used {
  const because = fault !== undefined ? `${from ?? ''} is ${faultText(fault)}` : from === undefined ? (used === undefined ? 'it was the first to be good' : 'it has been good for long enough') : `it is preferred to ${from}, and has been good for long enough`;
  return { source: to, sinceMs: atMs, because, changes: (used?.changes ?? 0) + 1 };
}
