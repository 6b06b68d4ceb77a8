/**
 * Where a run's prices come from: the venue itself, in some runs a second place beside it, and what is wrong with either at a time.
 *
 * The second place knows the same true prices and shows them in the venue's own words, on a machine of its own. Owns which faults are on there and
 * here; they are the truth that K15 judges by. Two places never show one and the same wrong price, and none shows one for as long as a jump has to stand:
 * that nobody could tell from the market.
 */
import type { Random } from '../base/index.ts';
import { alpacaDialect } from '../dialects/alpaca/index.ts';
import { PriceFaults, priceFaults } from '../dialects/faults/index.ts';
import type { PriceSpell } from '../dialects/faults/index.ts';
import type { Exchange } from '../exchange/index.ts';
import type { Net, NetApp, ServedAnswer } from '../ports/index.ts';
import type { PriceSettings } from '../runtime/index.ts';
import { alpacaPrices } from '../venues/alpaca/prices.ts';
import type { VirtualClock } from './clock.ts';
import { seededIds } from './ids.ts';
import type { MemoryNet } from './net.ts';
import { SimProcess } from './process.ts';
import type { Tally } from './tally.ts';

/** `own`: the venue. */
export type PricePlace = 'own' | 'second';

const HOST = 'prices';
const LONGEST_HOLD_MS = 60_000; // after which a jump that stood is believed
const URL = `http://${HOST}:80`;
const down: ServedAnswer = { kind: 'answer', status: 503, headers: {}, body: '' };
/** A source that comes back waits seconds, so that a run of minutes sees it return. */
const words = { staleAfterMs: 4_000, aheadMs: Infinity, muteLeastMs: 4_000, lockedIsSound: true, resumeAfterMs: 5_000, returnAfterMs: 20_000 };

export class PricePlaces {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #tally: Tally;
  readonly #faults: Readonly<Record<PricePlace, PriceFaults>>;
  readonly hasSecond: boolean;
  readonly isPatient: boolean;
  #app: NetApp | undefined;

  constructor({ clock, random, tally, hasSecond, isPatient }: { readonly clock: VirtualClock; readonly random: Random; readonly tally: Tally; readonly hasSecond: boolean; readonly isPatient: boolean }) {
    this.#clock = clock;
    this.#random = random;
    this.#tally = tally;
    this.hasSecond = hasSecond;
    this.isPatient = isPatient;
    this.#faults = { own: new PriceFaults(clock), second: new PriceFaults(clock) };
  }

  get own(): PriceFaults {
    return this.#faults.own;
  }

  spells(place: PricePlace): readonly PriceSpell[] {
    return this.#faults[place].spells;
  }

  /** Begins to serve the second place. @param isOpen whether there is an exchange whose prices it could show */
  async serve(net: MemoryNet, isOpen: () => boolean): Promise<void> {
    if (!this.hasSecond) return;
    const process = new SimProcess({ name: HOST, clock: this.#clock, net });
    await process.net.serve({ host: HOST, port: 80 }, { request: (asked) => (isOpen() && this.#app !== undefined ? this.#app.request(asked) : Promise.resolve(down)) });
  }

  /** The exchange was opened anew. */
  opened(exchange: Exchange): void {
    this.#app = alpacaDialect({ desk: this.#faults.second.over(exchange), clock: this.#clock, ids: seededIds(this.#random.fork('request ids')) });
  }

  /** What a life is told of sources; without a second place the venue is the one source of its own prices. */
  settings(net: Net): { readonly prices?: PriceSettings } {
    if (!this.hasSecond) return {};
    return { prices: {
      sources: { own: { kind: 'venue', venue: 'alpaca' }, second: { kind: 'other', stampsAnswers: false, source: alpacaPrices({ net, dataUrl: URL, everyMs: 1_000, timeoutMs: 2_000 }) } },
      instruments: { 'BTC/USD': [{ source: 'own', symbol: 'BTC/USD' }, { source: 'second', symbol: 'BTC/USD' }] }, words: this.isPatient ? { ...words, staleAfterMs: Infinity } : words,
    } };
  }

  /** Something goes wrong with the prices of one place, and sometimes it is over sooner. */
  strike(symbol: string, random: Random): void {
    const place: PricePlace = this.hasSecond && random.chance(0.25) ? 'second' : 'own';
    const fault = random.pick(priceFaults as [typeof priceFaults[number], ...typeof priceFaults]);
    const mostMs = this.hasSecond ? 40_000 : random.chance(0.75) ? 8_000 : 26_000; // of a venue alone mostly too short for the whole to be called ill of it
    const [forMs, isLifted] = [2_000 + random.below(mostMs), random.chance(0.2)];
    const nowMs = this.#clock.monotonicMs();
    const other = this.#faults[place === 'own' ? 'second' : 'own'];
    if (fault === 'price-jumped' && (other.spells.some((spell) => spell.fault === fault && nowMs < spell.untilMs) || this.spells(place).some((spell) => spell.fault === fault && nowMs - spell.untilMs < LONGEST_HOLD_MS))) return;
    if (!this.#faults[place].begin(symbol, fault, forMs, random)) return;
    this.#tally.fault(`venue ${fault}`);
    if (isLifted) this.#clock.timer(random.below(forMs), () => this.#faults[place].lift(symbol));
  }

  /** From here on every price is shown as it is. */
  calm(): void {
    for (const faults of Object.values(this.#faults)) faults.lift();
  }
}

/** The place behind the name that an order's price was written down with. */
export const placeOf = (source: string): PricePlace => (source === 'second' ? 'second' : 'own');
export const placeAsked = (url: string): PricePlace => (url.startsWith(URL) ? 'second' : 'own');
