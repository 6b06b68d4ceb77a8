/** Prices in a life: who is asked for them, what each instrument makes of it, and what is told when that changes. The judgement itself is core's. */
export { PriceSenses } from './senses.ts';
export type { MarketName, SensesParts, ShownPrice, Used } from './senses.ts';
export { NO_PRICE_SETTINGS } from './settings.ts';
export type { NamedSource, PriceSettings } from './settings.ts';
export { otherSources } from './settings.ts';
export { noteOfChange, PriceWatch } from './watch.ts';
