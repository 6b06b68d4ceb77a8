/** What still passes a gate that stands at REDUCING: an order that takes risk away, and cannot turn a position whatever else is open. */
import { formatUnits } from '../../base/index.ts';
import { holdingUnits } from '../ledger/index.ts';
import { reducesOnly, reducibleUnits } from '../limits/index.ts';
import type { Verdict } from '../limits/index.ts';
import { instrumentAt } from '../market/index.ts';
import { orderById, worstUnits } from '../orders/index.ts';
import type { Order } from '../orders/index.ts';
import type { World } from '../world.ts';
import { openAround } from './exposure.ts';
import type { Gate } from './gate.ts';
import { HEALTH } from './floor.ts';
import { SYSTEM } from './ladder.ts';

export function reducing(world: World, order: Order, scope: string, gate: Gate): Verdict | undefined {
  const instrument = instrumentAt(world.market, order.venue, order.symbol);
  if (instrument === undefined) return undefined; // refused elsewhere, under its own name
  const held = holdingUnits(world.ledger, order.venue, instrument.base);
  const open = openAround(world, order.venue, instrument);
  const own = worstUnits(orderById(world.orders, order.id) ?? order); // it counts itself once it is prepared, and as it stands where it is to be changed
  const standing = { positionUnits: held, openBuyUnits: open.buyUnits - (order.side === 'buy' ? own : 0n), openSellUnits: open.sellUnits - (order.side === 'sell' ? own : 0n) };
  if (reducesOnly(standing, { side: order.side, quantityUnits: order.quantityUnits - order.filledUnits })) return undefined;
  const free = reducibleUnits(standing, order.side);
  const base = (units: bigint): string => `${formatUnits(units, instrument.quantityScale)} ${instrument.base}`;
  return {
    control: 'gate', code: 'BW-3120', limit: 'orders that reduce', observed: `REDUCING${scope === SYSTEM ? '' : ` for ${scope}`} by ${gate.by}: ${gate.reason}; a ${order.side} of ${base(order.quantityUnits)} with ${base(held)} held`,
    wouldPass: free > 0n ? `a ${order.side} of at most ${base(free)}` : `no ${order.side} before ${gate.by === HEALTH ? 'the system has come back: "breakwater components" says what is ill' : '"breakwater resume"'}`,
  };
}
