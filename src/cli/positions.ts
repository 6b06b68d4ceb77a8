/** `breakwater positions` */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { aligned, amountAt, listAt, textAt } from './table.ts';

export async function positions(_: Cli, options: ControlOptions): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/positions'));
  const text = listAt(document, 'venues').flatMap((venue) => {
    const assets = listAt(venue, 'assets').map((asset) => {
      const difference = textAt(asset, 'difference') === '' ? 'as the venue' : `VENUE SAYS ${amountAt(asset, 'difference.venue')}`;
      return [`  ${textAt(asset, 'asset')}`, textAt(asset, 'posted.amount'), `fees pending up to ${textAt(asset, 'pendingFeesAtMost.amount')}`, `reserved ${textAt(asset, 'reserved.amount')}`, difference];
    });
    const instruments = listAt(venue, 'instruments').map((one) => [
      `  ${textAt(one, 'symbol')}`, amountAt(one, 'position'), `may still buy ${amountAt(one, 'openBuys')}`, `may still sell ${amountAt(one, 'openSells')}`,
      textAt(one, 'quarantined') === '' ? '' : `QUARANTINED: ${textAt(one, 'quarantined')}`,
    ]);
    const when = textAt(venue, 'reconciled.at');
    return [`${textAt(venue, 'venue')}, ${when === '' ? 'not reconciled yet' : `compared at ${when}`}`, ...aligned(assets), ...aligned(instruments)];
  });
  return { data: document, text: text.length === 0 ? ['No venue is listed yet.'] : text };
}
