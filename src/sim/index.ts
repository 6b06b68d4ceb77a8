/** An invented outside: time that passes on command, a network in memory, processes that can be killed and frozen. */
export { VirtualClock } from './clock.ts';
export type { Settle } from './clock.ts';
export { createMemoryNet } from './net.ts';
export type { MemoryHost, MemoryNet, RequestFault, Travel } from './net.ts';
export { EmergencyPlace } from './emergency.ts';
export type { MemoryLogOptions, SheetFault } from './emergency.ts';
export { SimProcess } from './process.ts';
export type { CallHooks } from './process.ts';
export { seededIds } from './ids.ts';
export { simulate } from './run.ts';
export type { RunOptions, RunResult } from './run.ts';
export { exitCodeOf, runSeeds } from './seeds.ts';
export type { SeedsOptions, SeedsResult } from './seeds.ts';
export { shrink } from './shrink.ts';
export type { Shrunk } from './shrink.ts';
export { drawSwarm, partsOf } from './swarm/index.ts';
export type { Part, Swarm } from './swarm/index.ts';
export { Tally } from './tally.ts';
