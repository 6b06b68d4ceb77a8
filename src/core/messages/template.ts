/**
 * Plain-text alerts: the text of the alert, written once into the configuration, read backwards.
 *
 * "{{strategy.order.action}} {{ticker}} q={{strategy.order.contracts}}" reads "buy BTCUSD q=0.1". The holes are
 * TradingView's own placeholders, and a few of ours for what the user types in: {{secret}}, {{id}}, {{orderType}},
 * {{limitPrice}}, {{stopPrice}}, {{timeInForce}}, {{action}}, {{quantity}}, {{sentiment}},
 * {{trader}}, {{desk}}, {{client}}.
 *
 *   T1. Two holes never touch, so there is one way to read a text, found in one pass from left to right.
 *   T2. Runs of white space count as one space, at the ends as none.
 */
import { nearest } from '../../base/index.ts';

const meanings = {
  'strategy.order.action': 'action', action: 'action', ticker: 'ticker', exchange: 'exchange',
  'strategy.order.contracts': 'quantity', quantity: 'quantity', 'strategy.market_position': 'sentiment', sentiment: 'sentiment',
  'strategy.prev_market_position': 'before', 'strategy.market_position_size': 'size', 'strategy.position_size': 'signedSize', timenow: 'time', time: 'barTime', id: 'id', secret: 'secret',
  orderType: 'orderType', limitPrice: 'limitPrice', stopPrice: 'stopPrice', timeInForce: 'timeInForce',
  trader: 'trader', desk: 'desk', client: 'client',
} as const;
/** Filled in by TradingView, of no use here: part of the key, nothing more. */
const ignored = new Set([
  'open', 'high', 'low', 'close', 'volume', 'interval', 'syminfo.currency', 'syminfo.basecurrency', 'strategy.order.price', 'strategy.order.id',
  'strategy.order.comment', 'strategy.order.alert_message', 'strategy.prev_market_position_size',
]);
const plot = /^plot(?:_\d{1,2}|\("[^"]*"\))$/;

export type Meaning = (typeof meanings)[keyof typeof meanings];
type Hole = { readonly name: string; readonly meaning: Meaning | undefined };
export type Template = { readonly lead: string; readonly holes: readonly (Hole & { readonly tail: string })[] }; // `tail`: the text behind the hole
export type TemplateOutcome = { readonly kind: 'template'; readonly template: Template } | { readonly kind: 'refused'; readonly reason: string };

export function compileTemplate(text: string): TemplateOutcome {
  const [lead = '', ...parts] = squeezed(text).split(/\{\{\s*(.*?)\s*\}\}/);
  const holes: (Hole & { tail: string })[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [name = '', tail = ''] = [parts[index], parts[index + 1]];
    const meaning = Object.hasOwn(meanings, name) ? meanings[name as keyof typeof meanings] : undefined;
    if (meaning === undefined && !ignored.has(name) && !plot.test(name)) {
      const meant = nearest(name, [...Object.keys(meanings), ...ignored]);
      return refused(`{{${name}}} is not a placeholder that is known${meant === undefined ? '' : `; did you mean {{${meant}}}?`}`);
    }
    if (tail === '' && index + 2 < parts.length) return refused(`nothing stands between {{${name}}} and {{${parts[index + 2] ?? ''}}}, so nobody could tell where one ends`);
    if (meaning !== undefined && holes.some((hole) => hole.meaning === meaning)) return refused(`{{${name}}} says a second time what another placeholder says`);
    holes.push({ name, meaning, tail });
  }
  for (const [meaning, name] of [['action', 'strategy.order.action'], ['ticker', 'ticker']] as const) {
    if (!holes.some((hole) => hole.meaning === meaning)) return refused(`{{${name}}} is missing`);
  }
  return { kind: 'template', template: { lead, holes } };
}

/** The texts in the holes, by the name of the hole; undefined where the text does not have this form. */
export function matchTemplate(template: Template, body: string): ReadonlyMap<string, { readonly meaning: Meaning | undefined; readonly value: string }> | undefined {
  const text = squeezed(body);
  if (!text.startsWith(template.lead)) return undefined;
  const found = new Map<string, { meaning: Meaning | undefined; value: string }>();
  let at = template.lead.length;
  for (const [index, { name, meaning, tail }] of template.holes.entries()) {
    const last = index === template.holes.length - 1;
    const end = last ? text.length - tail.length : text.indexOf(tail, at);
    if (end < at || (last && !text.endsWith(tail))) return undefined;
    const value = text.slice(at, end);
    if (meaning !== undefined && /\s/.test(value)) return undefined;
    found.set(found.has(name) ? `${name}#${index}` : name, { meaning, value });
    at = end + tail.length;
  }
  return found;
}

const refused = (reason: string): TemplateOutcome => ({ kind: 'refused', reason });
const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
