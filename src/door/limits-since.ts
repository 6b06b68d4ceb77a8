/**
 * Whether the limits in force are those under which somebody stopped: a restart on another configuration lies between, often enough.
 *
 *   L1. Read from the record, backwards to the stop; where that is too far it is said to be not known, never to be unchanged.
 */
import { openHeader, READ_LIMIT } from '../journal/index.ts';
import type { World } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { time } from './shown.ts';

const PAGES = 10;
const SHORT = 12;
const WORDS = { 'limits.set': 'the limits', 'risk.set': 'the risk policy' } as const;
const stops: ReadonlySet<string> = new Set(['gate.halted', 'gate.moved', 'kill.begun', 'invariant.broken', 'journal.restored']);
const isOne = (type: string): type is keyof typeof WORDS => Object.hasOwn(WORDS, type);

/** @param sinceMs wall clock of the stop: that of its entry, word for word, so that no step of the clock comes between */
export async function limitsSince(runtime: Runtime, { limitsHash }: Pick<World, 'limitsHash'>, sinceMs: number): Promise<string> {
  const inForce = `limits ${limitsHash.slice(0, SHORT)} are in force`;
  const changed = new Map<keyof typeof WORDS, string>();
  let upTo = runtime.turns.durableSeq;
  for (let page = 0; page < PAGES && upTo > 0; page += 1) {
    const from = Math.max(1, upTo - READ_LIMIT + 1);
    const headers = (await runtime.entries(from, upTo - from + 1)).map(openHeader);
    for (const { type, wallMs } of headers.toReversed()) {
      if (isOne(type) && !changed.has(type)) changed.set(type, `${WORDS[type]} changed at ${time(wallMs)}`);
      if (stops.has(type) && wallMs === sinceMs) return `${inForce}; ${changed.size === 0 ? 'none changed since it was stopped' : `since it was stopped ${[...changed.values()].join(', ')}`}`;
    }
    upTo = from - 1;
  }
  return `${inForce}; whether they changed since it was stopped is not known: the stop lies further back than what was read of the record`; // L1
}
