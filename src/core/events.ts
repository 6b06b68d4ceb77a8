/** The closed union of facts: everything the journal can say. A new fact finds every place that must know it. */
import { factCodec } from '../journal/index.ts';
import type { FactOf } from '../journal/index.ts';
import { ledgerFacts } from './ledger/facts.ts';
import { limitFacts } from './limits/facts.ts';
import { marketFacts } from './market/facts.ts';
import { messageFacts } from './messages/facts.ts';
import { orderFacts } from './orders/facts.ts';
import { safetyFacts } from './safety/facts.ts';
import { segmentFacts } from './segments/facts.ts';

export const allFacts = [...marketFacts, ...orderFacts, ...ledgerFacts, ...messageFacts, ...limitFacts, ...segmentFacts, ...safetyFacts] as const;
export type Fact = FactOf<typeof allFacts>;
export const factsCodec = factCodec(allFacts);
