/** A swarm from a seed: which classes of trouble there are, how bad each is, and the circumstances. */
import type { Random } from '../../base/index.ts';
import type { OrderIdClass } from '../../ports/index.ts';
import { drawDeadMan } from '../dead-man.ts';
import { drawProfile } from './profile.ts';
import { calm } from './swarm.ts';
import type { Circumstances, Swarm } from './swarm.ts';

export function drawSwarm(random: Random): Swarm {
  const { kind, classes } = drawProfile(random.fork('profile'));
  // Where little is traded nothing comes of fills that come late: it is one of the two, and beside late fills all prices are from one place.
  const rivals = classes.map(({ name }) => name).filter((name) => name === 'late fills' || name === 'prices shown wrongly');
  const hidesFills = rivals.includes('late fills') && (rivals.length === 1 || random.fork('late fills or wrong prices').chance(0.5));
  const drawn = classes.filter(({ name }) => name !== (hidesFills ? 'prices shown wrongly' : 'late fills')).map((each) => ({ ...each, random: random.fork(each.name) }));
  const rules = drawn.flatMap(({ rules: draw, random: own }) => draw?.(own.fork('rules')) ?? []);
  const plan = random.fork('plan');
  return Object.assign(
    { profile: kind, ...calm, ...circumstances(random.fork('circumstances'), hidesFills), venueFaults: { seed: plan.below(0x7fff_ffff), rules } },
    ...drawn.map(({ draw, random: own }) => draw?.(own) ?? {}),
  ) as Swarm;
}

const circumstances = (random: Random, hidesFills: boolean): Circumstances => ({
  orderIds: random.chance(0.4) ? random.pick<OrderIdClass>(['returns-original', 'unique-while-live', 'not-enforced']) : 'unique-forever',
  snapshotEvery: random.pick([30, 80, 200]),
  thinMarket: random.chance(0.5),
  patientBreakers: random.chance(0.25),
  regretProbability: random.pick([0, 0, 0.2]),
  secondPrices: random.chance(0.5) && !hidesFills,
  patientPrices: random.chance(0.4),
  amends: random.chance(0.4),
  deadMan: drawDeadMan(random.fork('dead man')),
});
