/** What all positions may be worth together, over every venue and strategy: those of one asset set off against each other. */
import { total } from '../total.ts';
export const netValue = total('net', 'net-value', 'maxNetValue', 'BW-3023', 'what all positions may be worth together, set off against each other');
