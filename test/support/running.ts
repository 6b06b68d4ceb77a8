/** A runtime that runs over a disk in memory and a venue on paper, under virtual time, with both doors. */
import { seededRandom } from '../../src/base/index.ts';
import { controlDoor, publicDoor, Tally } from '../../src/door/index.ts';
import type { BotToken, Source } from '../../src/door/index.ts';
import { lineOf } from '../../src/core/index.ts';
import type { Line } from '../../src/core/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import type { Facts } from '../../src/core/index.ts';
import { MemoryDisk } from '../../src/journal/index.ts';
import type { MemoryStore, MemoryStoreOptions } from '../../src/journal/index.ts';
import type { Archive, EmergencyLog, NetApp, SegmentKeeper, ServedRequest } from '../../src/ports/index.ts';
import { DEFAULT_SETTINGS, Runtime } from '../../src/runtime/index.ts';
import type { HealthPorts, LimitTexts, Note, Settings, Witness } from '../../src/runtime/index.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { PaperVenue } from './paper-venue.ts';

export const LIMITS: LimitTexts = {
  maxOrderValue: { default: { text: '50000', asset: 'USD' } }, maxPosition: { 'BTC/USD': '1' }, priceCollarPpm: { default: 50_000 }, priceMaxAgeMs: 10_000,
  maxShort: { default: '1' }, rateMaxAgeMs: 60_000, maxOrderQuantity: { default: '100000' }, maxSpreadPpm: { default: 100_000 },
  messageRate: { strategy: { most: 1_000, withinMs: 1_000 }, venue: { most: 1_000, withinMs: 1_000 }, system: { most: 1_000, withinMs: 1_000 } },
  none: ['priceDrift', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'risk.maxDailyLoss'],
};
export const SOURCE: Source = {
  name: 'demo', strategy: 'demo', dialect: 'auto', secret: 'tv-hook-7', secretIn: 'body', allowedSources: [], maxAgeMs: 60_000, maxBytes: 4_096, windowMs: 60_000, venue: 'paper',
  tickers: { BTCUSD: 'BTC/USD' }, sameName: false,
};
export const TOKEN: BotToken = { name: 'bot', secret: 'bot-token-9', venue: 'paper', maxAgeMs: 60_000 };

/** Whatever JSON holds; a test says what it expects of it. */
export type Json = ReturnType<typeof JSON.parse>;
export type Answered = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json };
export type World = {
  readonly disk?: MemoryDisk;
  readonly venue?: PaperVenue;
  readonly clock?: VirtualClock;
  readonly store?: (clock: VirtualClock) => MemoryStoreOptions;
  readonly archive?: Archive;
  readonly keeper?: SegmentKeeper;
  readonly settings?: Partial<Settings>;
  readonly facts?: Facts; // those of another release
  readonly sources?: readonly Source[];
  readonly tokens?: readonly BotToken[];
  readonly emergency?: EmergencyLog;
  readonly unstarted?: boolean;
  readonly witness?: Witness;
  readonly health?: HealthPorts; // without it no component is watched
};

export const startOf = Date.UTC(2026, 0, 2, 3, 4, 5);

export async function running(given: World = {}) {
  const clock = given.clock ?? new VirtualClock({ settle, startWallMs: startOf });
  const disk = given.disk ?? new MemoryDisk();
  const venue = given.venue ?? new PaperVenue();
  venue.nowMs = () => clock.wallMs();
  const ids = seededIds(seededRandom(`ids ${disk.head.seq}`));
  const notes: Note[] = [];
  const failures: Error[] = [];
  const lines: Line[] = [];
  const stops: string[] = [];
  const counted: string[] = [];
  const tally = new Tally((source, fate) => void counted.push(`${source} ${fate}`));
  const store: MemoryStore = disk.open(given.store?.(clock) ?? {});
  const binding = { venue, symbols: ['BTC/USD'], submitTimeoutMs: 2_000, cancelTimeoutMs: 2_000, readTimeoutMs: 2_000, resendWithinMs: 60_000, feeLeastPpm: 0, feeMostPpm: 0, tolerance: {} };
  const runtime = await clock.until(Runtime.boot(
    { clock, ids, random: seededRandom('runtime'), store, ...(given.archive === undefined ? {} : { archive: given.archive }), ...(given.keeper === undefined ? {} : { keeper: given.keeper }), ...(given.emergency === undefined ? {} : { emergency: given.emergency }), ...(given.facts === undefined ? {} : { facts: given.facts }), ...(given.health === undefined ? {} : { health: given.health }), bindings: [binding], note: (note) => void notes.push(note), onFailure: (cause) => void failures.push(cause), witness: {
      recorded: (entries, market) => {
        lines.push(...entries.map((entry) => lineOf(entry, market)));
        given.witness?.recorded(entries, market);
      },
      flushed: (tookMs) => given.witness?.flushed(tookMs),
    } },
    { ...DEFAULT_SETTINGS, version: '0.0.0', node: 'test', limits: LIMITS, ...given.settings },
  ));
  const outside = publicDoor({
    runtime, clock, ids, sources: given.sources ?? [SOURCE], tokens: given.tokens ?? [TOKEN], markets: { paper: ['BTC/USD'] }, note: (note) => void notes.push(note), tally,
  });
  const control = controlDoor({ runtime, clock, ids, instance: 'test', money: 'sim', pid: 7, onStop: (reason) => void stops.push(reason), tally });
  if (given.unstarted !== true) {
    runtime.start();
    await clock.runUntil(() => runtime.world.ledger.reconciled.has('paper') && runtime.prices.price('paper', 'BTC/USD', runtime.time.nowMs()) !== undefined && runtime.turns.durableSeq === runtime.turns.headSeq, 10_000);
  }
  return {
    clock, disk, venue, store, runtime, notes, lines, counted, failures, stops, tally, outside, control,
    /** An answer, without letting more time pass than it needs. */
    ask: (app: NetApp, method: string, path: string, body?: unknown, more: Partial<ServedRequest> = {}): Promise<Answered> => clock.until(asked(app, method, path, body, more)),
    hook: (body: unknown, path = '/hooks/tradingview/demo', more: Partial<ServedRequest> = {}): Promise<Answered> => clock.until(asked(outside, 'POST', path, body, more)),
    intent: (body: unknown, token = TOKEN.secret): Promise<Answered> => clock.until(asked(outside, 'POST', '/api/v1/intents', body, { headers: { authorization: `Bearer ${token}` } })),
    facts: (): string[] => disk.entries.map((entry) => JSON.parse(new TextDecoder().decode(entry.header.subarray(4))).type as string),
    payloads: (type: string): Json[] => disk.entries.filter((entry) => JSON.parse(new TextDecoder().decode(entry.header.subarray(4))).type === type).map((entry) => JSON.parse(new TextDecoder().decode(entry.payload))),
  };
}

/** One request to an app, as a network would hand it over. */
export async function asked(app: NetApp, method: string, path: string, body?: unknown, more: Partial<ServedRequest> = {}): Promise<Answered> {
  const [route = '', query = ''] = path.split('?');
  const bytes = body === undefined ? new Uint8Array() : body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  const answer = await app.request({ method, path: route, query: new URLSearchParams(query), headers: {}, body: bytes, peer: '127.0.0.1', ...more });
  if (answer.kind !== 'answer') throw new Error(`the door answered ${answer.kind}`);
  const text = typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body);
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) };
}

export const alert = (more: object = {}): object => ({ secret: SOURCE.secret, id: 'a1', ticker: 'BTCUSD', action: 'buy', quantity: '0.01', time: new Date(startOf).toISOString(), ...more });
