/** The limits that change during a run, as a configuration offers them. */
import { parseUnits } from '../base/index.ts';
import type { LimitTexts } from '../runtime/index.ts';

/** Those that are missing block. */
export type Offered = { readonly value: number | undefined; readonly positionUnits: bigint | undefined; readonly collarPpm: number | undefined };

const SCALE = 9;

export const offeredIn = ({ maxOrderValue, maxPosition, priceCollarPpm }: LimitTexts): Offered => ({
  value: maxOrderValue['default'] === undefined ? undefined : Number(maxOrderValue['default'].text),
  positionUnits: maxPosition['default'] === undefined ? undefined : parseUnits(maxPosition['default'], SCALE),
  collarPpm: priceCollarPpm['default'],
});
