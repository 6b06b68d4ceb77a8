/**
 * What crossed the border between the runtime and its venue, noted by somebody who takes no part: which orders left and when,
 * which searches came back empty, which prices came in. What the runtime later says it did is held against this.
 */
import type { Clock, HttpOutcome, HttpRequest, Net } from '../ports/index.ts';
import { placeAsked } from './price-places.ts';
import type { PricePlace } from './price-places.ts';

export type SeenQuote = { readonly place: PricePlace; readonly askedMs: number; readonly answeredMs: number; readonly bid: string; readonly ask: string; readonly saidAt: string };
export type SentOrder = { readonly clientOrderId: string; readonly side: 'buy' | 'sell'; readonly quantity: string; readonly limitPrice: string | undefined };

const decoder = new TextDecoder();
const KEPT_QUOTES = 100;

export class Witness {
  readonly #clock: Clock;
  readonly #leftMs = new Map<string, number>();
  readonly #emptyMs = new Map<string, number[]>();
  readonly #cancels = new Set<string>(); // of this life
  #quotes: SeenQuote[] = [];
  #listedMs = Infinity;
  #cleanLooks: { readonly firstMs: number; readonly lastMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  /** When an order of this name last left. */
  leftMs(clientOrderId: string): number | undefined {
    return this.#leftMs.get(clientOrderId);
  }

  /** When the searches were asked that the venue itself answered with "no such order". */
  emptySearchesMs(clientOrderId: string): readonly number[] {
    return this.#emptyMs.get(clientOrderId) ?? [];
  }

  /** The newest prices that this life was given. */
  get quotes(): readonly SeenQuote[] {
    return this.#quotes;
  }

  /** When this life was first told how the venue's instruments are counted: before that it can read no price. */
  get listedMs(): number {
    return this.#listedMs;
  }

  /** Of the newest lists of open orders that the venue itself answered, one after another, with none, in whatever life: when the first was answered, and the last asked for. */
  get cleanLooks(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    return this.#cleanLooks;
  }

  left({ clientOrderId }: SentOrder): void {
    this.#leftMs.set(clientOrderId, this.#clock.monotonicMs());
  }

  /** Whether a cancel of this order has left this life, by the venue's name for it. */
  cancelLeft(venueOrderId: string): boolean {
    return this.#cancels.has(venueOrderId);
  }

  #noteCancel({ method, url }: HttpRequest): void {
    const venueOrderId = method === 'DELETE' ? /\/v2\/orders\/([^/?]+)$/.exec(url)?.[1] : undefined;
    if (venueOrderId !== undefined) this.#cancels.add(venueOrderId);
  }

  /** The network of a new life, looked at. */
  beside(net: Net): Net {
    this.#quotes = [];
    this.#listedMs = Infinity;
    this.#cancels.clear();
    return {
      ...net,
      request: async (request, timeoutMs) => {
        const askedMs = this.#clock.monotonicMs();
        this.#noteCancel(request);
        const outcome = await net.request(request, timeoutMs);
        this.#note(request, outcome, askedMs);
        return outcome;
      },
    };
  }

  #note({ method, url }: HttpRequest, outcome: HttpOutcome, askedMs: number): void {
    if (method !== 'GET' || outcome.kind !== 'answered') return;
    if (url.includes('/v2/assets') && outcome.status === 200 && isJson(outcome.body)) this.#listedMs = Math.min(this.#listedMs, this.#clock.monotonicMs());
    if (url.includes('/v2/orders?status=open') && outcome.status === 200) this.#cleanLooks = decoder.decode(outcome.body).trim() === '[]' ? { firstMs: this.#cleanLooks?.firstMs ?? this.#clock.monotonicMs(), lastMs: askedMs } : undefined;
    const name = /[?&]client_order_id=([^&]+)/.exec(url)?.[1];
    const quote = url.includes('/latest/quotes?') && outcome.status === 200 ? quoteIn(outcome.body) : undefined;
    if (quote !== undefined) this.#quotes = [...this.#quotes.slice(1 - KEPT_QUOTES), { place: placeAsked(url), askedMs, answeredMs: this.#clock.monotonicMs(), ...quote }];
    else if (name !== undefined && outcome.status === 404 && saysNoOrder(outcome.body)) this.#emptyMs.set(name, [...this.emptySearchesMs(name), askedMs]);
  }
}

/** Its own words, not a page of some machine in between. */
const isJson = (body: Uint8Array): boolean => /^\s*[{[]/.test(decoder.decode(body.subarray(0, 20)));

/** The price in an answer; undefined where it says none, or is no answer of the venue's own. */
function quoteIn(body: Uint8Array): Pick<SeenQuote, 'bid' | 'ask' | 'saidAt'> | undefined {
  try {
    const { quotes } = JSON.parse(decoder.decode(body)) as { quotes?: Readonly<Record<string, { bp: number; ap: number; t: string }>> };
    const [quote] = Object.values(quotes ?? {});
    return quote === undefined ? undefined : { bid: String(quote.bp), ask: String(quote.ap), saidAt: quote.t };
  } catch {
    return undefined;
  }
}

/** The order that a request of the runtime places, or undefined where it places none. */
export function orderIn({ method, url, body }: HttpRequest): SentOrder | undefined {
  if (method !== 'POST' || !url.endsWith('/v2/orders') || body === undefined) return undefined;
  const { client_order_id: clientOrderId, side, qty: quantity, limit_price: limitPrice } = JSON.parse(decoder.decode(body)) as { client_order_id: string; side: 'buy' | 'sell'; qty: string; limit_price?: string };
  return { clientOrderId, side, quantity, limitPrice };
}

/** The venue's own words for it: a page of some machine in between says nothing of orders. */
const saysNoOrder = (body: Uint8Array): boolean => decoder.decode(body).startsWith('{"code":40410000,"message":"order not found');
