/**
 * What each component of our own is asked, and what the answer means. Each can fail; none says "well" of what it has not seen.
 *
 *   Q1. `undefined` is no answer yet. A component that gives none is never called healthy, and after its time it has failed.
 */
import { instrumentsOf } from '../../core/index.ts';
import type { Finding, World } from '../../core/index.ts';
import type { VenueTimerView } from '../dead-man/index.ts';
import type { FollowerView } from '../following.ts';
import type { PriceSenses } from '../prices/index.ts';
import type { Reads } from './reads.ts';

export type Check = () => Finding | undefined | Promise<Finding | undefined>;

export type Seen = {
  readonly world: World;
  readonly prices: PriceSenses;
  readonly reads: Reads;
  readonly reconcileEveryMs: number;
  readonly connected: (venue: string) => boolean;
  readonly timer: (venue: string) => VenueTimerView | undefined; // its own dead-man timer, where it has one
  readonly nowMs: () => number;
};

const FAILED_IN_A_ROW = 3;
const LEAST_READS = 10;
const LATE_LOOKS = 3; // a look at the venue that is later than so many of its intervals
const PRICE_MAX_AGE_MS = 10_000; // where no limit says it
const SLOW_MS = 1_000;
const LOOP_SLOW_MS = 250;
const LOOP_STUCK_MS = 2_000;
const MIB = 1_048_576;
const FREE_LITTLE = 512 * MIB;
const FREE_LEAST = 128 * MIB;
const SUPERVISOR_LATE_MS = 5_000;

const healthy = (numbers: Readonly<Record<string, number>> = {}): Finding => ({ state: 'healthy', numbers });

/** Reachable, ours to use, and its books compared not long ago. */
export function venueCheck({ world, reads, reconcileEveryMs, connected, nowMs }: Seen, venue: string): Finding | undefined {
  const suspended = world.market.suspended.get(venue);
  const { failed, inARow, reads: asked } = reads.of(venue);
  const reconciled = world.ledger.reconciled.get(venue);
  const ageMs = reconciled === undefined ? undefined : nowMs() - reconciled.atMs;
  const numbers = { reads: asked, failedReads: failed, ...(ageMs === undefined ? {} : { comparedAgeMs: ageMs }) };
  const bad = (state: 'degraded' | 'critical' | 'failed', why: string): Finding => ({ state, why, numbers });
  if (suspended !== undefined) return bad('failed', `it is suspended (${suspended.cause}): ${suspended.detail}`);
  if (inARow >= FAILED_IN_A_ROW) return bad('critical', `the last ${inARow} looks at it came to nothing`);
  if (ageMs === undefined) return undefined; // Q1
  if (ageMs > (world.limits?.booksMaxAgeMs ?? Number.POSITIVE_INFINITY)) return bad('critical', `books and venue were last compared ${ageMs} ms ago`);
  if (ageMs > LATE_LOOKS * reconcileEveryMs) return bad('degraded', `books and venue were last compared ${ageMs} ms ago`);
  if (asked >= LEAST_READS && failed * 2 >= asked) return bad('degraded', `${failed} of ${asked} readings of the last minute came to nothing`);
  if (!connected(venue)) return bad('degraded', 'it has no stream; it is asked instead');
  return healthy(numbers);
}

/** The venue's own dead-man timer is set. */
export function timerCheck(view: VenueTimerView | undefined): Finding | undefined {
  if (view === undefined) return undefined;
  if (view.state === 'armed') return healthy({ leftMs: Math.floor(view.leftMs) });
  return { state: 'failed', why: `it is not set, and orders that add risk wait: ${view.why}`, numbers: { notArmedForMs: Math.floor(view.forMs) } };
}

/** A price that may be used, of each of its instruments. */
export function pricesCheck({ world, prices, nowMs }: Seen, venue: string): Finding | undefined {
  const maxAgeMs = world.limits?.priceMaxAgeMs ?? PRICE_MAX_AGE_MS;
  const symbols = instrumentsOf(world.market, venue).map(({ symbol }) => symbol);
  const seen = symbols.flatMap((symbol) => { const price = prices.price(venue, symbol, nowMs()); return price === undefined ? [] : [nowMs() - price.seenAtMs]; });
  const fresh = seen.filter((ageMs) => ageMs <= maxAgeMs).length;
  const numbers = { instruments: symbols.length, fresh, ...(seen.length === 0 ? {} : { oldestMs: Math.max(...seen) }) };
  if (symbols.length === 0 || (seen.length === 0 && !prices.sawAny(venue))) return undefined; // Q1
  if (fresh === 0) return { state: 'critical', why: `none of its ${symbols.length} instruments has a price that may be used`, numbers };
  if (fresh < symbols.length) return { state: 'degraded', why: `${symbols.length - fresh} of its ${symbols.length} instruments have no price that may be used`, numbers };
  return healthy(numbers);
}

/** Of several venues, at least one. */
export function anyOf(findings: readonly (Finding | undefined)[]): Finding | undefined {
  const told = findings.filter((finding) => finding !== undefined);
  const usable = told.filter(({ state }) => state === 'healthy' || state === 'degraded').length;
  const numbers = { venues: findings.length, usable };
  if (usable > 0) return healthy(numbers);
  return told.length < findings.length ? undefined : { state: 'critical', why: `none of the ${findings.length} venues can be used`, numbers };
}

/**
 * The gate says no, the disk has what was decided, and gives it back; and no append was slow since the last look.
 * @param prove rejects where it cannot
 */
export async function journalCheck(prove: () => Promise<unknown>, monotonicMs: () => number, slowestMs: () => number): Promise<Finding> {
  const beganMs = monotonicMs();
  try {
    await prove();
  } catch (thrown) {
    return { state: 'failed', why: `it could not be proven: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
  const tookMs = Math.round(Math.max(monotonicMs() - beganMs, slowestMs()));
  return tookMs > SLOW_MS ? { state: 'degraded', why: `the disk took ${tookMs} ms for an entry`, numbers: { tookMs } } : healthy({ tookMs });
}

/** The second fold agrees, and is near. */
export function followerCheck(view: FollowerView | undefined): Finding | undefined {
  if (view === undefined) return undefined;
  const numbers = { lag: view.lag, ...(view.compared === undefined ? {} : { comparedAgeMs: view.compared.ageMs }) };
  if (view.state === 'differs') return { state: 'failed', why: 'it came to another state than what decides, or cannot read the record', numbers };
  if (view.state === 'waiting' || view.state === 'stopped') return { state: 'degraded', why: 'it fell, and is to be started again', numbers };
  if (view.late) return { state: 'degraded', why: `it is ${view.lag} entries behind`, numbers };
  return view.compared === undefined ? undefined : healthy(numbers);
}

export function diskCheck(freeBytes: number | undefined): Finding {
  if (freeBytes === undefined) return { state: 'degraded', why: 'nobody can tell how much room is left in the data folder' };
  const numbers = { freeMib: Math.floor(freeBytes / MIB) };
  if (freeBytes < FREE_LEAST) return { state: 'critical', why: `${numbers.freeMib} MiB are left in the data folder`, numbers };
  return freeBytes < FREE_LITTLE ? { state: 'degraded', why: `${numbers.freeMib} MiB are left in the data folder`, numbers } : healthy(numbers);
}

/** @param lagMs by how much the loop was late, at most, since the last look */
export function loopCheck(lagMs: number): Finding {
  const numbers = { lagMs: Math.round(lagMs) };
  if (lagMs > LOOP_STUCK_MS) return { state: 'critical', why: `the main loop stood still for ${numbers.lagMs} ms`, numbers };
  return lagMs > LOOP_SLOW_MS ? { state: 'degraded', why: `the main loop was ${numbers.lagMs} ms late`, numbers } : healthy(numbers);
}

/** @param silentMs since the supervisor last showed that it hears us; undefined before it did for the first time */
export function supervisorCheck(silentMs: number | undefined): Finding | undefined {
  if (silentMs === undefined) return undefined;
  const numbers = { silentMs: Math.round(silentMs) };
  return silentMs > SUPERVISOR_LATE_MS ? { state: 'degraded', why: `the supervisor has not shown for ${numbers.silentMs} ms that it hears this process`, numbers } : healthy(numbers);
}
