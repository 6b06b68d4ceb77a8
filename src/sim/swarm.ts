/**
 * What goes wrong in a run, drawn from its seed: not a little of everything each time, but some things much and others not at all.
 */
import type { Random } from '../base/index.ts';
import { faultWords, isPriceFault, placesOf } from '../dialects/faults/index.ts';
import type { FaultPlan, FaultRule } from '../dialects/faults/index.ts';
import type { OrderIdClass } from '../ports/index.ts';
import { drawStop } from './stops.ts';
import type { StopPlan } from './stops.ts';

export type Swarm = {
  readonly venueFaults: FaultPlan;
  readonly linkFaultProbability: number; // of each request of the runtime
  readonly crashEveryCalls: number; // about so many port calls between two crashes of the runtime; 0 for never
  readonly exchangeCrashEveryMs: number; // 0 for never
  readonly appendMisfortuneProbability: number;
  readonly flushMs: { readonly min: number; readonly max: number };
  readonly partitionEveryMs: number; // 0 for never
  readonly haltEveryMs: number; // 0 for never
  readonly foreignEveryMs: number; // somebody trades on our account by hand; 0 for never
  readonly cancelDelayMs: number; // at the exchange, from a cancel's answer to its effect
  readonly orderIds: OrderIdClass;
  readonly segment: { readonly entries: number; readonly horizonMs: number } | undefined; // how long segments are, and how soon they forget; undefined for one that never ends
  readonly freezeEveryMs: number; // the runtime's process stands still; 0 for never
  readonly wallStepEveryMs: number; // somebody sets the clock of the runtime's machine; 0 for never
  readonly haltAtSendingProbability: number; // of a halt in the very moment in which an order is being written down to be sent
  readonly snapshotEvery: number; // entries
  readonly followerTroubleProbability: number; // of each step of the second fold: that its thread dies, hangs or lags
  readonly thinMarket: boolean; // little is offered at each price, so that much is filled in part
  readonly unlimited: LimitKind | undefined; // a limit that nobody has configured
  readonly stallProbability: number; // of each flush: the disk hangs for seconds, and somebody stops everything meanwhile
  readonly emergencyFaultProbability: number; // of each write to the emergency log
  readonly patientBreakers: boolean; // circuits as they are configured by default: orders stay away for a minute and longer
  readonly tripEveryMs: number; // a sensor or a person trips a circuit; 0 for never
  readonly stop: StopPlan | undefined; // somebody flattens or kills, and what comes in between
  readonly secondPrices: boolean; // whether there is a source of prices beside the venue
  readonly priceFaultEveryMs: number; // a source shows a price wrongly for a while; 0 for never
};

export const limitKinds = ['maxOrderValue', 'maxPosition', 'priceCollarPpm', 'priceMaxAgeMs', 'maxShort', 'rateMaxAgeMs', 'maxOrderQuantity', 'maxSpreadPpm', 'messageRate'] as const;
export type LimitKind = (typeof limitKinds)[number];

export function drawSwarm(random: Random): Swarm {
  const [stops, lies] = [random.fork('stop'), random.fork('lies')]; // apart: all else is as it was without them
  const stop = stops.chance(STOPPED) ? drawStop(stops) : undefined;
  const venueFaults = lying(drawPlan(random.fork('plan')), lies, lies.chance(stop === undefined ? 0.1 : 0.5));
  const sometimes = <T>(probability: number, value: T, otherwise: T): T => (random.chance(probability) ? value : otherwise);
  return {
    venueFaults,
    stop,
    linkFaultProbability: sometimes(0.5, random.next() * 0.1, 0),
    crashEveryCalls: sometimes(0.7, 30 + random.below(800), 0),
    exchangeCrashEveryMs: sometimes(0.25, 20_000 + random.below(120_000), 0),
    appendMisfortuneProbability: sometimes(0.4, random.next() * 0.02, 0),
    flushMs: random.pick([{ min: 0, max: 1 }, { min: 1, max: 5 }, { min: 5, max: 120 }, { min: 0, max: 1_500 }]),
    partitionEveryMs: sometimes(0.3, 30_000 + random.below(90_000), 0),
    haltEveryMs: sometimes(0.2, 60_000 + random.below(60_000), 0),
    foreignEveryMs: sometimes(0.1, 60_000 + random.below(120_000), 0),
    cancelDelayMs: sometimes(0.3, random.below(4_000), 0),
    orderIds: sometimes<OrderIdClass>(0.4, random.pick(['returns-original', 'unique-while-live', 'not-enforced'] as const), 'unique-forever'),
    freezeEveryMs: sometimes(0.25, 20_000 + random.below(100_000), 0),
    wallStepEveryMs: sometimes(0.2, 20_000 + random.below(100_000), 0),
    haltAtSendingProbability: sometimes(0.15, 0.1 + random.next() * 0.2, 0),
    snapshotEvery: random.pick([30, 80, 200] as const),
    thinMarket: random.chance(0.5),
    unlimited: sometimes<LimitKind | undefined>(0.02, random.pick(limitKinds), undefined),
    segment: sometimes(0.5, { entries: 5 + random.below(80), horizonMs: random.pick([0, 1_000, 10_000, 60_000]) }, undefined),
    followerTroubleProbability: sometimes(0.3, random.next() * 0.2, 0),
    stallProbability: sometimes(0.3, 0.002 + random.next() * 0.01, 0),
    emergencyFaultProbability: sometimes(0.3, random.next() * 0.3, 0),
    patientBreakers: random.chance(0.25),
    tripEveryMs: sometimes(0.25, 30_000 + random.below(90_000), 0),
    secondPrices: random.chance(hidesFills(venueFaults) ? 0 : 0.5),
    priceFaultEveryMs: sometimes(hidesFills(venueFaults) ? 0 : 0.5, 10_000 + random.below(50_000), 0),
  };
}

const STOPPED = 1 / 6; // of all runs: the others have to trade

/** Something that goes wrong in a swarm, by name. */
export type Part = string;

const switches: Readonly<Record<Part, Partial<Swarm>>> = {
  'link faults': { linkFaultProbability: 0 },
  crashes: { crashEveryCalls: 0 },
  'exchange crashes': { exchangeCrashEveryMs: 0 },
  'append misfortunes': { appendMisfortuneProbability: 0 },
  'slow disk': { flushMs: { min: 0, max: 1 } },
  partitions: { partitionEveryMs: 0 },
  halts: { haltEveryMs: 0 },
  'halts at sending': { haltAtSendingProbability: 0 },
  'trades by hand': { foreignEveryMs: 0 },
  'slow cancels': { cancelDelayMs: 0 },
  freezes: { freezeEveryMs: 0 },
  'wall clock steps': { wallStepEveryMs: 0 },
  'a missing limit': { unlimited: undefined },
  'a disk that stalls': { stallProbability: 0 },
  'emergency log faults': { emergencyFaultProbability: 0 },
  'segments that end': { segment: undefined },
  'tripped circuits': { tripEveryMs: 0 },
  stops: { stop: undefined },
  'prices shown wrongly': { priceFaultEveryMs: 0 },
  'follower troubles': { followerTroubleProbability: 0 },
};

const ruleName = ({ on, fault }: FaultRule): Part => `venue: ${on} ${fault}`;

/** Everything that goes wrong in this swarm. */
export function partsOf(swarm: Swarm): Part[] {
  const on = Object.entries(switches).filter(([, off]) => Object.entries(off).some(([key, value]) => JSON.stringify(swarm[key as keyof Swarm]) !== JSON.stringify(value)));
  return [...on.map(([part]) => part), ...swarm.venueFaults.rules.filter(({ probability }) => probability > 0).map(ruleName)];
}

/** The same swarm with some of it switched off. What stays draws the same numbers as before. */
export function without(swarm: Swarm, parts: readonly Part[]): Swarm {
  const rules = swarm.venueFaults.rules.map((rule) => (parts.includes(ruleName(rule)) ? { ...rule, probability: 0 } : rule));
  return Object.assign({ ...swarm, venueFaults: { ...swarm.venueFaults, rules } }, ...parts.map((part) => switches[part] ?? {})) as Swarm;
}

/** A venue that says of some cancels that it has taken them. */
function lying(plan: FaultPlan, random: Random, lies: boolean): FaultPlan {
  const rule: FaultRule = { on: 'order.cancel', fault: 'cancel-ignored', probability: 0.1 + random.next() * 0.9, times: 1 + random.below(30), delayMs: 0 };
  return lies ? { ...plan, rules: [...plan.rules, rule] } : plan;
}

/** Where little is traded nothing comes of fills that come late. */
const hidesFills = ({ rules }: FaultPlan): boolean => rules.some(({ fault }) => fault === 'fill-late');

function drawPlan(random: Random): FaultPlan {
  const rules: FaultRule[] = [];
  if (random.chance(0.3)) { // seldom does anything come of it, so it comes often
    for (const on of placesOf('fill-late')) rules.push({ on, fault: 'fill-late', probability: 0.3 + random.next() * 0.5, times: undefined, delayMs: 2_000 + random.below(4_000) });
  }
  for (const fault of faultWords) {
    if (fault === 'cancel-ignored' || isPriceFault(fault)) continue; // drawn apart, below; those of prices have an action of their own
    if (!random.chance(0.35)) continue;
    const places = placesOf(fault);
    for (const on of places) {
      if (!random.chance(0.5)) continue;
      rules.push({ on, fault, probability: 0.02 + random.next() * 0.25, times: 1 + random.below(30), delayMs: 200 + random.below(6_000) });
    }
  }
  return { seed: random.below(0x7fff_ffff), rules };
}
