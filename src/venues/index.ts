/** Our half of each venue's protocol: a folder per venue, each giving a `Venue` over `Net`. Strangers to one another and to `dialects/`. */
export { alpacaVenue } from './alpaca/index.ts';
export { inspectAlpaca } from './alpaca/inspection.ts';
export { alpacaExtensions } from './alpaca/extension.ts';
export type { AlpacaExtension } from './alpaca/extension.ts';
export { alpacaLimits } from './alpaca/limits.ts';
export type { AlpacaAllowance } from './alpaca/limits.ts';
export type { AlpacaOptions } from './alpaca/index.ts';
export { alpacaPrices } from './alpaca/prices.ts';
export { alpacaPriceStream } from './alpaca/price-stream.ts';
export { tickerPrices } from './ticker/index.ts';
