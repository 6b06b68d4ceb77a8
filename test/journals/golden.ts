/**
 * Golden journals: what was once written, and what it meant. The files beside this one are data and are only added to.
 *
 *   facts.jsonl   one line per sample of a fact: type, version, the payload as its very bytes
 *   sealed.json   of each format that a release has written: what it is made of
 *   NAME.jsonl    one recorded story, entry by entry
 *   NAME.json     what the world is after it: its meaning in words that outlive the shape of our state, and the digest of
 *                 the state in each format it has had
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { allFacts, digestOf, due, exposureOf, factsCodec, STATE_FORMAT, emptyWorld, evolve } from '../../src/core/index.ts';
import type { Stamped, World } from '../../src/core/index.ts';

export const folder = new URL('.', import.meta.url);

export type FactLine = { readonly type: string; readonly version: number; readonly payload: string };
export type EntryLine = FactLine & { readonly header: Stamped };
export type Expected = { readonly meaning: unknown; readonly digests: Readonly<Record<string, string>> };

export const linesOf = <T>(file: string): readonly T[] => readFileSync(new URL(file, folder), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
export const recorded = (): readonly string[] => readdirSync(folder).filter((file) => file.endsWith('.jsonl') && file !== 'facts.jsonl').map((file) => file.slice(0, -'.jsonl'.length)).sort();

/** Formats that went out with a release: what they are made of is settled. */
export type Sealed = Record<string, { readonly release: string; readonly facts: readonly string[] }>;
export const sealed = (): Sealed => (existsSync(new URL('sealed.json', folder)) ? JSON.parse(readFileSync(new URL('sealed.json', folder), 'utf8')) as Sealed : {});
export const factsSince = (format: number): readonly string[] => allFacts.filter(({ since }) => since === format).map(({ name }) => name).sort();

export function worldOf(entries: readonly EntryLine[]): World {
  const world = emptyWorld();
  const encoder = new TextEncoder();
  for (const { type, version, payload, header } of entries) evolve(world, factsCodec.decode(type, version, encoder.encode(payload)), header);
  return world;
}

/** What a journal says, in words: enough that no change of meaning stays unseen, and nothing that only the shape of our state needs. */
export function meaningOf(world: World): unknown {
  const { orders, ledger, market, messages, limits, gate, life } = world;
  const table = (entries: Iterable<[string, unknown]>): object => Object.fromEntries([...entries].map(([key, value]) => [key, plain(value)]));
  return {
    orders: Object.fromEntries([...orders.live.entries(), ...orders.done.entries()].map(([id, order]) => [id, plain({
      phase: order.phase, attempt: order.attempt, clientOrderIds: order.clientOrderIds, venueOrderIds: order.venueOrderIds, filled: order.filledUnits, value: order.filledValueUnits,
      venueFilled: order.venueFilledUnits, ended: order.endState ?? '', wantedGone: order.cancelBy ?? '', sightings: order.sightings, since: order.phaseAtMs,
    })])),
    foreign: table([...orders.foreign.entries()].map(([key, { atMs: _atMs, ...foreign }]) => [key, foreign])),
    exposures: Object.fromEntries([...market.instruments.entries()].map(([key, { symbol }]) => [key, plain(exposureOf(orders, key.slice(0, key.indexOf(' ')), symbol))])),
    balances: table(ledger.balances.entries()), reservations: table(ledger.reservations.entries()), pendingFees: table(ledger.pendingFees.entries()), fills: ledger.fills.keys(), fees: ledger.fees.keys(),
    cursors: table(ledger.cursors.entries()), differences: table(ledger.differences.entries()), unattributed: ledger.unattributed.keys(), reconciled: table(ledger.reconciled.entries()),
    suspended: market.suspended.keys(), quarantined: market.quarantined.keys(), dealt: table([...messages.dealt.entries()].map(([key, { atMs: _atMs, ...dealt }]) => [key, dealt])), bodies: table(messages.bodies.entries()),
    limits: plain(limits), gate: plain(gate), seq: life.seq, due: due(world).map((duty) => `${duty.name} after ${duty.afterSeq}`),
  };
}

/** As JSON holds it: a bigint as text, so that both sides of a comparison are what a file can say. */
const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))) as unknown);

export const expectedOf = (world: World, digests: Readonly<Record<string, string>> = {}): Expected => ({ meaning: meaningOf(world), digests: { ...digests, [STATE_FORMAT]: digestOf(world) } });
