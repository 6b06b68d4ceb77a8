/** A price as it was last seen. `seenAtMs` is journal time, so that its age needs no other clock. */
export type Price = { readonly bidUnits: bigint; readonly askUnits: bigint; readonly seenAtMs: number; readonly source: string };

/** What the senses say of prices; undefined is "not known", never zero. */
export type Prices = { price(venue: string, symbol: string): Price | undefined };
