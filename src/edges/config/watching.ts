/** How long is waited: for a component before it is called ill, and for each step of a kill before it is told as late. */
import { z } from 'zod';
import { count, duration, share } from './forms.ts';

/** A time within bounds, as it is written. */
const within = (least: string, leastMs: number, most: string, mostMs: number, example: string) =>
  duration(example).refine(({ ms }) => ms >= leastMs && ms <= mostMs, `is not from ${least} to ${most}`).prefault(example);

export const healthSchema = () => z.strictObject({
  every: within('1s', 1_000, '60s', 60_000, '5s').describe('How often each component is looked at.'),
  timeout: within('5s', 5_000, '10m', 600_000, '30s').describe('A component of which nothing was heard for so long has failed. At least twice `every`.'),
  failures: count(1).max(20, 'is more than 20').default(3).describe('So many looks in a row must say the same before a change is believed, for the worse and for the better.'),
}).prefault({}).describe('How the parts of the system are watched; see [health.md](../concepts/health.md).');

export const killSchema = () => z.strictObject({
  cancelWithin: within('100ms', 100, '60s', 60_000, '2s').describe('Every order is asked to be cancelled.'),
  verifyWithin: within('500ms', 500, '2m', 120_000, '5s').describe('Every order is over; and for so long a closing order waits for what is still open.'),
  closeWithin: within('1s', 1_000, '10m', 600_000, '20s').describe('Nothing is held any more.'),
  confirmWithin: within('5s', 5_000, '30m', 1_800_000, '60s').describe('Every venue was seen clean twice; otherwise it is told as NOT CONFIRMED, and tried again until it is.'),
  limitFor: within('500ms', 500, '60s', 60_000, '5s').describe('For so long what closes a position is a limit order …'),
  limitRounds: count(0).max(10, 'is more than 10').default(2).describe('… and for at most so many orders; then it is a market order.'),
  collar: share().refine(({ ppm }) => ppm <= 200_000, 'is more than 20%').prefault('1%').describe('How far beyond the best price such a limit may lie.'),
  retryMost: within('1s', 1_000, '5m', 300_000, '15s').describe('The longest pause between two tries at a venue that is not confirmed.'),
  planValid: within('10s', 10_000, '10m', 600_000, '60s').describe('How long a plan that was shown may be applied.'),
}).prefault({}).describe('Deadlines of a kill and a flatten. One that passes is told, and the step goes on; see [stopping.md](../operations/stopping.md).');
