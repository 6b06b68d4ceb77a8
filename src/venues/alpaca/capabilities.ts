/** What Alpaca guarantees, as far as it is documented; the contract suite proves it against whatever peer we speak to. */
import type { Capabilities } from '../../ports/index.ts';

export const capabilities: Capabilities = {
  orderIds: 'unique-forever', // per account, after fill and cancel too
  clientOrderIdMaxLength: 48, // older documents say 48, newer ones 128
  clientOrderIdAlphabet: 'A-Za-z0-9_-', // not documented; these have always been taken
  fills: 'trades', // account activities of type FILL
  fees: 'records', // CFEE and FEE activities, at the end of the day
  visibilityBoundMs: 10_000, // not documented either: one "not found" right after a time-out proves nothing
  // After our deadline the connection is closed, so what can still arrive is only what the network and the venue's front
  // already hold. Load balancers give up on their own back ends within seconds; ten leave room. An order later than that
  // would still carry its id, and the id is unique for ever: sending again could not make a second one.
  arrivalBoundMs: 10_000,
  deadManTimer: false,
  cancelOnDisconnect: false,
  positions: true,
};
