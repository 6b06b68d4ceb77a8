/** What goes wrong in a swarm, part by part, and how to switch parts off. */
import type { FaultRule } from '../../dialects/faults/index.ts';
import { classes } from './classes.ts';
import { calm } from './swarm.ts';
import type { Swarm, Troubles } from './swarm.ts';

/** Something that goes wrong in a swarm, by name: a class of trouble, or one rule of the venue's. */
export type Part = string;

const ruleName = ({ on, fault }: FaultRule): Part => `venue: ${on} ${fault}`;
const isOn = (swarm: Troubles, key: keyof Troubles): boolean => JSON.stringify(swarm[key]) !== JSON.stringify(calm[key]);

/** Everything that goes wrong in this swarm. */
export function partsOf(swarm: Swarm): Part[] {
  const on = classes.filter(({ draws = [] }) => draws.some((key) => isOn(swarm, key))).map(({ name }) => name);
  return [...on, ...new Set(swarm.venueFaults.rules.filter(({ probability }) => probability > 0).map(ruleName))];
}

/** The same swarm with some of it switched off. What stays draws the same numbers as before. */
export function without(swarm: Swarm, parts: readonly Part[]): Swarm {
  const rules = swarm.venueFaults.rules.map((rule) => (parts.includes(ruleName(rule)) ? { ...rule, probability: 0 } : rule));
  const off = classes.filter(({ name }) => parts.includes(name)).flatMap(({ draws = [] }) => draws.map((key) => [key, calm[key]] as const));
  return { ...swarm, ...Object.fromEntries(off), venueFaults: { ...swarm.venueFaults, rules } };
}
