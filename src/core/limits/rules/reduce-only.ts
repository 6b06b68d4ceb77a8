/** An order that says it only reduces is held to it: it may bring the position to zero and never through it. */
import type { Rule } from '../case.ts';
import { reducesOnly, reducibleUnits } from '../reducing.ts';
import { baseText, refusal } from '../words.ts';

export const reduceOnly: Rule = {
  control: 'reduce-only',
  title: 'what says that it only reduces does',
  judge({ proposal, standing }) {
    if (proposal.reduceOnly !== true || reducesOnly(standing, proposal)) return undefined;
    const most = reducibleUnits(standing, proposal.side);
    const show = (units: bigint): string => baseText(units, proposal.instrument);
    return refusal('reduce-only', 'BW-3044', `${show(most)} left to reduce by a ${proposal.side}`, show(proposal.quantityUnits), most > 0n ? `a ${proposal.side} of at most ${show(most)}` : `no ${proposal.side} at all`);
  },
};
