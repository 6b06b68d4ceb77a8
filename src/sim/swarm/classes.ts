/**
 * The classes of trouble: what goes wrong together or not at all. A row here is all that a new class needs, beside its figures in swarm.ts.
 *
 *   W1. Each class draws from a stream of its own, named after it: one more class changes nothing of what the others draw.
 *   W2. A class that is on does go wrong: its row draws how much, never whether.
 */
import type { Random } from '../../base/index.ts';
import type { FaultRule } from '../../dialects/faults/index.ts';
import { drawStop } from './stop-plan.ts';
import { limitKinds } from './swarm.ts';
import type { Troubles } from './swarm.ts';
import { lateFills, lies, rulesOf } from './venue-rules.ts';

export type TroubleClass = {
  readonly name: string;
  readonly weight?: number; // how often beside the others; 1 unless told
  readonly company?: readonly string[]; // classes without which seldom anything comes of it
  readonly draws?: readonly (keyof Troubles)[]; // the figures that it sets
  readonly draw?: (random: Random) => Partial<Troubles>;
  readonly rules?: (random: Random) => readonly FaultRule[]; // of the venue
};

/** From the least to the most, as often between 10 and 100 as between 100 and 1000. */
const spread = (random: Random, least: number, most: number): number => Math.round(least * (most / least) ** random.next());

/** One figure. */
const figure = <Key extends keyof Troubles>(name: string, key: Key, draw: (random: Random) => Troubles[Key], weight = 1): TroubleClass =>
  ({ name, weight, draws: [key], draw: (random) => ({ [key]: draw(random) }) });

export const classes: readonly TroubleClass[] = [
  figure('link faults', 'linkFaultProbability', (random) => 0.005 + random.next() * 0.1, 1.5),
  figure('crashes', 'crashEveryCalls', (random) => spread(random, 30, 2_000), 1.3),
  figure('crashes at orders', 'crashAtOrderProbability', (random) => 0.02 + random.next() * 0.15),
  figure('exchange crashes', 'exchangeCrashEveryMs', (random) => spread(random, 20_000, 140_000)),
  figure('append misfortunes', 'appendMisfortuneProbability', (random) => 0.002 + random.next() * 0.02),
  figure('slow disk', 'flushMs', (random) => random.pick([{ min: 1, max: 5 }, { min: 5, max: 120 }, { min: 0, max: 1_500 }])),
  figure('partitions', 'partitionEveryMs', (random) => spread(random, 30_000, 150_000)),
  figure('halts', 'haltEveryMs', (random) => 60_000 + random.below(60_000)),
  figure('halts at sending', 'haltAtSendingProbability', (random) => 0.05 + random.next() * 0.2),
  figure('trades by hand', 'foreignEveryMs', (random) => 40_000 + random.below(120_000), 0.4),
  figure('slow cancels', 'cancelDelayMs', (random) => 1 + random.below(4_000)),
  figure('freezes', 'freezeEveryMs', (random) => spread(random, 20_000, 150_000)),
  figure('wall clock steps', 'wallStepEveryMs', (random) => 20_000 + random.below(100_000)),
  figure('a missing limit', 'unlimited', (random) => random.pick(limitKinds), 0.08), // it blocks everything
  { // the emergency log is asked only where the journal lets it wait
    name: 'a disk that stalls', weight: 1.3, company: ['crashes'], draws: ['stallProbability', 'emergencyFaultProbability'],
    draw: (random) => ({ stallProbability: 0.002 + random.next() * 0.012, emergencyFaultProbability: random.chance(0.6) ? 0.05 + random.next() * 0.3 : 0 }),
  },
  figure('segments that end', 'segment', (random) => ({ entries: 5 + random.below(80), horizonMs: random.pick([0, 1_000, 10_000, 60_000]) }), 1.5),
  figure('tripped circuits', 'tripEveryMs', (random) => 30_000 + random.below(90_000)),
  { ...figure('stops', 'stop', drawStop, 1.5), rules: (random) => (random.chance(0.4) ? lies(random) : []) },
  figure('prices shown wrongly', 'priceFaultEveryMs', (random) => spread(random, 6_000, 40_000), 2),
  figure('reloads', 'reloadEveryMs', (random) => spread(random, 6_000, 60_000), 1.3),
  figure('follower troubles', 'followerTroubleProbability', (random) => 0.01 + random.next() * 0.2),
  { name: 'orders go wrong', rules: (random) => rulesOf(random, ['order.create', 'order.cancel', 'order.replace']), weight: 1.3 },
  { name: 'evidence goes wrong', rules: (random) => rulesOf(random, ['order.find', 'order.read', 'order.list', 'activity.list']), weight: 1.3 },
  { name: 'looks go wrong', rules: (random) => rulesOf(random, ['account.read', 'positions.read', 'asset.read']) },
  { name: 'quotes go wrong', rules: (random) => rulesOf(random, ['quote.read']) },
  { name: 'streams go wrong', rules: (random) => rulesOf(random, ['stream.open', 'stream.event']) },
  { name: 'late fills', rules: lateFills, weight: 2, company: ['crashes', 'partitions', 'freezes', 'slow cancels', 'slow disk'] },
  { name: 'lies', rules: lies, weight: 0.5 },
];
