/**
 * The end of an embedded system, in order or at once.
 *
 *   Z1. An emergency shutdown says of each venue what was shown, by a look that came after the last cancel; what was not shown is not confirmed.
 *   Z2. The gate is shut in the turn that takes it, whatever comes after. The journal remembers it, and only a person opens it again.
 */
import { formatUnits } from '../base/index.ts';
import { holdings, instrumentsOf } from '../core/index.ts';
import { sleep } from '../ports/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';

export type ShutdownOptions = { readonly emergency?: boolean; readonly by?: string; readonly reason?: string; readonly withinMs?: number };

export type VenueReceipt = {
  readonly venue: string;
  readonly confirmed: boolean; // no order is open and nothing is held there
  readonly why: readonly string[]; // it is not confirmed
  readonly openOrders: number; // of ours, by the books
  readonly positions: readonly { readonly asset: string; readonly amount: string }[];
};

/** `confirmed` is undefined where nothing was to be confirmed: a shutdown in order leaves orders and positions as they are. */
export type ShutdownReport = { readonly emergency: boolean; readonly confirmed: boolean | undefined; readonly venues: readonly VenueReceipt[] };

const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 250;

/** Shuts the gate, cancels everything, and looks at every venue until nothing is open or the time is over. */
export async function emergencyStop(runtime: Runtime, clock: Clock, { by = 'the program', reason = 'emergency shutdown', withinMs = WITHIN_MS }: ShutdownOptions): Promise<ShutdownReport> {
  await runtime.submit({ kind: 'emergency-shutdown', by, reason }, { actor: 'library', correlationId: 'shutdown' }); // Z2
  const deadlineMs = clock.monotonicMs() + withinMs;
  const receipts = await Promise.all(runtime.venues.map(async (venue) => {
    for (;;) {
      const leftMs = deadlineMs - clock.monotonicMs();
      const looked = await Promise.race([runtime.reconcile(venue), sleep(clock, Math.max(0, leftMs)).then(() => undefined)]);
      const receipt = receiptOf(runtime, venue, looked?.kind === 'done' ? undefined : looked === undefined ? 'it was not seen in time' : looked.kind === 'inconclusive' ? looked.why : 'it could not be looked at');
      if (receipt.openOrders === 0 && looked?.kind === 'done') return receipt;
      if (clock.monotonicMs() + LOOK_EVERY_MS >= deadlineMs) return receipt;
      await sleep(clock, LOOK_EVERY_MS);
    }
  }));
  return { emergency: true, confirmed: receipts.every(({ confirmed }) => confirmed), venues: receipts };
}

function receiptOf(runtime: Runtime, venue: string, unseen: string | undefined): VenueReceipt {
  const { world } = runtime;
  const openOrders = [...world.orders.live.unordered()].filter((order) => order.venue === venue).length;
  const foreign = [...world.orders.foreign.unordered()].filter((order) => order.venue === venue && order.open).length;
  const bases = new Set(instrumentsOf(world.market, venue).map(({ base }) => base));
  const positions = holdings(world, venue).filter(({ asset, holdingUnits }) => bases.has(asset) && holdingUnits !== 0n).map(({ asset, scale, holdingUnits }) => ({ asset, amount: formatUnits(holdingUnits, scale) }));
  const why = [
    ...(unseen === undefined ? [] : [unseen]),
    ...(openOrders === 0 ? [] : [`${openOrders} of our orders may be open`]),
    ...(foreign === 0 ? [] : [`${foreign} orders that are not ours are open`]),
    ...(positions.length === 0 ? [] : [`positions are as they were: ${positions.map(({ amount, asset }) => `${amount} ${asset}`).join(', ')}`]),
  ];
  return { venue, confirmed: why.length === 0, why, openOrders, positions };
}
