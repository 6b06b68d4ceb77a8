/** `breakwater prices` */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { aligned, amountAt, listAt, textAt } from './table.ts';

export async function prices(_: Cli, options: ControlOptions): Promise<Answer> {
  const document = await asking(options, (control) => control.get('/api/v1/prices'));
  const text = listAt(document, 'prices').flatMap((price) => {
    const trusted = textAt(price, 'trusted') === 'true';
    const since = textAt(price, 'since');
    const head = `${textAt(price, 'symbol')} at ${textAt(price, 'venue')}: ${trusted ? `${textAt(price, 'bid.amount')} to ${amountAt(price, 'ask')}` : 'NO PRICE IS TRUSTED, orders in it wait'}${since === '' ? '' : `, since ${since}`}: ${textAt(price, 'because')}`;
    const sources = listAt(price, 'sources').map((source) => [
      textAt(source, 'used') === 'true' ? '  used' : '', textAt(source, 'source'), textAt(source, 'bid.amount') === '' ? 'no price yet' : `${textAt(source, 'bid.amount')} to ${textAt(source, 'ask.amount')}`,
      textAt(source, 'ageMs') === '' ? '' : `${(Number(textAt(source, 'ageMs')) / 1_000).toFixed(1)} s old`, textAt(source, 'good') === 'true' ? 'good' : textAt(source, 'why'),
    ]);
    return [head, ...aligned(sources)];
  });
  return { data: document, text: text.length === 0 ? ['No instrument is configured.'] : text };
}
