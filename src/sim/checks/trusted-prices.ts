/**
 * K15: no order is judged by a price that is not to be trusted, by what the exchange knows of the places that showed it, by what crossed the border,
 * and by what the journal says of the order. Precisely, at the moment in which an order was judged:
 *
 *   Crossed  never. The price used came in as a market, bid below ask.
 *   Jumped   never: the price used stands where the market stands. But for a life to which nobody ever showed a right price that it could read: it cannot know.
 *   Frozen, mute, or with a time that stands still, for longer than 5 s:
 *            never, where a second source was there to go to, or to be missed, and its own age makes a price stale; and never, where a venue alone had shown something new each second
 *            (six times at least) and then shows nothing new. A venue alone that pauses now and then, or whose time alone stands,
 *            looks like a quiet market: there the bound of age (`limits.priceMaxAge`) holds, from the moment in which it stood still, as exactly as the distance of two clocks
 *            can be known: to the time that the quickest answer took, and to the second of its dates where a life began while the time stood.
 *
 * What closes a position for a stop has no bound of age, and all else holds for it too. And no order is refused for its price where the market says that its price is sane.
 */
import { formatUnits } from '../../base/index.ts';
import type { Fact } from '../../core/index.ts';
import type { PriceSpell } from '../../dialects/faults/index.ts';
import { placeOf } from '../price-places.ts';
import type { PricePlace } from '../price-places.ts';
import { SYMBOL } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';
import type { SeenQuote } from '../witness.ts';

const FOUND_WITHIN_MS = 5_000;
const DRIFT = 1.02; // how far the market may move while a price is still young enough
const STEADY_MS = 1_200;
const STEADY_TIMES = 6;
const LOOKED_BACK = 31;
const DATES_TO_MS = 1_000; // how finely an answer's own date tells the time

export type Judged = { readonly orderId: string; readonly atMs: number; readonly referenceUnits: bigint; readonly source: string };

export class TrustedPrices {
  readonly #tally: Tally;
  readonly #closes: (orderId: string) => boolean;
  readonly #tightestCollarPpm: () => number;
  readonly #priceMaxAgeMs: number;
  readonly #limitPrices = new Map<string, bigint>(); // order id → the price it asks for
  readonly #blind = new Map<string, number>(); // order id → the price that it was judged by, in a life that could not know better
  readonly #askedAtMs = new Map<string, number>(); // order id → when it was asked for
  #usedInstead: { readonly life: string; readonly fault: PriceSpell['fault'] } | undefined;

  constructor(options: { readonly tally: Tally; readonly tightestCollarPpm: () => number; readonly priceMaxAgeMs: number }, closes: (orderId: string) => boolean) {
    this.#closes = closes;
    this.#tally = options.tally;
    this.#tightestCollarPpm = options.tightestCollarPpm;
    this.#priceMaxAgeMs = options.priceMaxAgeMs;
  }

  /** @param agoMs how long ago the fact was decided, in the life that is up */
  fold(stage: Stage, fact: Fact, agoMs: number): void {
    const atMs = stage.witness.nowMs() - agoMs;
    switch (fact.type) {
      case 'order.intended':
        this.#askedAtMs.set(fact.orderId, atMs);
        if (fact.limitPriceUnits !== undefined) this.#limitPrices.set(fact.orderId, fact.limitPriceUnits);
        return;
      case 'order.prepared':
        if (fact.referenceSource === 'none') return;
        return this.#judge(stage, { orderId: fact.orderId, atMs, referenceUnits: fact.referencePriceUnits, source: fact.referenceSource });
      case 'order.blocked':
        this.#noteRefusal(stage, fact.control, atMs);
        if (fact.control === 'price-collar' && fact.limit !== 'not configured') this.#checkRefusal(stage, fact.orderId, atMs);
        return;
      default: return;
    }
  }

  /** Whether this life was ever shown a right price that it could read, by then. */
  knowsBetter({ exchange, witness }: Stage, atMs: number): boolean {
    const truth = middleOf(exchange.quote(SYMBOL));
    return truth === undefined || witness.quotes.some((quote) => quote.answeredMs <= atMs && quote.answeredMs > witness.listedMs && isNear(middleOf(quote), truth));
  }

  /** The wrong price that an order was rightly judged by. */
  blindlyUsed(orderId: string | undefined): number | undefined {
    return this.#blind.get(orderId ?? '');
  }

  #judge(stage: Stage, judged: Judged): void {
    const { exchange, witness, places } = stage;
    const { orderId, atMs, source } = judged;
    const place = placeOf(source);
    const used = Number(formatUnits(judged.referenceUnits, exchange.instruments().find(({ symbol }) => symbol === SYMBOL)?.priceScale ?? 0));
    const truth = middleOf(exchange.quote(SYMBOL));
    const seen = witness.quotes.filter((quote) => quote.place === place && quote.answeredMs <= atMs + 1);

    const same = seen.filter((quote) => Math.abs(middleOf(quote) - used) <= 0.01);
    if (same.length > 0 && same.every(({ bid, ask }) => Number(bid) > Number(ask))) throw new Violation('K15', `${orderId} is judged by ${used} from ${source}, which was crossed`);
    if (truth !== undefined && !isNear(used, truth)) {
      const jumped = places.spells(place).some((spell) => spell.symbol === SYMBOL && spell.fault === 'price-jumped' && spell.fromMs <= atMs && atMs <= spell.untilMs + this.#priceMaxAgeMs);
      if (!jumped || this.knowsBetter(stage, atMs)) throw new Violation('K15', `${orderId} is judged by ${used} from ${source}, and the market is at ${truth}`);
      this.#blind.set(orderId, used);
      this.#tally.state('a life began in a jump, and could not know');
    }
    const spell = spellAt(places.spells(place), atMs);
    const boundMs = spell === undefined ? undefined : this.#boundOf(judged, spell, places.hasSecond && !places.isPatient, seen);
    if (spell !== undefined && boundMs !== undefined && atMs - spell.fromMs > boundMs) throw new Violation('K15', `${orderId} is judged by ${source} ${atMs - spell.fromMs} ms after it became ${spell.fault}; ${boundMs} ms are the most`);
    this.#note(stage, judged, place);
  }

  /** How long a place may be used on under this fault; undefined where the figures themselves say what is wrong. */
  #boundOf({ orderId }: Judged, { fault, fromMs }: PriceSpell, isMissedSoon: boolean, seen: readonly SeenQuote[]): number | undefined {
    if (fault === 'price-crossed' || fault === 'price-jumped') return undefined;
    if (isMissedSoon) return FOUND_WITHIN_MS;
    const before = seen.filter(({ answeredMs }) => answeredMs <= fromMs);
    if (fault !== 'price-stale' && isSteady(before)) return FOUND_WITHIN_MS;
    if (this.#closes(orderId)) return undefined;
    return this.#priceMaxAgeMs + quickestMs(seen) + (before.length === 0 ? DATES_TO_MS : 1);
  }

  #checkRefusal(stage: Stage, orderId: string, atMs: number): void {
    const asked = this.#limitPrices.get(orderId);
    const truth = middleOf(stage.exchange.quote(SYMBOL));
    if (asked === undefined || truth === undefined || !this.knowsBetter(stage, atMs)) return;
    const price = Number(formatUnits(asked, stage.exchange.instruments().find(({ symbol }) => symbol === SYMBOL)?.priceScale ?? 0));
    const nearest = (1 + this.#tightestCollarPpm() / 1_000_000) / DRIFT;
    if (price < truth * nearest && price > truth / nearest) throw new Violation('K15', `${orderId} asks for ${price} and is refused for it, and the market is at ${truth}`);
  }

  #noteRefusal({ places }: Stage, control: string, atMs: number): void {
    const spell = spellAt(places.spells('own'), atMs);
    if (control === 'price-age' && spell !== undefined && !places.hasSecond) this.#tally.state(`nothing was sent while the price was ${spell.fault}`);
  }

  /** How a fault was answered, for whoever counts what was reached. */
  #note({ runtime, places }: Stage, { orderId, atMs }: Judged, place: PricePlace): void {
    const life = runtime?.world.life.bootId ?? '';
    const askedAtMs = this.#askedAtMs.get(orderId) ?? atMs;
    const waited = places.spells('own').find(({ fromMs, untilMs }) => fromMs < askedAtMs && askedAtMs < untilMs && untilMs <= atMs);
    if (!places.hasSecond && waited !== undefined) this.#tally.state(`nothing was sent while the price was ${waited.fault}`);
    if (place === 'second') {
      const fault = spellAt(places.spells('own'), atMs)?.fault;
      if (fault === undefined) return;
      this.#usedInstead = { life, fault };
      return this.#tally.state(`another source was used while the first was ${fault}`);
    }
    if (this.#usedInstead?.life === life) this.#tally.state('the first source was used again');
    this.#usedInstead = undefined;
  }
}

const spellAt = (spells: readonly PriceSpell[], atMs: number): PriceSpell | undefined => spells.findLast(({ symbol, fromMs, untilMs }) => symbol === SYMBOL && fromMs <= atMs && atMs < untilMs);
const isNear = (one: number | undefined, other: number): boolean => one !== undefined && one < other * DRIFT && one > other / DRIFT;

function middleOf(quote: { readonly bid: string; readonly ask: string }): number;
function middleOf(quote: { readonly bid: string; readonly ask: string } | undefined): number | undefined;
function middleOf(quote: { readonly bid: string; readonly ask: string } | undefined): number | undefined {
  return quote === undefined ? undefined : (Number(quote.bid) + Number(quote.ask)) / 2;
}

const quickestMs = (seen: readonly SeenQuote[]): number => Math.min(...seen.map(({ askedMs, answeredMs }) => answeredMs - askedMs));

/** Something new each second. No pause is forgiven here: one that is seen at the border may be two for whoever asked, and had to wait to ask. */
function isSteady(seen: readonly SeenQuote[]): boolean {
  const news = seen.filter((quote, index) => quote.saidAt !== seen[index - 1]?.saidAt).map(({ askedMs }) => askedMs);
  const gaps = news.slice(1).map((askedMs, index) => askedMs - (news[index] ?? askedMs)).slice(-LOOKED_BACK);
  return gaps.length >= STEADY_TIMES && Math.max(...gaps) <= STEADY_MS;
}
