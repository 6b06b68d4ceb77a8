/**
 * Kills and flattens under way, and what became of each at each venue: a fold of their facts, so that a restart goes on where it was.
 *
 *   X1. A stop that is not confirmed is under way, for ever: only its confirmation ends it.
 *   X2. A closing order is known by the stop that asked for it; no name that somebody else can give makes an order one.
 */
import type { Table } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import type { Order } from '../orders/index.ts';
import type { stopFacts } from './facts.ts';
import { gateAt, stricterOf, SYSTEM } from './ladder.ts';
import type { Gate } from './gate.ts';
import type { Rung } from './ladder.ts';

export type StopFact = FactOf<typeof stopFacts>;
type StepFact = Extract<StopFact, { type: 'kill.step' }>;
export type StopStep = Omit<StepFact, 'type' | 'id' | 'venue'> & { readonly atMs: number };
export type StopWord = 'kill' | 'flatten';

export type Stop = {
  readonly id: string;
  readonly word: StopWord;
  readonly scope: string;
  readonly by: string;
  readonly reason: string;
  readonly venues: readonly string[];
  readonly plan?: string;
  readonly beganSeq: number;
  readonly beganAtMs: number; // journal time
  readonly beganMs: number; // for people
  readonly outcome: 'running' | 'CONFIRMED' | 'NOT CONFIRMED';
  readonly open: readonly string[];
  readonly tookMs?: number;
  readonly steps: Readonly<Record<string, readonly StopStep[]>>; // by venue; of each step the newest word
  readonly closings: Readonly<Record<string, { readonly round: number; readonly orderId: string }>>; // by `venue symbol`: the newest one
};

/** What came of a word that was said to the ladder. */
export type Moved = { readonly kind: 'done' } | { readonly kind: 'nothing-to-do' | 'inconclusive'; readonly why: string };

/** The code under which people are told of a stop that no venue has shown yet. */
export const NOT_CONFIRMED = 'BW-3110';

const KEPT = 8; // receipts of what is done

/** The part of a world that these facts change. */
export type Stopping = { gate: Gate; readonly gates: Table<Gate>; readonly stops: Table<Stop> };

export const isUnderWay = (stop: Stop): boolean => stop.outcome !== 'CONFIRMED';
export const stopsUnderWay = ({ stops }: Pick<Stopping, 'stops'>): Stop[] => (stops.size === 0 ? [] : [...stops.values()].filter(isUnderWay));
export const stepOf = (stop: Stop, venue: string, step: StopStep['step']): StopStep | undefined => stop.steps[venue]?.find((one) => one.step === step);
export const isConfirmedAt = (stop: Stop, venue: string): boolean => stepOf(stop, venue, 'confirm')?.outcome === 'done';

/** X2. Whether an order closes a position for a stop that is still under way at its venue. */
export function isClosing({ stops }: Pick<Stopping, 'stops'>, { id, venue, symbol }: Pick<Order, 'id' | 'venue' | 'symbol'>): boolean {
  if (stops.size === 0) return false;
  for (const stop of stops.unordered()) if (isUnderWay(stop) && stop.closings[`${venue} ${symbol}`]?.orderId === id) return true;
  return false;
}

export function moveGate(world: Stopping, scope: string, gate: Gate): void {
  if (scope === SYSTEM) world.gate = gate;
  else if (gate.state === 'ACTIVE') world.gates.delete(scope);
  else world.gates.set(scope, gate);
}

export function evolveStops(world: Stopping, fact: StopFact, at: { readonly seq: number; readonly atMs: number; readonly wallMs: number }): void {
  if (fact.type === 'kill.begun') {
    const { type: _type, ...asked } = fact;
    world.stops.set(fact.id, { ...asked, beganSeq: at.seq, beganAtMs: at.atMs, beganMs: at.wallMs, outcome: 'running', open: [], steps: {}, closings: {} });
    forget(world);
    return raise(world, fact.scope, 'FLATTENING', fact.by, `${fact.word}: ${fact.reason}`, at.wallMs);
  }
  const stop = world.stops.get(fact.id);
  if (stop === undefined) return; // of a receipt that is not kept any more
  switch (fact.type) {
    case 'kill.step': {
      const { type: _type, id: _id, venue, ...told } = fact;
      const others = (stop.steps[venue] ?? []).filter(({ step, detail }) => step !== told.step || (step === 'callback' && detail !== told.detail));
      return world.stops.set(stop.id, { ...stop, steps: { ...stop.steps, [venue]: [...others, { ...told, atMs: at.wallMs }] } });
    }
    case 'kill.closing': return world.stops.set(stop.id, { ...stop, closings: { ...stop.closings, [`${fact.venue} ${fact.symbol}`]: { round: fact.round, orderId: fact.orderId } } });
    case 'kill.ended': {
      world.stops.set(stop.id, { ...stop, outcome: fact.outcome, open: fact.open, tookMs: fact.tookMs });
      if (stop.word === 'kill') return raise(world, stop.scope, 'LOCKED', stop.by, `kill: ${stop.reason}`, at.wallMs);
      const gate = gateAt(world, stop.scope);
      const others = stopsUnderWay(world).some(({ scope, id }) => scope === stop.scope && id !== stop.id);
      if (fact.outcome === 'CONFIRMED' && gate.state === 'FLATTENING' && !others) moveGate(world, stop.scope, { ...gate, state: 'HALTED' });
    }
  }
}

function raise(world: Stopping, scope: string, to: Rung, by: string, reason: string, sinceMs: number): void {
  const gate = gateAt(world, scope);
  if (gate.state !== to && stricterOf(gate.state, to) === to) moveGate(world, scope, { state: to, by, reason, sinceMs, ...(gate.restored === true ? { restored: true } : {}) });
}

function forget({ stops }: Stopping): void {
  const done = [...stops.values()].filter((stop) => !isUnderWay(stop)).sort((a, b) => a.beganSeq - b.beganSeq);
  for (const { id } of done.slice(0, Math.max(0, done.length - KEPT))) stops.delete(id);
}
