/** What goes wrong in one run, as figures; and a run in which nothing does. */
import type { FaultPlan } from '../../dialects/faults/index.ts';
import type { OrderIdClass } from '../../ports/index.ts';
import type { DeadManPlan } from '../dead-man.ts';
import type { ProfileKind } from './profile.ts';
import type { StopPlan } from './stop-plan.ts';

/** What goes wrong: each belongs to a class of trouble, see classes.ts. */
export type Troubles = {
  readonly linkFaultProbability: number; // of each request of the runtime
  readonly crashEveryCalls: number; // about so many port calls between two crashes of the runtime; 0 for never
  readonly crashAtOrderProbability: number; // of each order that leaves: that the runtime dies just before or just after
  readonly exchangeCrashEveryMs: number; // 0 for never
  readonly appendMisfortuneProbability: number;
  readonly flushMs: { readonly min: number; readonly max: number };
  readonly partitionEveryMs: number; // 0 for never
  readonly haltEveryMs: number; // 0 for never
  readonly foreignEveryMs: number; // somebody trades on our account by hand; 0 for never
  readonly cancelDelayMs: number; // at the exchange, from a cancel's answer to its effect
  readonly freezeEveryMs: number; // the runtime's process stands still; 0 for never
  readonly wallStepEveryMs: number; // somebody sets the clock of the runtime's machine; 0 for never
  readonly haltAtSendingProbability: number; // of a halt in the very moment in which an order is being written down to be sent
  readonly followerTroubleProbability: number; // of each step of the second fold: that its thread dies, hangs or lags
  readonly unlimited: LimitKind | undefined; // a limit that nobody has configured
  readonly stallProbability: number; // of each flush: the disk hangs for seconds, and somebody stops everything meanwhile
  readonly emergencyFaultProbability: number; // of each write to the emergency log
  readonly tripEveryMs: number; // a sensor or a person trips a circuit; 0 for never
  readonly stop: StopPlan | undefined; // somebody flattens or kills, and what comes in between
  readonly priceFaultEveryMs: number; // a source shows a price wrongly for a while; 0 for never
  readonly reloadEveryMs: number; // somebody changes the limits in the configuration, or approves what is held; 0 for never
  readonly segment: { readonly entries: number; readonly horizonMs: number } | undefined; // how long segments are, and how soon they forget; undefined for one that never ends
};

/** What is neither right nor wrong: the same of a calm run and of a stormy one. */
export type Circumstances = {
  readonly orderIds: OrderIdClass;
  readonly snapshotEvery: number; // entries
  readonly thinMarket: boolean; // little is offered at each price, so that much is filled in part
  readonly patientBreakers: boolean; // circuits as they are configured by default: orders stay away for a minute and longer
  readonly regretProbability: number; // of each wish: that seconds later whoever asked wants everything gone
  readonly secondPrices: boolean; // whether there is a source of prices beside the venue
  readonly patientPrices: boolean; // whether a source's price may be as old as an order may judge by, so that its silence alone says that it is ill
  readonly amends: boolean; // whether the bot changes orders that rest
  readonly deadMan: DeadManPlan | undefined; // whether the exchange cancels for who falls silent
};

export type Swarm = Troubles & Circumstances & { readonly profile: ProfileKind; readonly venueFaults: FaultPlan };

export const limitKinds = ['maxOrderValue', 'maxPosition', 'priceCollarPpm', 'priceMaxAgeMs', 'maxShort', 'rateMaxAgeMs', 'maxOrderQuantity', 'maxSpreadPpm', 'messageRate'] as const;
export type LimitKind = (typeof limitKinds)[number];

/** Nothing goes wrong. */
export const calm: Troubles = {
  linkFaultProbability: 0, crashEveryCalls: 0, crashAtOrderProbability: 0, exchangeCrashEveryMs: 0, appendMisfortuneProbability: 0, flushMs: { min: 0, max: 1 }, partitionEveryMs: 0, haltEveryMs: 0, foreignEveryMs: 0,
  cancelDelayMs: 0, freezeEveryMs: 0, wallStepEveryMs: 0, haltAtSendingProbability: 0, followerTroubleProbability: 0, unlimited: undefined, stallProbability: 0, emergencyFaultProbability: 0,
  tripEveryMs: 0, stop: undefined, priceFaultEveryMs: 0, reloadEveryMs: 0, segment: undefined,
};
