/** `breakwater risk` */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions, Document } from './control.ts';
import { aligned, amountAt, labelled, listAt, textAt } from './table.ts';

export async function risk(_: Cli, options: ControlOptions): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/risk'));
  const uses = listAt(document, 'levels').map((one) => [`  ${textAt(one, 'level')}`, textAt(one, 'cause'), `${textAt(one, 'observed')} of ${textAt(one, 'limit')}`, `since ${textAt(one, 'since')}`]);
  const breakers = listAt(document, 'breakers').map((one) => [`  ${textAt(one, 'name')}`, textAt(one, 'phase'), `${textAt(one, 'until') === '' ? 'until a person resets it' : `until ${textAt(one, 'until')}`}; it ${textAt(one, 'why')}`]);
  const since = textAt(document, 'since');
  return {
    data: document,
    text: [
      `Level: ${textAt(document, 'level')}${since === '' ? '' : ` since ${since}`}`, ...aligned(uses), ...labelled(accountLines(document)),
      ...(breakers.length === 0 ? ['No breaker of loss, position or volatility is open.'] : ['Open breakers', ...aligned(breakers)]),
    ],
  };
}

function accountLines(document: Document): readonly (readonly string[])[] {
  const of = (path: string): string => textAt(document, `account.${path}`);
  if (of('currency') === '') return [['account', 'Nothing is valued: set risk.currency.']];
  const money = (path: string): string => amountAt(document, `account.${path}`);
  const unvalued = listAt(document, 'account.unvalued');
  const limit = money('day.lossLimit');
  const drawdown = of('drawdown.percent');
  const follows = { halt: 'stops everything', flatten: 'closes everything' }[of('onLossLimit')] ?? 'stops new risk';
  return [
    ['worth', unvalued.length === 0 ? money('equity') : `NOT KNOWN: ${unvalued.map(String).join('; ')}`],
    ['day', of('day.key') === '' ? 'has not begun' : `${of('day.key')} (${of('day.zone')}), began with ${money('day.opening')}`],
    ['result', `${money('day.result') || 'not known'}; ${limit === '' ? 'no limit on a loss' : `a loss of ${limit} ${follows}`}`],
    ['below best', `${drawdown === '' ? 'not known' : `${drawdown}%`} of ${money('drawdown.best') || 'it'}; ${of('drawdown.limitPercent') === '' ? 'no limit' : `${of('drawdown.limitPercent')}% ${follows}`}`],
    ...listAt(document, 'account.day.traded').map((one) => [textAt(one, 'venue'), `realised ${amountAt(one, 'realised')}, fees at most ${amountAt(one, 'fees')}`]),
  ];
}
