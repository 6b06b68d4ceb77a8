/** The shape of everything outside: clock, ids, network, venue, desk. Types (and `sleep`, which only names a timer) and nothing else. */
export { sleep } from './clock.ts';
export type * from './archive.ts';
export type * from './clock.ts';
export type * from './desk.ts';
export type * from './emergency.ts';
export type * from './follower.ts';
export type * from './machine.ts';
export type * from './market-data.ts';
export type * from './metrics.ts';
export type * from './net.ts';
export type * from './prices.ts';
export type * from './process.ts';
export type * from './quota.ts';
export type * from './recording.ts';
export type * from './venue.ts';
