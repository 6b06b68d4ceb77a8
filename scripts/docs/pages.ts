/** The pages of docs/reference that are written from the code, by name. A test compares each with the page that stands there. */
import { configReference } from '../../src/edges/config/index.ts';
import { factsReference } from './facts.ts';
import { faultsReference } from './faults.ts';

export type WrittenPage = { readonly path: string; readonly text: () => string };

export const writtenPages: Readonly<Record<string, WrittenPage>> = {
  config: { path: 'docs/reference/configuration.md', text: configReference },
  facts: { path: 'docs/reference/facts.md', text: factsReference },
  faults: { path: 'docs/reference/faults.md', text: faultsReference },
};
