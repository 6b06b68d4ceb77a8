/**
 * The end of an embedded system, in order or at once.
 *
 *   Z1. An emergency shutdown is a kill: everything is cancelled, every position closed, and a venue is confirmed by two looks at it; what was
 *       not shown is not confirmed, and the next life on the same folder goes on with it.
 *   Z2. The gate is shut in the turn that takes it, whatever comes after. The journal remembers it, and only a person opens it again.
 *   Z3. Each callback has its time; one that fails or hangs is written down as that, and holds up neither the others nor the end.
 */
import { formatUnits } from '../base/index.ts';
import { holdings, instrumentsOf, isConfirmedAt, SYSTEM } from '../core/index.ts';
import type { Stop } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';

export type ShutdownOptions = { readonly emergency?: boolean; readonly by?: string; readonly reason?: string; readonly withinMs?: number };

export type VenueReceipt = {
  readonly venue: string;
  readonly confirmed: boolean; // two looks at it showed no open order and nothing held that can be traded
  readonly why: readonly string[]; // it is not confirmed
  readonly steps: readonly { readonly step: string; readonly outcome: string; readonly detail: string; readonly tookMs: number }[];
  readonly openOrders: number; // of ours, by the books
  readonly positions: readonly { readonly asset: string; readonly amount: string }[];
};

/** What became of something that was to be called; `late` where it had not ended in its time. */
export type CallbackReceipt = { readonly outcome: 'done' | 'late' | 'failed'; readonly detail: string };

/** `confirmed` is undefined where nothing was to be confirmed: a shutdown in order leaves orders and positions as they are. */
export type ShutdownReport = { readonly emergency: boolean; readonly confirmed: boolean | undefined; readonly venues: readonly VenueReceipt[]; readonly callbacks: readonly CallbackReceipt[] };

export type Killing = { readonly runtime: Runtime; readonly clock: Clock; readonly id: string; readonly callbacks: readonly { readonly withinMs: number }[] };

const WITHIN_MS = 60_000;
const SLACK_MS = 500;
const CAUSE = { actor: 'library', correlationId: 'shutdown' };

/** Kills, and answers once every venue is confirmed and everybody was called, or the time is over. */
export async function emergencyStop({ runtime, clock, id, callbacks }: Killing, { by = 'the program', reason = 'emergency shutdown', withinMs = WITHIN_MS }: ShutdownOptions): Promise<ShutdownReport> {
  const began = runtime.submit({ kind: 'kill', id, word: 'kill', scope: SYSTEM, by, reason, venues: runtime.venues }, CAUSE);
  const shut = runtime.submit({ kind: 'emergency-shutdown', by, reason }, CAUSE); // Z2: after the kill, which says more
  await Promise.all([began, shut]);
  const current = (): Stop | undefined => runtime.world.stops.get(id) ?? [...runtime.world.stops.values()].findLast(({ word, scope }) => word === 'kill' && scope === SYSTEM); // it joined one that was under way
  await lasting(runtime, clock, withinMs, () => current()?.outcome === 'CONFIRMED');
  const patienceMs = Math.max(0, ...callbacks.map((callback) => callback.withinMs));
  const called = (): readonly { readonly outcome: CallbackReceipt['outcome']; readonly detail: string }[] => current()?.steps['']?.filter(({ step }) => step === 'callback') ?? [];
  if (callbacks.length > 0 && current()?.outcome !== 'running') await lasting(runtime, clock, patienceMs + SLACK_MS, () => called().length >= callbacks.length); // Z3
  const venues = runtime.venues.map((venue) => receiptOf(runtime, venue, current()));
  return { emergency: true, confirmed: venues.every(({ confirmed }) => confirmed), venues, callbacks: called().map(({ outcome, detail }) => ({ outcome, detail })) };
}

/** Until it holds and is on the disk, or the time or this life is over. */
function lasting(runtime: Runtime, clock: Clock, withinMs: number, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => { if (runtime.turns.failed !== undefined || (holds() && runtime.turns.durableSeq === runtime.turns.headSeq)) end(); };
    const cancel = clock.timer(withinMs, () => end());
    const leave = runtime.onDurable(look);
    function end(): void {
      cancel();
      leave();
      resolve();
    }
    look();
  });
}

function receiptOf(runtime: Runtime, venue: string, stop: Stop | undefined): VenueReceipt {
  const { world } = runtime;
  const confirmed = stop !== undefined && isConfirmedAt(stop, venue);
  const openOrders = [...world.orders.live.unordered()].filter((order) => order.venue === venue).length;
  const bases = new Set(instrumentsOf(world.market, venue).map(({ base }) => base));
  const positions = holdings(world, venue).filter(({ asset, holdingUnits }) => bases.has(asset) && holdingUnits !== 0n).map(({ asset, scale, holdingUnits }) => ({ asset, amount: formatUnits(holdingUnits, scale) }));
  const steps = (stop?.steps[venue] ?? []).map(({ step, outcome, detail, tookMs }) => ({ step, outcome, detail, tookMs }));
  const told = [...(stop?.open ?? []).filter((text) => text.startsWith(`${venue}: `)).map((text) => text.slice(venue.length + 2)), ...steps.filter(({ outcome, detail }) => outcome === 'late' && detail !== '').map(({ step, detail }) => `${step}: ${detail}`)];
  const why = confirmed ? [] : [
    ...told,
    ...(openOrders === 0 ? [] : [`${openOrders} of our orders may be open`]),
    ...(positions.length === 0 ? [] : [`by the books ${positions.map(({ amount, asset }) => `${amount} ${asset}`).join(', ')} is held`]),
    'it was not seen clean twice in the time that was given; the next start on this folder goes on with it',
  ];
  return { venue, confirmed, why, steps, openOrders, positions };
}
