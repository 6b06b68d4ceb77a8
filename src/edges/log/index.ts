/**
 * Log lines: JSON for machines, one line of words for people, on standard error.
 *
 *   L1. No secret is printed: neither under a key that names one, nor by its value, wherever and in whatever form it turns up.
 *   L2. A reader that stops reading costs lines, never time: what it does not take waits up to a bound, and from then on lines
 *       are dropped, counted, and their number told once it reads again.
 */
export { jsonLog } from './log.ts';
export type { Log, LogFormat, LogLevel, LogOptions } from './log.ts';
export { errorOutlet, outletOver } from './outlet.ts';
export type { LineStream, Outlet } from './outlet.ts';
