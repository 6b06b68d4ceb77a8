/**
 * From the fields a dialect found to the order they ask for. What every dialect has in common stands here.
 *
 * `sell` alone can mean "close my long" or "go short". The position the source expects afterwards settles it: flat is a
 * close, short is refused because a spot market has none, and long is a plain sale of a part. Where nothing is said of a
 * position, the configuration of the source says what is meant; where it says nothing either, the sell is refused.
 */
import { MalformedError } from './malformed.ts';
import { positiveDecimal, signedDecimal } from './decimal.ts';
import type { Wanted } from './signal.ts';
import { actionWord, orderType, position, timeInForce } from './words.ts';
import type { ActionWord, Position } from './words.ts';

/** As written by the sender, already believable texts. */
export type Fields = {
  readonly action?: string | undefined; // may be missing where a position says what is wanted
  readonly ticker: string;
  readonly sentiment?: string | undefined; // the position expected after the order
  readonly before?: string | undefined; // the position before it
  readonly size?: string | undefined; // of the position after the order, without a sign
  readonly signedSize?: string | undefined; // the same, below zero where it is short
  readonly leading?: 'order' | 'position' | undefined; // which of the two the dialect means where it names both
  readonly exchange?: string | undefined;
  readonly quantity?: string | undefined;
  readonly orderType?: string | undefined;
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly timeInForce?: string | undefined;
};

/** What the configuration of a source says about what its words mean. */
export type Policy = {
  readonly bareSell?: 'close' | 'sell' | 'refuse'; // a sell of which nothing says what position it leads to; without it: refused
  readonly follow?: 'order' | 'position'; // without it: what the dialect means
};

export function wantedBy(fields: Fields, policy: Policy): Wanted {
  const after = fields.sentiment === undefined ? undefined : position('sentiment', fields.sentiment);
  const before = fields.before === undefined ? undefined : position('the position before', fields.before);
  const word = fields.action === undefined ? undefined : actionWord(fields.action);
  const act = word === 'cancel' ? { action: 'cancel' as const } : followed(fields, policy, after, word) ?? ordered(fields, policy, after, before, word);
  return {
    ...act,
    ticker: fields.ticker,
    ...(fields.exchange === undefined ? {} : { exchange: fields.exchange }),
    timeInForce: fields.timeInForce === undefined ? 'gtc' : timeInForce(fields.timeInForce),
    ...pricing(fields),
  };
}

const short = (what: string): MalformedError => new MalformedError('short', `${what}; on a spot market there is none. Nothing was sent.`);

/** The position to be brought about, where that is what the message or its source goes by. */
function followed(fields: Fields, { follow }: Policy, after: Position | undefined, word: ActionWord | undefined): Pick<Wanted, 'action' | 'targetText'> | undefined {
  const named = fields.size !== undefined || fields.signedSize !== undefined;
  const leads = follow ?? fields.leading ?? (named && fields.quantity === undefined ? 'position' : 'order');
  if (leads === 'order') return undefined;
  if (!named && after === 'flat') return { action: 'target', targetText: '0' };
  if (!named) {
    if (follow === undefined || word?.startsWith('close') === true) return undefined;
    throw new MalformedError('no-value', 'The position after the order is missing: this source is configured to follow positions, and how large one should be is never guessed.');
  }
  const { sign, text } = targetOf(fields, after);
  if (sign < 0 || word === 'open-short') throw short('The order would open or leave a short position');
  return { action: 'target', targetText: text };
}

function targetOf({ size, signedSize }: Fields, after: Position | undefined): ReturnType<typeof signedDecimal> {
  const signed = signedSize === undefined ? undefined : signedDecimal('position_size', signedSize);
  const plain = size === undefined ? undefined : signedDecimal('the size of the position', size);
  if (plain?.sign === -1) throw new MalformedError('not-a-number', 'The size of the position is below zero, where its side is said by a word.');
  if (signed === undefined && plain !== undefined && plain.sign !== 0 && after === undefined) throw new MalformedError('no-value', 'The size of a position is given, and not whether it is long or short.');
  if (signed !== undefined && plain !== undefined && signed.text !== plain.text) throw new MalformedError('contradiction', `Two fields give the size of the position, ${signed.text} and ${plain.text}.`);
  const found = signed ?? (plain === undefined ? { sign: 0 as const, text: '0' } : { ...plain, sign: after === 'short' && plain.sign !== 0 ? -1 as const : plain.sign });
  const said = found.sign === 0 ? 'flat' : found.sign > 0 ? 'long' : 'short';
  if (after !== undefined && after !== said) throw new MalformedError('contradiction', `The position after the order is ${after}, and its size says ${said}.`);
  return found;
}

function ordered(fields: Fields, policy: Policy, after: Position | undefined, before: Position | undefined, word: ActionWord | undefined): Pick<Wanted, 'action' | 'side' | 'quantityText'> {
  if (word === undefined) throw new MalformedError('no-value', 'action is missing.');
  const { exact, ...act } = actOf(word, after, before, fields.quantity !== undefined, policy);
  const quantityText = exact && fields.quantity !== undefined ? positiveDecimal('quantity', fields.quantity) : undefined;
  if (act.action === 'order' && quantityText === undefined) throw new MalformedError('no-value', 'quantity is missing: how much to trade is never guessed.');
  return { ...act, ...(quantityText === undefined ? {} : { quantityText }) };
}

type Act = { readonly action: 'order' | 'close'; readonly side?: 'buy' | 'sell'; readonly exact: boolean }; // exact: the quantity given is what is meant

function actOf(word: ActionWord, after: Position | undefined, before: Position | undefined, sized: boolean, { bareSell }: Policy): Act {
  if (word === 'open-short' || after === 'short') throw short('The order would open or leave a short position');
  if (word === 'close' || word === 'close-long' || word === 'close-short' || word === 'cancel') {
    if (after === 'long' && !sized) throw new MalformedError('contradiction', 'The order closes the position, yet the position after it is long and no quantity says how much to close.');
    return { action: 'close', ...(word === 'close-long' ? { side: 'sell' as const } : word === 'close-short' ? { side: 'buy' as const } : {}), exact: true };
  }
  // What the source believes to hold need not be what is held: flat means everything, whatever size it names.
  if (after === 'flat') return { action: 'close', side: word, exact: false };
  if (word === 'buy' && before === 'short') throw short('The quantity covers a short position first');
  if (word === 'sell' && after === undefined && bareSell !== 'sell') {
    if (bareSell === 'close') return { action: 'close', side: 'sell', exact: true };
    throw new MalformedError('ambiguous', 'A sell alone may close a long position or sell a quantity, and nothing in the message says which. Nothing was sent; let the alert say the position after the order ("sentiment": "{{strategy.market_position}}"), or set bareSell of this source to "close" or "sell".');
  }
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
