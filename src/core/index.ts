/**
 * What the record means and what to do next. Pure: no clock, no chance, no I/O; live trading, replay and the simulator run
 * these very functions.
 *
 * Three verbs: `decide` looks at the world and says which facts follow from an input, `evolve` folds a fact into the world
 * (replay runs only this), and `due` says what the world is waiting for somebody to do.
 */
export { decide, holdings, orderOfReport } from './decide.ts';
export type { Input, Outcome, Reading, Recalling } from './decide.ts';
export { evolveOpening, keptRow, leftBehind, mayOpenSegment, namesIn } from './carry.ts';
export type { Earlier } from './carry.ts';
export { due } from './due.ts';
export type { Duty } from './due.ts';
export { allFacts, factsCodec } from './events.ts';
export type { Fact, Facts, WrittenFact } from './events.ts';
export { FactReader, readFact } from './reader.ts';
export { digestOf, emptyWorld, evolve, freezeWorld, thawWorld } from './world.ts';
export type { Life, Stamped, World } from './world.ts';
export * from './market/index.ts';
export * from './orders/index.ts';
export * from './ledger/index.ts';
export * from './feeds/index.ts';
export * from './valuation/index.ts';
export * from './health/index.ts';
export * from './messages/index.ts';
export * from './breakers/index.ts';
export * from './limits/index.ts';
export * from './formats/index.ts';
export * from './segments/index.ts';
export * from './safety/index.ts';
export * from './audit/index.ts';
