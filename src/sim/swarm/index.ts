/**
 * What goes wrong in a run, drawn from its seed: not a little of everything each time, but some of it much and the rest not at all.
 *
 * A run has a *profile* (profile.ts): one class of trouble alone, a few, many, or half of all there are. A *class* (classes.ts) is what goes wrong together;
 * its row is all that a new one needs, beside a figure in swarm.ts. Parts (parts.ts) are what shrinking switches off, one after another.
 *
 * Owns what is drawn. Does not own how it is done to a run, nor what must hold meanwhile. Invariants: W1, W2 in classes.ts.
 */
export { classes } from './classes.ts';
export type { TroubleClass } from './classes.ts';
export { drawSwarm } from './draw.ts';
export { partsOf, without } from './parts.ts';
export type { Part } from './parts.ts';
export { profileKinds } from './profile.ts';
export type { ProfileKind } from './profile.ts';
export type { StopPlan } from './stop-plan.ts';
export { limitKinds } from './swarm.ts';
export type { LimitKind, Swarm } from './swarm.ts';
