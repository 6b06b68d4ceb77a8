/** How things stand, in one sentence and in figures. */
import { assetScale, gateInForce, instrumentsOf, isShut, marketKey, stopsUnderWay } from '../core/index.ts';
import type { World } from '../core/index.ts';
import type { GatewayStatistics, Runtime } from '../runtime/index.ts';
import { safetyOf, safetySentence } from './components.ts';
import { levelOf } from './risk.ts';
import { openCircuits } from './breakers.ts';
import { observedSentence } from './observed.ts';
import { shownDifference, time } from './shown.ts';
import { CUT_OFF } from './heartbeats.ts';
import type { MoneyKind } from './mode.ts';
import { deadManOf } from './dead-man.ts';
import type { DeadManShown } from './dead-man.ts';
import { ladderOf, shownStops } from './stops.ts';
import type { Tally } from './tally.ts';
import { waitingFor, waitingSentence } from './waiting.ts';
import type { UnreadShown, UnreadTally } from './unread.ts';

export type VenueStatus = {
  readonly name: string;
  readonly ready: boolean;
  readonly why: string; // it is not ready
  readonly connected: boolean;
  readonly suspended: { readonly cause: string; readonly detail: string } | null;
  readonly reconciled: { readonly agreed: boolean; readonly at: string; readonly ageMs: number } | null;
  readonly differences: readonly object[];
  readonly unread: UnreadShown;
  readonly gateway: object | null;
  readonly instruments: readonly string[];
  readonly quarantined: readonly { readonly symbol: string; readonly cause: string }[];
  readonly deadMan: DeadManShown;
};

export type Life = { readonly instance: string; readonly money: MoneyKind; readonly pid: number | null };

export function statusOf(runtime: Runtime, world: World, life: Life, tally: Tally, unread?: UnreadTally): object {
  const { gate, orders, ledger, messages } = world;
  const venues = [...world.market.venues.keys()].map((name) => venueStatus(runtime, world, name, unread));
  const rung = gateInForce(world).state;
  const phases: Record<string, number> = {};
  for (const order of orders.live.values()) phases[order.phase] = (phases[order.phase] ?? 0) + 1;
  const unknown = phases['unknown'] ?? 0;
  return {
    sentence: [sentence(world, venues, orders.live.size, unknown), ...safetySentence(world), ...silent(world, tally), ...openCircuits(world).map((one) => one.sentence), ...observedSentence(world, life.money), ...waitingSentence(world)].join(' '),
    instance: life.instance, money: life.money,
    state: rung === 'LOCKED' || rung === 'FLATTENING' ? 'stopped' : rung === 'HALTED' ? 'halted' : rung === 'REDUCING' ? 'reducing' : venues.length > 0 && venues.every(({ ready }) => ready) ? 'trading' : 'waiting',
    gate: { state: gate.state, by: gate.by, reason: gate.reason, since: gate.sinceMs === 0 ? null : time(gate.sinceMs) },
    ladder: ladderOf(world), stops: shownStops(world),
    safety: safetyOf(world),
    venues,
    orders: { live: orders.live.size, unknown, phases, done: orders.done.size, foreignOpen: [...orders.foreign.unordered()].filter(({ open }) => open).length },
    books: { ...Object.fromEntries(ledger.counts.entries()), openDifferences: ledger.differences.size, pendingFees: ledger.pendingFees.size, booksAgree: venues.every(({ reconciled }) => reconciled?.agreed === true) },
    signals: {
      sinceStart: tally.shown(), refusals: tally.refusals(), bursts: Object.fromEntries([...tally.bursts].map(([source, wallMs]) => [source, time(wallMs)])), recorded: Object.fromEntries(messages.counts.entries()),
      heartbeats: Object.fromEntries([...tally.heartbeats].map(([source, { lastHeardMs }]) => [source, { lastHeard: lastHeardMs === undefined ? null : time(lastHeardMs), silent: silenceOf(world, source) }])),
    },
    risk: levelOf(world),
    waiting: waitingFor(world),
    facts: Object.fromEntries(world.counts.entries()),
    breakers: { open: openCircuits(world).map(({ name }) => name) },
    follower: followerOf(runtime),
    journal: { headSeq: runtime.turns.headSeq, durableSeq: runtime.turns.durableSeq, headHash: runtime.turns.head.hash, format: world.format, formats: runtime.formats },
    process: processOf(runtime, life),
  };
}

function silenceOf({ messages }: World, source: string): object | null {
  const silence = messages.silences.get(source);
  return silence === undefined ? null : { since: time(silence.wallMs), lastHeard: silence.lastHeardMs === null ? null : time(silence.lastHeardMs), cutOff: silence.cutOff };
}

function silent({ messages }: World, tally: Tally): string[] {
  return [...tally.heartbeats.keys()].flatMap((source) => {
    const silence = messages.silences.get(source);
    return silence === undefined ? [] : [`The source ${source} has been silent since ${time(silence.wallMs)}${silence.cutOff ? `: ${CUT_OFF}` : ''}.`];
  });
}

/** While the disk does not confirm: only what rests on no entry that may be lost, and the gate, which is in force at once. */
export function stalledStatus(runtime: Runtime, life: Life, waitedMs: number): object {
  const { headSeq, durableSeq } = runtime.turns;
  const { gate } = runtime.world;
  return {
    sentence: `The disk has not confirmed the last ${headSeq - durableSeq} entries within ${waitedMs} ms. What rests on them waits; halts are taken.`,
    instance: life.instance, money: life.money, state: 'stalled',
    gate: { state: gate.state, by: gate.by, reason: gate.reason, since: gate.sinceMs === 0 ? null : time(gate.sinceMs) },
    venues: [], journal: { headSeq, durableSeq }, process: processOf(runtime, life),
  };
}

function followerOf({ following }: Runtime): object | null {
  if (following.view === undefined) return null;
  const { state, seq, lag, compared, snapshotSeq } = following.view;
  return { state, seq, lag, compared: compared ?? null, snapshotSeq };
}

function processOf(runtime: Runtime, { pid }: Life): object {
  const { bootId, epoch, version, bootedAtMs } = runtime.world.life;
  return { pid, bootId, epoch, version, startedAt: time(bootedAtMs), uptimeMs: runtime.time.nowMs() - bootedAtMs };
}

function venueStatus(runtime: Runtime, world: World, name: string, unread: UnreadTally | undefined): VenueStatus {
  const { market, ledger } = world;
  const reconciled = ledger.reconciled.get(name);
  const suspended = market.suspended.get(name) ?? null;
  const connected = runtime.connected(name);
  const differing = [...ledger.differences.values()].filter(({ venue }) => venue === name);
  const instruments = instrumentsOf(market, name).map(({ symbol }) => symbol);
  const quarantined = instruments.flatMap((symbol) => {
    const found = market.quarantined.get(marketKey(name, symbol));
    return found === undefined ? [] : [{ symbol, cause: found.cause }];
  });
  const shown = deadManOf(runtime, world, name);
  const why = suspended !== null ? `is suspended (${suspended.cause}): ${suspended.detail}`
    : runtime.isParted(name) && runtime.venues.includes(name) ? 'is left alone after the kill'
    : runtime.timers.whyNot(name) !== undefined ? `has its dead-man timer not set (${shown.state === 'not-armed' ? shown.why : ''}), and what adds risk waits`
    : reconciled === undefined ? 'has not been reconciled since this start'
      : differing.length > 0 ? `differs from the books in ${differing.map(({ asset }) => asset).join(', ')}`
        : connected ? '' : 'has no stream; it is asked instead';
  return {
    name, ready: suspended === null && reconciled !== undefined && differing.length === 0 && shown.state !== 'not-armed', why, connected, suspended,
    reconciled: reconciled === undefined ? null : { agreed: reconciled.agreed, at: time(reconciled.atMs), ageMs: runtime.time.nowMs() - reconciled.atMs },
    differences: differing.map((difference) => shownDifference(difference, assetScale(market, name, difference.asset) ?? 0)),
    unread: unread?.of(name) ?? { stream: {}, answers: {} },
    gateway: gatewayOf(runtime.wayOut(name)),
    instruments, quarantined, deadMan: shown,
  };
}

function gatewayOf(way: GatewayStatistics | undefined): object | null {
  if (way === undefined) return null;
  const { lanes, budget, limited, banned, refused, repeated } = way;
  return {
    lanes: Object.fromEntries(Object.entries(lanes).map(([lane, { running, waiting }]) => [lane, { places: running, waiting }])),
    remaining: Object.fromEntries(Object.entries(budget.windows).map(([limit, { free }]) => [limit, free])),
    limited, limitedForMs: Math.ceil(budget.limitedForMs), banned, bannedForMs: Math.ceil(budget.bannedForMs), heldBack: refused, repeated,
  };
}

function sentence(world: World, venues: readonly VenueStatus[], live: number, unknown: number): string {
  const orders = `${live} live order${live === 1 ? '' : 's'}, ${unknown === 0 ? 'none' : unknown} unknown`;
  const gate = gateInForce(world);
  const [stop] = stopsUnderWay(world);
  if (stop !== undefined && isShut(gate.state)) return `${stop.word === 'kill' ? 'Killed' : 'Flattening'} by ${stop.by}: ${stop.reason}. ${stop.outcome === 'running' ? 'Being cancelled, closed and looked at' : `NOT CONFIRMED, and tried again until it is: ${stop.open.join('; ')}`}; ${orders}.`;
  if (gate.state === 'LOCKED') return `Locked by a kill of ${gate.by}: ${gate.reason}. Nothing leaves, and the venues are left alone; ${orders}.`;
  if (gate.state === 'REDUCING') return `Reducing only, by ${gate.by}: ${gate.reason}. Orders that take risk away pass; ${orders}.`;
  if (gate.state === 'HALTED') return `Halted by ${gate.by}: ${gate.reason}. Nothing new leaves; ${orders}.`;
  const waiting = venues.filter(({ ready }) => !ready).map(({ name, why }) => `${name} ${why}`);
  if (venues.length === 0) return `Not trading: no venue is listed yet; ${orders}.`;
  if (waiting.length > 0) return `The gate is open, but ${waiting.join('; ')}. ${orders}.`;
  const locked = venues.flatMap(({ name, quarantined }) => quarantined.map(({ symbol }) => `${symbol} at ${name}`));
  return `Trading: the gate is open and the books equal ${venues.map(({ name }) => name).join(', ')}${locked.length === 0 ? '' : `; quarantined: ${locked.join(', ')}`}; ${orders}.`;
}
