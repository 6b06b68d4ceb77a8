/** The same order again, shortly after, under another key: two deliveries of one wish by a sender that makes a new key each time. */
import { formatUnits } from '../../../base/index.ts';
import type { Rule } from '../case.ts';
import type { SentOrder } from '../view.ts';
import { isWaived, missing, refusal, symbolOf } from '../words.ts';

export const duplicate: Rule = {
  control: 'duplicate',
  title: 'the same order again under another key',
  limit: 'duplicateWithin',
  judge(given) {
    if (isWaived(given, 'duplicateWithin')) return undefined;
    const { limits, nowMs, similar, proposal } = given;
    const withinMs = limits?.duplicateWithinMs;
    if (withinMs === undefined) return missing('duplicate', 'duplicateWithin', symbolOf(given));
    if (proposal.allowRepeat === true) return undefined;
    const { side, quantityUnits, limitPriceUnits = 0n, stopPriceUnits = 0n, instrument } = proposal;
    const isSame = (one: SentOrder): boolean => one.side === side && one.quantityUnits === quantityUnits && one.limitPriceUnits === limitPriceUnits && one.stopPriceUnits === stopPriceUnits;
    let first: SentOrder | undefined;
    for (let at = similar.length - 1; at >= 0 && first === undefined; at -= 1) { // the newest first, and nothing that is too long ago
      const one = similar[at];
      if (one === undefined || one.atMs <= nowMs - withinMs) return undefined;
      if (isSame(one)) first = one;
    }
    if (first === undefined) return undefined;
    return refusal('duplicate', 'BW-3043', `none of the same content within ${withinMs} ms`, `${first.orderId} of ${nowMs - first.atMs} ms ago also ${side}s ${formatUnits(quantityUnits, instrument.quantityScale)} ${instrument.base}`,
      `the same in ${first.atMs + withinMs - nowMs} ms, or with "allowRepeat": true`);
  },
};
