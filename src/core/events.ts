/** The closed union of facts: everything the journal can say. A new fact finds every place that must know it. */
import { factCodec } from '../journal/index.ts';
import type { FactCodec, FactOf, WrittenOf } from '../journal/index.ts';
import { breakerFacts } from './breakers/facts.ts';
import { formatFacts, RECORD_FORMATS } from './formats/index.ts';
import { healthFacts } from './health/facts.ts';
import { ledgerFacts } from './ledger/facts.ts';
import { limitFacts } from './limits/facts.ts';
import { marketFacts } from './market/facts.ts';
import { messageFacts } from './messages/facts.ts';
import { orderFacts } from './orders/facts.ts';
import { safetyFacts, stopFacts } from './safety/facts.ts';
import { segmentFacts } from './segments/facts.ts';
import { riskFacts } from './valuation/facts.ts';

export const allFacts = [...marketFacts, ...orderFacts, ...ledgerFacts, ...messageFacts, ...limitFacts, ...breakerFacts, ...riskFacts, ...segmentFacts, ...formatFacts, ...healthFacts, ...safetyFacts, ...stopFacts] as const;
/** What is folded: of versions that supersede each other, the newest. */
export type Fact = FactOf<typeof allFacts>;
/** What may be written: every version, as the format of the journal allows. */
export type WrittenFact = WrittenOf<typeof allFacts>;
export type Facts = FactCodec<Fact, WrittenFact>;
export const factsCodec: Facts = factCodec(allFacts, RECORD_FORMATS);
