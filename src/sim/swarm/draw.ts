/** A swarm from a seed: which classes of trouble there are, how bad each is, and the circumstances. */
import type { Random } from '../../base/index.ts';
import type { OrderIdClass } from '../../ports/index.ts';
import { drawProfile } from './profile.ts';
import { calm } from './swarm.ts';
import type { Circumstances, Swarm } from './swarm.ts';

export function drawSwarm(random: Random): Swarm {
  const { kind, classes } = drawProfile(random.fork('profile'));
  const hidesFills = classes.some(({ name }) => name === 'late fills'); // where little is traded nothing comes of fills that come late: prices are right there, and all from one place
  const drawn = classes.filter(({ name }) => !(hidesFills && name === 'prices shown wrongly')).map((each) => ({ ...each, random: random.fork(each.name) }));
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
  regretProbability: hidesFills ? 0.4 : random.pick([0, 0, 0.2]), // fills come late where an order is cancelled soon
  secondPrices: random.chance(0.5) && !hidesFills,
  amends: random.chance(0.4),
});
