/** `breakwater halt` and `breakwater resume`: stopping is easy, going on takes a name and a reason. */
import type { Command } from 'commander';
import { acts, command } from './cli.ts';
import type { Cli } from './cli.ts';
import { asking, reaching } from './control.ts';
import type { ControlOptions } from './control.ts';
import { EXIT } from './exit.ts';
import { listAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly reason?: string; readonly by: string; readonly keepOrders?: true };

export function haltCommand(cli: Cli): Command {
  const made = reaching(command('halt', 'Nothing new leaves, and what is open is cancelled. Remembered until somebody resumes.', [
    'breakwater halt', 'breakwater halt --reason "strange fills in BTC"', 'breakwater halt --keep-orders --by sam --reason "release at noon"',
  ]), '30s').option('--reason <text>', 'why').option('--by <name>', 'who you are', cli.terminal.user).option('--keep-orders', 'leave open orders where they are');
  return acts<Options>(cli, made, 'halt', async (options) => {
    const body = { by: options.by, keepOrders: options.keepOrders === true, ...(options.reason === undefined ? {} : { reason: options.reason }) };
    const { status, document } = await asking(options, (control) => control.post('/api/v1/halt', body, 'breakwater status'));
    const venues = listAt(document, 'venues').map((one) => `  ${textAt(one, 'venue')}: ${listAt(one, 'asked').length} cancels asked for, ${textAt(one, 'open') === '' ? `what is open is not known: ${textAt(one, 'why')}` : `${listAt(one, 'open').length} still open`}`);
    const note = textAt(document, 'note');
    return {
      data: document,
      text: [`HALTED by ${textAt(document, 'gate.by')}: ${textAt(document, 'gate.reason')}.${textAt(document, 'cancelling') === '' ? '' : ` ${textAt(document, 'cancelling')} of ${textAt(document, 'liveOrders')} live orders are being cancelled.`}`, ...venues],
      ...(note === '' ? {} : { warnings: [note] }),
      exit: status === 207 ? EXIT.partial : EXIT.ok,
    };
  });
}

export function resumeCommand(cli: Cli): Command {
  const made = reaching(command('resume', 'Lets orders leave again after a halt.', [
    'breakwater resume --reason "fills explained"', 'breakwater resume --by sam --reason "release done"', 'breakwater resume --reason "drill over" --json',
  ])).option('--reason <text>', 'why').option('--by <name>', 'who you are', cli.terminal.user);
  return acts<Options>(cli, made, 'resume', async (options) => {
    const body = { by: options.by, ...(options.reason === undefined ? {} : { reason: options.reason }) };
    const { document } = await asking(options, (control) => control.post('/api/v1/resume', body, 'breakwater status'));
    return { data: document, text: [textAt(document, 'changed') === 'true' ? `ACTIVE again, by ${options.by}.` : 'The gate was open already.'] };
  });
}
