/**
 * PineConnector: `LICENCE,command,SYMBOL[,key=value…]`. The licence is the secret. A `sell` there opens a short position,
 * a `buy` a long one; how much `risk` is depends on the settings of its receiver, so only a source that says so trades it.
 */
import { unsaidUnits } from './asked.ts';
import type { Asked } from './asked.ts';
import { believable } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';

const commands: Readonly<Record<string, { readonly action: string; readonly limit?: true }>> = {
  buy: { action: 'buy' }, long: { action: 'buy' }, bull: { action: 'buy' }, bullish: { action: 'buy' }, buylimit: { action: 'buy', limit: true },
  sell: { action: 'sell' }, short: { action: 'short' }, bear: { action: 'short' }, bearish: { action: 'short' }, selllimit: { action: 'sell', limit: true },
  closelong: { action: 'closelong' }, closeshort: { action: 'closeshort' }, closelongshort: { action: 'close' },
};

export const isPineConnector = (text: string): boolean => /^\s*\d{4,20}\s*,\s*[a-z]+\s*,\s*[^,=\s]+\s*(?:,|$)/i.test(text);

export const secretOfPineConnector = (text: string): string | undefined => /^\s*(\d{4,20})\s*,/.exec(text)?.[1];

export function readPineConnector(text: string, rules: { readonly units?: 'base' }): Asked {
  const [, command = '', symbol = '', ...rest] = text.trim().split(',').map((part) => part.trim());
  const known = Object.hasOwn(commands, command.toLowerCase()) ? commands[command.toLowerCase()] : undefined;
  if (known === undefined) throw new MalformedError('unsupported', `The command ${quoted(command)} is not supported: use ${Object.keys(commands).join(', ')}.`);
  const given = new Map<string, string>();
  for (const part of rest) {
    const [, name = '', value = ''] = /^([a-z]+)\s*=\s*(.*)$/i.exec(part) ?? [];
    if (!['risk', 'price', 'comment'].includes(name.toLowerCase())) throw new MalformedError('unsupported', `${quoted(part)} is not supported. The order was not sent without it; take it out of the alert.`);
    if (given.has(name.toLowerCase())) throw new MalformedError('contradiction', `${name} is given twice.`);
    given.set(name.toLowerCase(), value);
  }
  const value = (name: string): string | undefined => {
    const written = given.get(name);
    return written === undefined ? undefined : believable(name, written);
  };
  const quantity = value('risk');
  unsaidUnits('risk', quantity, rules.units);
  return {
    fields: { action: known.action, ticker: believable('the symbol', symbol), quantity, limitPrice: value('price'), ...(known.limit === true ? { orderType: 'limit' } : {}) },
    canonicalBody: [command.toLowerCase(), symbol, ...rest].join(','),
  };
}
