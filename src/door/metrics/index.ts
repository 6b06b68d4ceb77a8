/**
 * Figures for whoever watches from outside: what happened, how often, how long it took, and how things stand.
 *
 * Owns the names, what each means, and when it is counted. Does not own the text or who may read it.
 *
 *   F1. What rests on a fact is counted once the fact is durable, and once.
 *   F2. Counters begin at zero with each process. What stands in the journal is not counted again at a start.
 *   F3. What is not known is left out, and never shown as zero.
 *   F4. No label takes its values from outside: venues, sources and codes are those of the configuration and of the program.
 */
export { catalogue } from './catalogue.ts';
export type { MetricName } from './catalogue.ts';
export { countingWitness } from './counting.ts';
export { gaugesOf, strandedGauges } from './gauges.ts';
export type { Build } from './gauges.ts';
export { metricsReference } from './reference.ts';
