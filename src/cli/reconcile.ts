/** `breakwater reconcile`: books against venue, now; and the two ways in which a person may settle what stands between them. */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { EXIT } from './exit.ts';
import { UsageError } from './failure.ts';
import { amountAt, listAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly venue?: string; readonly release?: string; readonly adopt?: string; readonly reason?: string; readonly by?: string };

export async function reconcile(cli: Cli, options: Options): Promise<Answer> {
  const { venue, release, adopt, reason, by = cli.terminal.user } = options;
  if ((release !== undefined || adopt !== undefined) && reason === undefined) throw new UsageError('--release and --adopt need --reason "…": it is written down with your name.');
  const body = { ...(venue === undefined ? {} : { venue }), ...(release === undefined ? {} : { release }), ...(adopt === undefined ? {} : { adopt }), ...(reason === undefined ? {} : { reason, by }) };
  const { document } = await asking(options, (control) => control.post('/api/v1/reconcile', body, 'breakwater status'));
  const text = listAt(document, 'venues').flatMap((one) => [
    `${textAt(one, 'venue')}: ${textAt(one, 'agreed') === 'true' ? 'books and venue agree' : textAt(one, 'conclusive') === 'true' ? 'BOOKS AND VENUE DIFFER' : `not conclusive, it is tried again: ${textAt(one, 'why')}`}`,
    ...listAt(one, 'differences').map((difference) => `  ${textAt(difference, 'asset')}: books ${amountAt(difference, 'books')}, venue ${amountAt(difference, 'venue')}, missing ${amountAt(difference, 'missing')}`),
  ]);
  return { data: document, text: [...listAt(document, 'did').map(String), ...text], exit: textAt(document, 'agreed') === 'true' ? EXIT.ok : EXIT.unhealthy };
}
