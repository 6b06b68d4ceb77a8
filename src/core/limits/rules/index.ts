/**
 * Every control, in the order in which they are asked. The first that says no gives the answer; what the others say is recorded with it.
 *
 * Whoever may not ask at all comes first, then what is no order, then what cannot be judged for want of a market, then sizes, then
 * what depends on everything else that is open.
 */
import type { Rule } from '../case.ts';
import { buyingPower } from './buying-power.ts';
import { dailyLoss } from './daily-loss.ts';
import { duplicate } from './duplicate.ts';
import { grossValue } from './gross-value.ts';
import { instrumentRules } from './instrument-rules.ts';
import { messageRate } from './message-rate.ts';
import { netValue } from './net-value.ts';
import { orderQuantity } from './order-quantity.ts';
import { orderValue } from './order-value.ts';
import { permission } from './permission.ts';
import { position } from './position.ts';
import { priceAge } from './price-age.ts';
import { priceCollar } from './price-collar.ts';
import { priceDrift } from './price-drift.ts';
import { reduceOnly } from './reduce-only.ts';
import { repeats } from './repeats.ts';
import { restricted } from './restricted.ts';
import { selfMatch } from './self-match.ts';
import { spread } from './spread.ts';

export const rules: readonly Rule[] = [
  instrumentRules,
  permission,
  restricted,
  priceAge,
  spread,
  priceCollar,
  priceDrift,
  orderQuantity,
  orderValue,
  reduceOnly,
  position,
  netValue,
  grossValue,
  buyingPower,
  selfMatch,
  duplicate,
  repeats,
  messageRate,
  dailyLoss,
];
