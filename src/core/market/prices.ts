/** A price as it was last seen. `seenAtMs` is journal time, so that its age needs no other clock. */
export type Price = { readonly bidUnits: bigint; readonly askUnits: bigint; readonly seenAtMs: number; readonly source: string };

declare const trusted: unique symbol;

/** A price that was judged fit to be used for an order or a limit. There is no other way to one than through the judgement of its sources, in `feeds/`. */
export type TrustedPrice = Price & { readonly [trusted]: true };

/** What the senses say of prices at a time; undefined is "not known", or known and not trusted, never zero. */
export type Prices = {
  price(venue: string, symbol: string, nowMs: number): TrustedPrice | undefined;
  /** The oldest trusted price of the time before, up to so long ago; undefined where none was seen. */
  earlier?(venue: string, symbol: string, nowMs: number, withinMs: number): TrustedPrice | undefined;
  /**
   * Which prices may be others than they were, by `marketKey`, since the mark of the last answer; undefined where that may be all of them.
   * Senses that cannot say so are asked for every price each time.
   */
  changed?(mark: number | undefined, nowMs: number): PriceChanges;
};

export type PriceChanges = { readonly mark: number; readonly keys: readonly string[] | undefined };
