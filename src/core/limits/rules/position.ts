/** How far a position may go, long and short, with everything open and everything unknown counted as filled. */
import type { Rule } from '../case.ts';
import { inForce, limitText, orOnceWell } from '../scale.ts';
import { baseText, missing, refusal, symbolOf } from '../words.ts';

export const position: Rule = {
  control: 'position',
  title: 'how far a position may go, long and short',
  limit: 'maxPosition',
  judge(given) {
    const { limits, standing, proposal: { instrument, side, quantityUnits } } = given;
    const [long, short] = [limits?.maxPositionUnits[instrument.symbol], limits?.maxShortUnits?.[instrument.symbol]];
    if (long === undefined) return missing('position', 'maxPosition', symbolOf(given));
    if (short === undefined) return missing('position', 'maxShort', symbolOf(given));
    const whole = side === 'buy' ? long : short;
    const most = inForce(whole, given);
    const worst = side === 'buy' // P2: only the direction of this order can be made worse by it
      ? standing.positionUnits + standing.openBuyUnits + quantityUnits
      : -(standing.positionUnits - standing.openSellUnits - quantityUnits);
    if (worst <= most) return undefined;
    const show = (units: bigint): string => baseText(units, instrument);
    const room = most - (worst - quantityUnits);
    return refusal('position', 'BW-3021', limitText(whole, given, show), `${show(worst)} ${side === 'buy' ? 'long' : 'short'} in the worst case`, `${room > 0n ? `a ${side} of at most ${show(room)}` : `no ${side} at all`}${orOnceWell(given)}`);
  },
};
