/**
 * What TradingView posts: the text of an alert after its placeholders were filled in. The text is the user's, so its
 * dialect is told by its shape, or fixed for the source; the content type says nothing reliable and is not looked at.
 *
 * Dialects: `traderspost` (flat JSON), `ohlc` (JSON with `bar` and `strategy`), `text` (by the template of the source).
 */
import { readJson } from '../../base/index.ts';
import { believable, canonicalNode, flag, isEmptyWord, neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { keyOf } from './key.ts';
import { malformed, MalformedError, orMalformed, quoted } from './malformed.ts';
import { carriesExchangeKeys, presentedSecret, secretFieldSet, sensitiveTexts } from './secrets.ts';
import { contentOf } from './signal.ts';
import type { SignalOutcome } from './signal.ts';
import { matchTemplate } from './template.ts';
import type { Meaning, Template } from './template.ts';
import { timeMs } from './time.ts';
import { wantedBy } from './wish.ts';
import type { Fields } from './wish.ts';

export type Dialect = 'traderspost' | 'ohlc' | 'text';
export type SourceRules = {
  readonly name: string;
  readonly strategy: string;
  readonly dialect: Dialect | 'auto';
  readonly template?: Template; // without one no plain text is understood
};
export type Reading = {
  readonly outcome: SignalOutcome;
  readonly dialect: Dialect | undefined;
  readonly presentedSecret: string | undefined; // to be compared in constant time, before anything else is believed
  readonly sensitive: readonly string[]; // what `redact` must take out of the body before it is kept
};

/** @param body decoded as UTF-8, within the size the source may send */
export function readTradingView(body: string, source: SourceRules): Reading {
  const looksLikeJson = /^\s*[[{]/.test(body.replace(/^\uFEFF/, ''));
  if (source.dialect === 'text' || (source.dialect === 'auto' && !looksLikeJson && source.template !== undefined)) return readText(body, source);
  const reading = readJson(body);
  if (!reading.ok) {
    const { kind, problem, at, found } = reading.problem;
    // An unquoted placeholder without a value spoils the JSON around it; that is a missing value, not an unreadable body.
    const outcome = kind === 'not-a-value' && looksLikeJson && (isEmptyWord(found) || /^[,}\]]$/.test(found))
      ? malformed('not-a-number', `A value is missing or not a number at character ${at + 1}: ${problem}.`)
      : malformed('not-json', `The body is not JSON at character ${at + 1}: ${problem}.${/[“”]/.test(body) ? ' It has curly quotes; use straight ones.' : ''}`);
    return { outcome, dialect: undefined, presentedSecret: undefined, sensitive: [] };
  }
  const { node } = reading;
  if (node.kind !== 'object') {
    return { outcome: malformed('unknown-shape', `The body is a ${node.kind}, not one order. Send one order in each request.`), dialect: undefined, presentedSecret: undefined, sensitive: [] };
  }
  const dialect = source.dialect === 'auto' ? dialectOf(node) : source.dialect;
  return { outcome: orMalformed(() => readObject(node, dialect, source)), dialect, presentedSecret: presentedSecret(node), sensitive: sensitiveTexts(node) };
}

function dialectOf(object: JsonObject): Dialect | undefined {
  if (object.members.get('strategy')?.value.kind === 'object') return 'ohlc';
  return object.members.has('action') ? 'traderspost' : undefined;
}

function readObject(object: JsonObject, dialect: Dialect | undefined, source: SourceRules): SignalOutcome {
  if (carriesExchangeKeys(object)) throw new MalformedError('exchange-keys', 'The body carries keys of an exchange account. They were not used and are not kept; change them, since they have travelled.');
  if (dialect === undefined) throw new MalformedError('unknown-shape', 'The body has neither "action" nor a "strategy" object, so it is no order in a dialect that is understood.');
  const fields = dialect === 'ohlc' ? ohlcFields(object) : tradersPostFields(object);
  return signalFrom(fields, source, {
    id: optionalText(object, 'id'),
    time: optionalText(object, 'time') ?? optionalText(object, 'timenow') ?? optionalText(object, 'timestamp'),
    hasBarTime: hasBarTime(object),
    canonicalBody: canonicalNode(object, secretFieldSet),
  });
}

/** Orders that need these would be something else without them. */
const unsupported = ['takeProfit', 'stopLoss', 'trailAmount', 'trailPercent', 'trailPrice'];

function tradersPostFields(object: JsonObject): Fields {
  if (flag(object, 'test')) throw new MalformedError('test', 'The body is marked as a test. Nothing was sent.');
  const field = unsupported.find((name) => (object.members.get(name)?.value.kind ?? 'null') !== 'null');
  if (field !== undefined) throw new MalformedError('unsupported', `${field} is not supported. The order was not sent without it; take it out of the alert.`);
  if (flag(object, 'cancel')) throw new MalformedError('unsupported', '"cancel": true together with an order is not supported. Send {"action": "cancel"} first.');
  const quantityType = optionalText(object, 'quantityType');
  if (quantityType !== undefined && quantityType !== 'fixed_quantity') {
    throw new MalformedError('quantity-type', `quantityType is ${quoted(quantityType)}: only "fixed_quantity" is understood, a number of units.`);
  }
  return {
    action: neededText(object, 'action'), ticker: neededText(object, 'ticker'), exchange: optionalText(object, 'exchange'),
    sentiment: optionalText(object, 'sentiment'), quantity: optionalText(object, 'quantity'),
    orderType: optionalText(object, 'orderType'), limitPrice: optionalText(object, 'limitPrice'), stopPrice: optionalText(object, 'stopPrice'),
    timeInForce: optionalText(object, 'timeInForce'),
  };
}

function ohlcFields(object: JsonObject): Fields {
  const strategy = object.members.get('strategy')?.value;
  if (strategy?.kind !== 'object') throw new MalformedError('no-value', 'strategy is missing: it says what to do.');
  const inner = (name: string): string | undefined => optionalText(strategy, name, `strategy.${name}`);
  return {
    action: neededText(strategy, 'order_action', 'strategy.order_action'), ticker: neededText(object, 'ticker'), exchange: optionalText(object, 'exchange'),
    sentiment: inner('market_position'), before: inner('prev_market_position'), quantity: inner('order_contracts'),
  };
}

function hasBarTime(object: JsonObject): boolean {
  const bar = object.members.get('bar')?.value;
  return bar?.kind === 'object' && optionalText(bar, 'time', 'bar.time') !== undefined;
}

function readText(body: string, source: SourceRules): Reading {
  const found = source.template === undefined ? undefined : matchTemplate(source.template, body);
  if (found === undefined) {
    const reason = source.template === undefined ? 'The source has no template, so plain text is not understood.' : 'The text does not have the form of the template of this source.';
    return { outcome: malformed('no-template-match', reason), dialect: 'text', presentedSecret: undefined, sensitive: [] };
  }
  const written = (meaning: Meaning): string | undefined => [...found.values()].find((hole) => hole.meaning === meaning)?.value;
  const secret = written('secret');
  const outcome = orMalformed(() => {
    const text = (meaning: Meaning): string | undefined => {
      const value = written(meaning);
      return value === undefined ? undefined : believable(meaning, value);
    };
    const kept = [...found].filter(([, hole]) => hole.meaning !== 'secret').map(([name, hole]) => [name, hole.value]);
    const fields: Fields = {
      action: text('action') ?? '', ticker: text('ticker') ?? '', exchange: text('exchange'), sentiment: text('sentiment'), before: text('before'),
      quantity: text('quantity'), orderType: text('orderType'), limitPrice: text('limitPrice'), stopPrice: text('stopPrice'), timeInForce: text('timeInForce'),
    };
    return signalFrom(fields, source, { id: text('id'), time: text('time'), hasBarTime: text('barTime') !== undefined, canonicalBody: JSON.stringify(kept) });
  });
  return { outcome, dialect: 'text', presentedSecret: secret === '' ? undefined : secret, sensitive: secret === undefined ? [] : [secret] };
}

type Marks = { readonly id: string | undefined; readonly time: string | undefined; readonly hasBarTime: boolean; readonly canonicalBody: string };

function signalFrom(fields: Fields, source: SourceRules, marks: Marks): SignalOutcome {
  const wanted = wantedBy(fields);
  const key = keyOf('tv', source.name, { id: marks.id, hasTime: marks.time !== undefined || marks.hasBarTime, canonicalBody: marks.canonicalBody });
  return {
    kind: 'signal',
    signal: {
      source: source.name, strategy: source.strategy, ...wanted,
      ...(marks.time === undefined ? {} : { signalTimeMs: timeMs('time', marks.time) }),
      ...key, content: contentOf(wanted),
    },
  };
}
