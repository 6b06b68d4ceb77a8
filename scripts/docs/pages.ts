/** The pages that are written from the code, by name. A test compares each with the page that stands there. */
import { metricsReference } from '../../src/door/index.ts';
import { configReference } from '../../src/edges/config/index.ts';
import { cliReference, cliShapes } from './cli.ts';
import { comparedReference } from './compared.ts';
import { controlsReference } from './controls.ts';
import { factsReference } from './facts.ts';
import { areThere } from './days.ts';
import { faultsReference } from './faults.ts';
import { limitsReference } from './limits.ts';
import { pricesPage, pricesPicture } from './prices.ts';

export type WrittenPage = { readonly path: string; readonly text: () => string | Promise<string> };

export const writtenPages: Readonly<Record<string, WrittenPage>> = {
  cli: { path: 'docs/reference/cli.md', text: cliReference },
  shapes: { path: 'docs/reference/cli-shapes.json', text: cliShapes },
  config: { path: 'docs/reference/configuration.md', text: configReference },
  metrics: { path: 'docs/reference/metrics.md', text: metricsReference },
  facts: { path: 'docs/reference/facts.md', text: factsReference },
  controls: { path: 'docs/reference/controls.md', text: controlsReference },
  limits: { path: 'docs/reference/limits.md', text: limitsReference },
  compared: { path: 'docs/reference/breakers-compared.md', text: comparedReference },
  faults: { path: 'docs/reference/faults.md', text: faultsReference },
};

/** Pages that are made from recorded market data, which may be missing beside a clone. */
export const recordedPages: Readonly<Record<string, WrittenPage>> = {
  prices: { path: 'docs/concepts/prices.md', text: pricesPage },
  picture: { path: 'docs/concepts/prices.svg', text: pricesPicture },
};
export const areRecorded = areThere;
