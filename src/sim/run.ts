/**
 * One run, named by its seed: a while in which things go wrong, then a while in which they do not and all must come back.
 * The same seed gives the same journal, to the last byte.
 */
import { reasonOf, seededRandom } from '../base/index.ts';
import type { LimitTexts, RiskSettings } from '../runtime/index.ts';
import { Checks } from './checks/index.ts';
import { Client } from './client.ts';
import { VirtualClock } from './clock.ts';
import type { Settle } from './clock.ts';
import { HELD_FOR_MS, people, reloadOften } from './reloads.ts';
import { Stage, SYMBOL, VENUE } from './stage.ts';
import type { Shrunk } from './shrink.ts';
import { lookAgain, stopOnce } from './stops.ts';
import { drawSwarm, partsOf, without } from './swarm/index.ts';
import type { Part, Swarm } from './swarm/index.ts';
import { Tally } from './tally.ts';
import { Violation } from './checks/index.ts';

export type RunOptions = {
  readonly seed: number;
  readonly settle: Settle;
  readonly safetyMs?: number; // how long things go wrong
  readonly livenessMs?: number; // how long everything has to come back
  readonly intents?: number;
  readonly tail?: number; // how many facts to show when something is wrong
  readonly closesAtLoss?: string; // so much lost in a day closes everything; without it no run loses what its limit allows
  readonly without?: readonly Part[]; // what is not to go wrong, though the seed says so
};

export type RunResult = {
  readonly seed: number;
  readonly verdict: 'ok' | 'crash' | 'no-liveness' | 'broken';
  readonly invariant?: string;
  readonly detail?: string;
  readonly journalHash: string;
  readonly simulatedMs: number;
  readonly intents: number;
  readonly entries: number;
  readonly tail: readonly string[]; // the last facts, when something is wrong: since the first one of the order concerned, if it is one
  readonly tally: Tally;
  readonly settling?: { readonly afterMs: number; readonly stopping: boolean }; // how long everything took to come back, and whether a stop was under way when the calm began
  readonly parts: readonly Part[]; // what was to go wrong
  readonly shrunk?: Shrunk; // which of that a failure needs, where somebody looked
};

const MAX_POSITION = '0.8';
const MAX_VALUE = '12000';
const COLLAR_PPM = 30_000;
const PRICE_MAX_AGE_MS = 10_000;
/** So large that no run loses it: what is looked at here is that worth and loss are known, through all that goes wrong. */
const RISK: RiskSettings = { currency: 'USD', maxDailyLossText: '500000', maxDrawdownPpm: 500_000, rateMaxAgeMs: 30_000, unvaluedAfterMs: 20_000, zone: 'Europe/Amsterdam', dayTurnsAtMinute: 62, lookEveryMs: 1_000 };
const TAIL = 150;

export async function simulate({ seed, settle, safetyMs = 300_000, livenessMs = 60_000, intents = 24, tail = TAIL, closesAtLoss, without: spared = [] }: RunOptions): Promise<RunResult> {
  const random = seededRandom(seed);
  const clock = new VirtualClock({ settle, startWallMs: Date.UTC(2026, 0, 1) });
  const tally = new Tally();
  const risk: RiskSettings = closesAtLoss === undefined ? RISK : { ...RISK, maxDailyLossText: closesAtLoss, onLimit: 'flatten' };
  const swarm = without(drawSwarm(random.fork('swarm')), spared);
  const fillsComeLate = swarm.venueFaults.rules.some(({ fault, probability }) => fault === 'fill-late' && probability > 0);
  const checks = new Checks({
    tally, unlimited: swarm.unlimited, priceMaxAgeMs: PRICE_MAX_AGE_MS,
    deadManMs: swarm.deadMan?.withinMs, fillsComeLate, mayDiffer: fillsComeLate || swarm.foreignEveryMs > 0,
  });
  const stage = new Stage({
    clock, random: random.fork('stage'), swarm, tally, seed,
    settings: { limits: limitsWithout(swarm.unlimited), risk, approvals: { people, withinMs: HELD_FOR_MS } },
    onLeaving: (order) => checks.leaving(stage, order),
  });
  let asked = 0;
  let settling: RunResult['settling'];
  const end = (verdict: RunResult['verdict'], more: { invariant?: string; detail?: string } = {}): RunResult => ({
    seed, verdict, ...more, journalHash: stage.disk.head.hash, simulatedMs: clock.monotonicMs(), intents: asked, entries: stage.disk.head.seq, tally, parts: partsOf(swarm), ...(settling === undefined ? {} : { settling }),
    tail: verdict === 'ok' ? [] : tailOf(checks.facts, more.detail ?? '').slice(-tail),
  });
  try {
    await stage.raise();
    const client = new Client({ stage, net: stage.net.host('client').net, clock, random: random.fork('client'), tally, intents, regretProbability: swarm.regretProbability, withinMs: safetyMs - 20_000, amends: swarm.amends, onTaken: (key) => checks.promises.acknowledge(key) });
    disturb(stage, clock, swarm, random.fork('disturb'), safetyMs);
    tripCircuits(stage, clock, checks, swarm.tripEveryMs, random.fork('trips'), safetyMs);
    if (swarm.unlimited === undefined) reloadOften({ stage, clock, random: random.fork('reloads'), agreements: checks.agreements, risk, everyMs: swarm.reloadEveryMs, untilMs: safetyMs });
    stopOnce(stage, clock, swarm.stop, safetyMs, (word) => checks.standstill.taken(stage, word));
    await clock.runUntil(() => { checks.step(stage); return false; }, safetyMs); // timer by timer, so that what must hold is looked at after every step
    asked = client.asked;

    stage.calm();
    const calmSinceMs = clock.monotonicMs();
    await lastRound(stage, clock, checks);
    if (swarm.stop !== undefined) lookAgain(stage, clock); // so that books and venue can be compared
    const stopping = checks.standstill.isUnderWay;
    const settled = await clock.runUntil(() => {
      checks.step(stage);
      if (swarm.foreignEveryMs > 0) adopt(stage);
      return checks.ending.unsettled(stage) === undefined;
    }, livenessMs + closingMs(checks));
    if (!settled) return end('no-liveness', { invariant: 'liveness', detail: `${checks.ending.unsettled(stage) ?? 'settled too late'} after ${clock.monotonicMs() - calmSinceMs} calm ms` });
    settling = { afterMs: clock.monotonicMs() - calmSinceMs, stopping };
    await clock.runUntil(() => { checks.step(stage); return false; }, 1_500); // one more look at the account
    checks.closeOuts.check();
    checks.ending.worth(stage);
    await checks.ending.replayed(stage);
    return end('ok');
  } catch (thrown) {
    if (thrown instanceof Violation) return end(thrown.invariant === 'crash' ? 'crash' : 'broken', { invariant: thrown.invariant, detail: thrown.message });
    return end('crash', { invariant: 'crash', detail: thrown instanceof Error ? thrown.stack ?? thrown.message : reasonOf(thrown) });
  }
}

const CLOSING_MS = 40_000;

/** An order that is in doubt at a stop may first have to be proven absent; only then another one closes, is looked at twice, and is told its fee. */
const closingMs = ({ standstill, areInDoubt }: Checks): number => (standstill.isUnderWay && areInDoubt ? CLOSING_MS : 0);

function disturb(stage: Stage, clock: VirtualClock, swarm: Swarm, random: ReturnType<typeof seededRandom>, untilMs: number): void {
  const repeat = (everyMs: number, run: () => void): void => {
    if (everyMs <= 0) return;
    const next = (): void => {
      const delayMs = everyMs / 2 + random.below(everyMs);
      if (clock.monotonicMs() + delayMs < untilMs) clock.timer(delayMs, () => { run(); next(); });
    };
    next();
  };
  repeat(swarm.exchangeCrashEveryMs, () => stage.killExchange());
  repeat(swarm.partitionEveryMs, () => stage.partition(500 + random.below(15_000)));
  repeat(swarm.foreignEveryMs, () => {
    const price = stage.exchange.quote(SYMBOL);
    if (price === undefined) return;
    const side = random.chance(0.8) ? 'buy' as const : 'sell' as const;
    const limitPrice = random.chance(0.5) ? price.ask : (Number(price.bid) * 0.99).toFixed(2);
    void stage.exchange.place('demo', { clientOrderId: `by-hand-${clock.monotonicMs()}`, symbol: SYMBOL, side, type: 'limit', timeInForce: 'gtc', quantity: '0.01', limitPrice, stopPrice: undefined });
  });
  repeat(swarm.freezeEveryMs, () => stage.freezeRuntime(200 + random.below(12_000)));
  repeat(swarm.wallStepEveryMs, () => stage.setWall(random.below(2 * WALL_OFF_MS) - WALL_OFF_MS));
  const mispriced = random.fork('prices');
  repeat(swarm.priceFaultEveryMs, () => stage.places.strike(SYMBOL, mispriced));
  repeat(swarm.haltEveryMs, () => {
    void stage.command({ kind: 'halt', by: 'sim', reason: 'drill', cancelOrders: random.chance(0.5) });
    const lastsMs = 5_000 + random.below(10_000);
    if (clock.monotonicMs() + lastsMs < untilMs) clock.timer(lastsMs, () => void stage.command({ kind: 'resume', by: 'sim', reason: 'drill over' }));
  });
}

/** Sensors and people trip circuits, for a while or until somebody resets them; now and then the runtime dies of it. */
function tripCircuits(stage: Stage, clock: VirtualClock, checks: Checks, everyMs: number, random: ReturnType<typeof seededRandom>, untilMs: number): void {
  if (everyMs === 0) return;
  const next = (): void => void clock.timer(everyMs / 2 + random.below(everyMs), once);
  const once = (): void => {
    if (clock.monotonicMs() >= untilMs) return;
    next();
    const breaker = random.pick([`${VENUE}/orders`, 'loss/default', `volatility/${SYMBOL}`] as const);
    const [lastsMs, byHand, dies] = [5_000 + random.below(25_000), random.chance(0.4), random.chance(0.3)];
    const { runtime } = stage;
    if (runtime === undefined) return;
    const reason = `drill ${clock.monotonicMs()}`;
    void stage.ask({ kind: 'trip-breaker', breaker, reason, evidence: { lossUsd: random.below(1_000) }, by: 'sim', ...(byHand ? {} : { untilMs: runtime.time.nowMs() + lastsMs }) }).then((outcome) => {
      if (outcome?.kind === 'done') checks.circuits.promised(breaker, reason); // else it is open for as long already, and says so
      if (dies) stage.killRuntime();
    });
    if (!byHand) return;
    const reset = (): void => void stage.command({ kind: 'reset-breaker', breaker, by: 'sim', reason: 'drill over' }).then((taken) => { if (!taken && clock.monotonicMs() < untilMs) clock.timer(2_000, reset); });
    clock.timer(lastsMs, reset);
  };
  next();
}

const WALL_OFF_MS = 12 * 3_600_000;

/** An operator's round at the end: shut the gate, and have everything open cancelled, until a life has taken it. */
async function lastRound(stage: Stage, clock: VirtualClock, checks: Checks): Promise<void> {
  let done = false;
  const round = (): void => {
    if (done) return;
    void stage.command({ kind: 'halt', by: 'sim', reason: 'the end', cancelOrders: true }).then((taken) => { done ||= taken; });
    clock.timer(1_000, round);
  };
  round();
  await clock.runUntil(() => { checks.step(stage); return done; }, 30_000);
}

/**
 * Where somebody traded by hand just before the books were opened, the venue's later fee record covers what the opening
 * balance already contains: a difference that a person has to look at, and does.
 */
function adopt(stage: Stage): void {
  const { runtime } = stage;
  if (runtime === undefined) return;
  for (const { venue, asset } of runtime.world.ledger.differences.values()) void stage.command({ kind: 'adopt-balance', venue, asset, by: 'sim', reason: 'traded by hand' });
}

function limitsWithout(missing: Swarm['unlimited']): LimitTexts {
  return {
    maxOrderValue: missing === 'maxOrderValue' ? {} : { default: { text: MAX_VALUE, asset: 'USD' } },
    maxPosition: missing === 'maxPosition' ? {} : { default: MAX_POSITION },
    priceCollarPpm: missing === 'priceCollarPpm' ? {} : { default: COLLAR_PPM },
    ...(missing === 'priceMaxAgeMs' ? {} : { priceMaxAgeMs: PRICE_MAX_AGE_MS }),
    ...(missing === 'maxShort' ? {} : { maxShort: { default: MAX_POSITION } }),
    ...(missing === 'rateMaxAgeMs' ? {} : { rateMaxAgeMs: 60_000 }),
    ...(missing === 'maxOrderQuantity' ? {} : { maxOrderQuantity: { default: MAX_POSITION } }),
    ...(missing === 'maxSpreadPpm' ? {} : { maxSpreadPpm: { default: 100_000 } }),
    ...(missing === 'messageRate' ? {} : { messageRate: { strategy: { most: 20, withinMs: 1_000 }, venue: { most: 30, withinMs: 1_000 }, system: { most: 30, withinMs: 1_000 } } }),
    none: ['maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'priceDrift'],
  };
}

/** What happened since the first fact of the order that a finding names; everything where it names none. */
function tailOf(facts: Checks['facts'], detail: string): string[] {
  const beganMs = facts[0]?.header.atMs ?? 0;
  const lines = facts.map(({ header, fact }) => `${header.seq} +${header.atMs - beganMs} ms ${JSON.stringify(fact, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
  const orderId = /[0-9a-f]{20}/.exec(detail)?.[0];
  const first = orderId === undefined ? -1 : lines.findIndex((line) => line.includes(orderId));
  return lines.slice(Math.max(0, first));
}
