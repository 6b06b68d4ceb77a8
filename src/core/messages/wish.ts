/**
 * From the fields a dialect found to the order they ask for. What every dialect has in common stands here.
 *
 * `sell` alone can mean "close my long" or "go short". The position the source expects afterwards (`sentiment`) settles it:
 * flat is a close, short is refused because a spot market has none, and long is a plain sale of a part.
 */
import { MalformedError } from './malformed.ts';
import { positiveDecimal } from './decimal.ts';
import type { Wanted } from './signal.ts';
import { actionWord, orderType, position, timeInForce } from './words.ts';
import type { ActionWord, Position } from './words.ts';

/** As written by the sender, already believable texts. */
export type Fields = {
  readonly action: string;
  readonly ticker: string;
  readonly sentiment?: string | undefined; // the position expected after the order
  readonly before?: string | undefined; // the position before it
  readonly exchange?: string | undefined;
  readonly quantity?: string | undefined;
  readonly orderType?: string | undefined;
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly timeInForce?: string | undefined;
};

export function wantedBy(fields: Fields): Wanted {
  const after = fields.sentiment === undefined ? undefined : position('sentiment', fields.sentiment);
  const before = fields.before === undefined ? undefined : position('the position before', fields.before);
  const { exact, ...act } = actOf(actionWord(fields.action), after, before, fields.quantity !== undefined);
  const quantityText = exact && fields.quantity !== undefined ? positiveDecimal('quantity', fields.quantity) : undefined;
  if (act.action === 'order' && quantityText === undefined) throw new MalformedError('no-value', 'quantity is missing: how much to trade is never guessed.');
  return {
    ...act,
    ticker: fields.ticker,
    ...(fields.exchange === undefined ? {} : { exchange: fields.exchange }),
    ...(quantityText === undefined ? {} : { quantityText }),
    timeInForce: fields.timeInForce === undefined ? 'gtc' : timeInForce(fields.timeInForce),
    ...pricing(fields),
  };
}

type Act = Pick<Wanted, 'action' | 'side'> & { readonly exact: boolean }; // exact: the quantity given is what is meant

function actOf(word: ActionWord, after: Position | undefined, before: Position | undefined, sized: boolean): Act {
  if (word === 'cancel') return { action: 'cancel', exact: false };
  if (word === 'open-short' || after === 'short') throw new MalformedError('short', 'The order would open or leave a short position; on a spot market there is none. Nothing was sent.');
  if (word === 'close') {
    if (after === 'long' && !sized) throw new MalformedError('contradiction', 'The order closes the position, yet the position after it is long and no quantity says how much to close.');
    return { action: 'close', exact: true };
  }
  // What the source believes to hold need not be what is held: flat means everything, whatever size it names.
  if (after === 'flat') return { action: 'close', side: word, exact: false };
  if (word === 'buy' && before === 'short') throw new MalformedError('short', 'The quantity covers a short position first; on a spot market there is none. Nothing was sent.');
  return { action: 'order', side: word, exact: true };
}

function pricing(fields: Fields): Pick<Wanted, 'orderType' | 'limitPriceText' | 'stopPriceText'> {
  const type = fields.orderType === undefined ? 'market' : orderType(fields.orderType);
  const [needsLimit, needsStop] = [type !== 'market', type === 'stop-limit'];
  return { orderType: type, ...priced('limitPriceText', 'limitPrice', needsLimit, type, fields.limitPrice), ...priced('stopPriceText', 'stopPrice', needsStop, type, fields.stopPrice) };
}

function priced<Name extends string>(name: Name, field: string, needed: boolean, type: string, written: string | undefined): { readonly [key in Name]?: string } {
  if (!needed && written === undefined) return {};
  if (!needed) throw new MalformedError('contradiction', `${field} is given, but the order type is ${type}.`);
  if (written === undefined) throw new MalformedError('no-value', `${field} is missing: a ${type} order needs it.`);
  return { [name]: positiveDecimal(field, written) } as { readonly [key in Name]?: string };
}
