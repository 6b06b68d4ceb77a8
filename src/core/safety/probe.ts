/**
 * Asks the last word about an order that no limit allows: a gate that is alive says no.
 *
 *   G1. A probe changes nothing: it is judged and thrown away, and no fact comes of it.
 *   G2. A probe is never let out. Should the last word allow it, everything it allows is in doubt: a false belief, which ends
 *       this life and shuts the gate.
 *   G3. A shut gate is named as the reason: a halt that other controls hide would not be proven.
 */
import { invariant } from '../../base/index.ts';
import type { Instrument, Side } from '../../base/index.ts';
import type { Prices } from '../market/index.ts';
import type { Order } from '../orders/index.ts';
import type { World } from '../world.ts';
import { admit } from './admission.ts';
import { gateFor, isShut } from './ladder.ts';

const BEYOND_ANY_LIMIT = 10n ** 40n; // steps of an instrument

/** @param turn counts the probes: each asks about the next listed instrument, and about the other side */
export function probeGate(world: World, prices: Prices, nowMs: number, turn: number): void {
  const listed = [...world.market.instruments.entries()];
  const [key, instrument] = listed[turn % Math.max(listed.length, 1)] ?? [];
  const venue = key?.slice(0, key.indexOf(' ')) ?? '';
  const probe = orderBeyondLimits(world, venue, instrument, Math.floor(turn / Math.max(listed.length, 1)) % 2 === 0 ? 'buy' : 'sell', nowMs);
  const facts = admit(world, prices, probe, nowMs);
  invariant(facts.every(({ type }) => type === 'order.blocked'), `the last word lets no order out that no limit allows (a ${probe.side} of ${probe.quantityUnits} units of ${probe.symbol} at ${probe.venue})`); // G2
  if (!isShut(gateFor(world, probe).gate.state) || instrument === undefined || !world.market.venues.has(venue)) return;
  invariant(facts.some((fact) => fact.type === 'order.blocked' && fact.control === 'gate'), 'a shut gate stops every order'); // G3
}

function orderBeyondLimits(world: World, venue: string, instrument: Instrument | undefined, side: Side, nowMs: number): Order {
  const most = world.limits?.maxPositionUnits[instrument?.symbol ?? ''] ?? 0n;
  const stepUnits = instrument?.quantityStepUnits ?? 1n;
  return {
    id: 'probe', venue, symbol: instrument?.symbol ?? '', side, key: 'probe', content: '', source: 'probe', strategy: 'probe', action: 'order', orderType: 'market', timeInForce: 'ioc',
    quantityUnits: stepUnits * (BEYOND_ANY_LIMIT + most), correlationId: 'probe', intendedAtMs: nowMs, intendedSeq: 0, phase: 'intended', phaseSeq: 0, phaseAtMs: nowMs,
    attempt: 0, clientOrderIds: [], venueOrderIds: [], reserveUnits: 0n, worstPriceUnits: 0n, retryAtMs: 0, arrivesByMs: 0, sightings: 0, lastSightingAtMs: 0,
    filledUnits: 0n, filledValueUnits: 0n, venueFilledUnits: 0n, cancelSeq: 0,
  };
}
