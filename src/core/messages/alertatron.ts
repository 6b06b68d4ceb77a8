/**
 * Alertatron: a small script, `MyKeys(XBTUSD) { market(side=buy, amount=100); } #bot`. One block with one command is
 * understood, since more would be a plan whose middle could fail. The name of the keys is the secret.
 */
import { unsaidUnits } from './asked.ts';
import type { Asked } from './asked.ts';
import { believable } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';

const opening = /^\s*([^\s(){}]{1,64})\(\s*([^\s(){}]{1,64})\s*\)\s*\{/;
const whole = /^\s*[^\s(){}]+\(\s*[^\s(){}]+\s*\)\s*\{\s*([A-Za-z]+)\(([^(){}]*)\)\s*;?\s*\}\s*((?:#\w+\s*)*)$/;
const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  market: ['side', 'amount'], limit: ['side', 'amount', 'price'], exit: ['amount'], close: ['amount'], cancel: ['which'],
};

export const isAlertatron = (text: string): boolean => opening.test(text);

export const secretOfAlertatron = (text: string): string | undefined => opening.exec(text)?.[1];

export function readAlertatron(text: string, rules: { readonly units?: 'base' }): Asked {
  const ticker = opening.exec(text)?.[2] ?? '';
  const [, command = '', list = '', tags = ''] = whole.exec(text) ?? [];
  if (command === '') throw new MalformedError('unsupported', 'Only one block with a single command is understood. Nothing was sent of the rest either.');
  if (!/#bot\b/.test(tags)) throw new MalformedError('unknown-shape', 'The tag #bot is missing: without it the message is not meant to be carried out.');
  const known = Object.hasOwn(argumentsOf, command) ? argumentsOf[command] : undefined;
  if (known === undefined) throw new MalformedError('unsupported', `The command ${quoted(command)} is not supported: use ${Object.keys(argumentsOf).join(', ')}.`);
  const given = namedIn(list);
  for (const name of given.keys()) if (!known.includes(name)) throw new MalformedError('unsupported', `${quoted(name)} is not supported for ${command}. Nothing was sent without it.`);
  const value = (name: string): string | undefined => {
    const written = given.get(name);
    return written === undefined ? undefined : believable(name, written);
  };
  if (command === 'cancel' && value('which') !== undefined && value('which') !== 'all') throw new MalformedError('unsupported', 'Only which=all is supported for cancel.');
  const trades = command === 'market' || command === 'limit';
  if (trades && value('side') === undefined) throw new MalformedError('no-value', 'side is missing.');
  unsaidUnits('amount', value('amount'), rules.units);
  return {
    fields: { action: trades ? value('side') : command, ticker, quantity: value('amount'), ...(command === 'limit' ? { orderType: 'limit', limitPrice: value('price') } : {}) },
    canonicalBody: text.slice(text.indexOf('(')).replaceAll(/\s+/g, ' ').trim(), // without the name of the keys
  };
}

function namedIn(list: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of list.split(',').filter((text) => text.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (name === '') throw new MalformedError('unsupported', `${quoted(part.trim())} is no argument with a name.`);
    if (found.has(name)) throw new MalformedError('contradiction', `${quoted(name)} is given twice.`);
    found.set(name, value);
  }
  return found;
}
