/** What all positions may be worth together, over every venue and strategy, long and short added up. */
import { total } from '../total.ts';
export const grossValue = total('gross', 'gross-value', 'maxGrossValue', 'BW-3024', 'what all positions may be worth together, long and short added up');
