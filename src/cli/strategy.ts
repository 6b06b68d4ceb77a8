/** `breakwater strategy enable`: a strategy that was stopped goes on once a person with a name has looked. */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';

export async function enable(cli: Cli, options: ControlOptions & { readonly reason?: string; readonly by?: string }, [strategy = '']: readonly string[]): Promise<Answer> {
  const { by = cli.terminal.user, reason } = options;
  const { document } = await asking(options, (control) => control.post(`/api/v1/strategies/${encodeURIComponent(strategy)}/enable`, { by, ...(reason === undefined ? {} : { reason }) }, 'breakwater status'));
  return { data: document, text: [`The strategy ${strategy} may go on, says ${by}.`] };
}
