/**
 * Which classes of trouble a run has. Where everything goes wrong at once the system rightly lets little leave, and what is rare is covered up by what is not;
 * so most runs have few classes, and have those thoroughly.
 */
import type { Random } from '../../base/index.ts';
import { classes } from './classes.ts';
import type { TroubleClass } from './classes.ts';

export const profileKinds = ['alone', 'light', 'mixed', 'storm'] as const;
export type ProfileKind = (typeof profileKinds)[number];
export type Profile = { readonly kind: ProfileKind; readonly classes: readonly TroubleClass[] };

/** How probable a class is in a run of that kind. */
const density: Readonly<Record<Exclude<ProfileKind, 'alone'>, number>> = { light: 0.12, mixed: 0.25, storm: 0.5 };

export function drawProfile(random: Random): Profile {
  const kind = random.pick(['alone', 'light', 'light', 'mixed', 'mixed', 'mixed', 'storm', 'storm'] as const);
  if (kind === 'alone') return { kind, classes: one(random) };
  const on = classes.filter(({ name, weight = 1 }) => random.fork(name).chance(density[kind] * weight));
  const company = new Set(on.flatMap(({ name, company: wanted = [] }) => wanted.filter((other) => random.fork(`${name} with ${other}`).chance(0.5))));
  return { kind, classes: classes.filter((each) => on.includes(each) || company.has(each.name)) };
}

/** One class, as often as its weight says. */
function one(random: Random): readonly TroubleClass[] {
  let left = random.next() * classes.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return [classes.find(({ weight = 1 }) => (left -= weight) < 0) ?? classes[0]].filter((drawn) => drawn !== undefined);
}
