/**
 * What a bot posts to `/api/v1/intents`: the normal form itself, as JSON. Strict, since whoever writes it reads our
 * reference: an unknown key is an error that names it, and a key without meaning for its action is one too.
 */
import { nearest, readJson } from '../../base/index.ts';
import { orderIdOf, ownerFields } from '../orders/index.ts';
import { namedIn, ownerFor } from './attribution.ts';
import type { Attribution } from './attribution.ts';
import { positiveDecimal } from './decimal.ts';
import { flag, neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { keyOf } from './key.ts';
import { malformed, MalformedError, orMalformed, quoted } from './malformed.ts';
import type { Malformed } from './malformed.ts';
import { contentOf } from './signal.ts';
import type { Signal, Wanted } from './signal.ts';
import { timeMs } from './time.ts';
import { wantedBy } from './wish.ts';

/** What the token of the bot says about it. */
export type IntentRules = { readonly name: string; readonly strategy?: string; readonly attribution?: Attribution };
/** `signal.ticker` is the instrument, by our name for it; `venue` is there where the bot named one. */
export type IntentOutcome = { readonly kind: 'signal'; readonly signal: Signal; readonly venue?: string } | Malformed;

const always = ['key', 'strategy', 'action', 'instrument', 'venue', 'signalTime', ...ownerFields];
const priced = ['quantity', 'type', 'limitPrice', 'stopPrice', 'timeInForce'];
const keysFor = { order: [...always, 'side', ...priced, 'reduceOnly', 'allowRepeat'], close: [...always, ...priced], target: [...always, 'target', ...priced.filter((key) => key !== 'quantity')], cancel: always, amend: [...always.filter((key) => !ownerFields.some((field) => field === key)), 'amends', 'order', 'quantity', 'limitPrice', 'stopPrice'] } as const;
const allKeys: ReadonlySet<string> = new Set(Object.values(keysFor).flat());
type Action = keyof typeof keysFor;

export function readIntent(body: string, rules: IntentRules): IntentOutcome {
  const reading = readJson(body);
  if (!reading.ok) return malformed('not-json', `The body is not JSON at character ${reading.problem.at + 1}: ${reading.problem.problem}.`);
  const { node } = reading;
  if (node.kind !== 'object') return malformed('unknown-shape', `The body is a ${node.kind}, not one intent. Send one intent in each request.`);
  return orMalformed(() => read(node, rules));
}

function read(object: JsonObject, rules: IntentRules): IntentOutcome {
  const action = actionOf(object);
  checkKeys(object, action);
  const side = action === 'order' ? neededText(object, 'side') : action === 'target' || action === 'amend' ? undefined : action;
  if (action === 'order' && side !== 'buy' && side !== 'sell') throw new MalformedError('unknown-action', `side is ${quoted(side ?? '')}: use "buy" or "sell".`);
  const reduceOnly = flag(object, 'reduceOnly');
  const wished = action === 'amend' ? amendedBy(object, rules) : wantedBy({
    action: side, ticker: neededText(object, 'instrument'), signedSize: action === 'target' ? neededText(object, 'target') : undefined, quantity: optionalText(object, 'quantity'),
    orderType: optionalText(object, 'type'), limitPrice: optionalText(object, 'limitPrice'), stopPrice: optionalText(object, 'stopPrice'),
    timeInForce: optionalText(object, 'timeInForce'),
  }, { bareSell: 'sell' });
  const wanted: Wanted = reduceOnly ? { ...wished, reduceOnly } : wished;
  const signalTime = optionalText(object, 'signalTime');
  const venue = optionalText(object, 'venue');
  const named = namedIn(object);
  const signal: Signal = {
    source: rules.name, strategy: strategyOf(object, rules), owner: ownerFor(rules, named), ...wanted, ...(flag(object, 'allowRepeat') ? { allowRepeat: true } : {}),
    ...(signalTime === undefined ? {} : { signalTimeMs: timeMs('signalTime', signalTime) }),
    ...keyOf('bot', rules.name, { id: neededText(object, 'key'), hasTime: false, canonicalBody: '' }),
    content: contentOf(wanted, named),
  };
  return { kind: 'signal', signal, ...(venue === undefined ? {} : { venue }) };
}

/** What it does not name stays as it is. The order may be named by its id, or by the key of the intent that it came of. */
function amendedBy(object: JsonObject, rules: IntentRules): Wanted {
  const [orderId, intent] = [optionalText(object, 'order'), optionalText(object, 'amends')];
  if ((orderId === undefined) === (intent === undefined)) throw new MalformedError(orderId === undefined ? 'no-value' : 'contradiction', 'Name the order to be changed, by its id in "order" or by the key of its intent in "amends": one of the two.');
  const amends = { orderId: orderId ?? orderIdOf(keyOf('bot', rules.name, { id: intent, hasTime: false, canonicalBody: '' }).key) };
  const decimals = (['quantity', 'limitPrice', 'stopPrice'] as const).map((name) => [`${name}Text`, optionalText(object, name)] as const).filter(([, text]) => text !== undefined);
  if (decimals.length === 0) throw new MalformedError('no-value', 'An amend says what is to be changed: quantity, limitPrice or stopPrice.');
  return { action: 'amend', ticker: neededText(object, 'instrument'), orderType: 'limit', timeInForce: 'gtc', amends, ...Object.fromEntries(decimals.map(([name, text]) => [name, positiveDecimal(name, text ?? '')])) };
}

function actionOf(object: JsonObject): Action {
  const action = optionalText(object, 'action') ?? 'order';
  if (!Object.hasOwn(keysFor, action)) throw new MalformedError('unknown-action', `action is ${quoted(action)}: use "order", "close", "target", "cancel" or "amend".`);
  return action as Action;
}

function checkKeys(object: JsonObject, action: Action): void {
  const allowed: readonly string[] = keysFor[action];
  const stranger = [...object.members.keys()].find((key) => !allowed.includes(key));
  if (stranger === undefined) return;
  if (allKeys.has(stranger)) throw new MalformedError('unknown-key', `${quoted(stranger)} has no meaning for the action "${action}". Leave it out.`);
  const meant = nearest(stranger, allowed);
  throw new MalformedError('unknown-key', `${quoted(stranger)} is not a key of an intent.${meant === undefined ? ` Known are ${allowed.join(', ')}.` : ` Did you mean "${meant}"?`}`);
}

/** A token that names a strategy speaks for that one alone. */
function strategyOf(object: JsonObject, rules: IntentRules): string {
  const named = optionalText(object, 'strategy');
  if (named !== undefined && rules.strategy !== undefined && named !== rules.strategy) {
    throw new MalformedError('contradiction', `strategy is ${quoted(named)}, but this token speaks for ${quoted(rules.strategy)} alone.`);
  }
  return named ?? rules.strategy ?? rules.name;
}
