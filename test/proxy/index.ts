/**
 * Harm to real connections, on command: a TCP proxy in the words of Toxiproxy, and a `Net` whose servers stand behind one.
 */
export { FaultProxy, faultProxy } from './proxy.ts';
export type { ProxyOptions, ProxyStatistics } from './proxy.ts';
export type { Direction, Toxic, ToxicOptions } from './toxics.ts';
export { behindProxies, harmless } from './net.ts';
