/**
 * Which dialect a body is written in: told by its shape, or fixed for its source.
 *
 * A secret under a name that one dialect uses does not make a body of that dialect: users put secrets where they like.
 */
import { isAlertatron, readAlertatron, secretOfAlertatron } from './alertatron.ts';
import { readAlertsProcessor } from './alerts-processor.ts';
import type { Asked } from './asked.ts';
import type { JsonObject } from './fields.ts';
import { readFreqtrade } from './freqtrade.ts';
import { readOhlc } from './ohlc.ts';
import { readOkx } from './okx.ts';
import { isPineConnector, readPineConnector, secretOfPineConnector } from './pineconnector.ts';
import { readThreeCommas } from './three-commas.ts';
import { readTradersPost } from './traderspost.ts';
import { isCode, readWunderCode, readWunderJson, secretOfCode } from './wundertrading.ts';

export const dialects = ['traderspost', 'ohlc', '3commas', 'okx', 'wundertrading', 'alertatron', 'pineconnector', 'alerts-processor', 'freqtrade', 'text'] as const;
export type Dialect = (typeof dialects)[number];
export type Rules = { readonly units?: 'base' };

export const isDialect = (word: string): word is Dialect => (dialects as readonly string[]).includes(word);

type InJson = { readonly secret?: string; readonly read: (object: JsonObject, rules: Rules) => Asked };
/** Those that may come as a JSON object, and the name each has for its secret. */
export const inJson: Partial<Readonly<Record<Dialect, InJson>>> = {
  traderspost: { read: readTradersPost },
  ohlc: { read: readOhlc },
  '3commas': { secret: 'secret', read: readThreeCommas },
  okx: { secret: 'signalToken', read: readOkx },
  wundertrading: { secret: 'code', read: readWunderJson },
  'alerts-processor': { secret: 'stub', read: readAlertsProcessor },
  freqtrade: { read: readFreqtrade },
};

type InText = { readonly fits: (text: string) => boolean; readonly secret: (text: string) => string | undefined; readonly read: (text: string, rules: Rules) => Asked };
/** Those that may come as plain text of a form of their own. */
export const inText: Partial<Readonly<Record<Dialect, InText>>> = {
  wundertrading: { fits: isCode, secret: secretOfCode, read: readWunderCode },
  alertatron: { fits: isAlertatron, secret: secretOfAlertatron, read: readAlertatron },
  pineconnector: { fits: isPineConnector, secret: secretOfPineConnector, read: readPineConnector },
};

export function dialectOfObject(object: JsonObject): Dialect | undefined {
  const has = (name: string): boolean => object.members.has(name);
  if (object.members.get('strategy')?.value.kind === 'object') return 'ohlc';
  if (has('tv_instrument')) return '3commas';
  if (has('instrument') && has('action') && !has('ticker')) return 'okx';
  const code = object.members.get('code')?.value;
  if (code?.kind === 'string' && isCode(code.value) && !has('action')) return 'wundertrading';
  if (has('direction') && has('symbol')) return 'alerts-processor';
  if (has('type') && has('pair')) return 'freqtrade';
  return has('action') || has('market_position_size') || has('position_size') ? 'traderspost' : undefined;
}

export const dialectOfText = (text: string): Dialect | undefined => dialects.find((name) => inText[name]?.fits(text) === true);
