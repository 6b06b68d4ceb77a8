/** The words of sides, positions and order types, as senders write them. Case does not matter; "-" and "_" may be left out. */
import { nearest } from '../../base/index.ts';
import { MalformedError, quoted } from './malformed.ts';
import type { MalformedCode } from './malformed.ts';
import type { Signal } from './signal.ts';

export type ActionWord = 'buy' | 'sell' | 'open-short' | 'close' | 'close-long' | 'close-short' | 'cancel';
export type Position = 'long' | 'short' | 'flat';

const actions = table<ActionWord>({
  buy: ['buy', 'long', 'bull', 'bullish', 'enterlong'],
  sell: ['sell'],
  'open-short': ['short', 'bear', 'bearish', 'entershort', 'sellshort'],
  close: ['exit', 'close', 'flat', 'exitall', 'closelongshort', 'closeall'],
  'close-long': ['exitlong', 'closelong'],
  'close-short': ['exitshort', 'closeshort'],
  cancel: ['cancel', 'cancelall'],
});
const positions = table<Position>({ long: ['long', 'bullish', 'bull'], short: ['short', 'bearish', 'bear'], flat: ['flat'] });
const orderTypes = table<Signal['orderType'] | 'unsupported'>({
  market: ['market'], limit: ['limit'], 'stop-limit': ['stoplimit'], unsupported: ['stop', 'trailingstop', 'stopmarket', 'trailing'],
});
const timesInForce = table<Signal['timeInForce']>({ gtc: ['gtc'], ioc: ['ioc'], fok: ['fok'], day: ['day'] });

export const actionWord = (written: string): ActionWord => find(actions, 'unknown-action', 'the action', written);
export const position = (field: string, written: string): Position => find(positions, 'unknown-sentiment', field, written);
export const timeInForce = (written: string): Signal['timeInForce'] => find(timesInForce, 'unsupported', 'the time in force', written);

export function orderType(written: string): Signal['orderType'] {
  const type = find(orderTypes, 'unsupported', 'the order type', written);
  if (type === 'unsupported') throw new MalformedError('unsupported', `The order type ${quoted(written)} is not supported: use market, limit or stop_limit.`);
  return type;
}

function table<Word extends string>(spellings: Readonly<Record<Word, readonly string[]>>): ReadonlyMap<string, Word> {
  return new Map(Object.entries<readonly string[]>(spellings).flatMap(([word, ways]) => ways.map((way) => [way, word as Word] as const)));
}

function find<Word>(words: ReadonlyMap<string, Word>, code: MalformedCode, what: string, written: string): Word {
  const plain = written.toLowerCase().replaceAll(/[-_ ]/g, '');
  const word = words.get(plain);
  if (word !== undefined) return word;
  const meant = nearest(plain, words.keys());
  throw new MalformedError(code, `${quoted(written)} is not known for ${what}.${meant === undefined ? '' : ` Did you mean ${quoted(meant)}?`}`);
}
