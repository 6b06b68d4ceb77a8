/**
 * `breakwater halt` and `breakwater resume`: stopping is easy, going on takes a name and a reason.
 *
 * A halt that met a runtime which hangs dies with it, and the next one would trade on. So it is asked for again until a runtime says that it is done.
 */
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';
import { asking } from './control.ts';
import type { ControlOptions } from './control.ts';
import { EXIT } from './exit.ts';
import { UnreachableError } from './failure.ts';
import { isSilent, SILENT_MS } from './silence.ts';
import { stopIndependently, supervisorOf } from './stop-all.ts';
import { listAt, textAt } from './table.ts';

type Options = ControlOptions & { readonly reason?: string; readonly by?: string; readonly scope?: string; readonly keepOrders?: true; readonly afterKill?: true; readonly instance?: string; readonly acknowledge?: string };

const NOT_HALTED = 'The halt was taken by nobody and is not remembered. Without a runtime nothing leaves from this folder; orders that stand at the venue stay there, and a service that starts it again would trade again. If one runs on another folder, name that with --data.';

export async function halt(cli: Cli, options: Options): Promise<Answer> {
  const { by = cli.terminal.user } = options;
  const body = { by, keepOrders: options.keepOrders === true, ...(options.scope === undefined ? {} : { scope: options.scope }), ...(options.reason === undefined ? {} : { reason: options.reason }) };
  let isElsewhere = false;
  const answered = asking(options, async (control) => {
    try {
      return await control.insist('/api/v1/halt', body, (why) => cli.terminal.note(`The runtime does not answer (${why}). Asking again, until ${options.reach.timeoutMs / 1_000} s are over.`), () => isElsewhere);
    } catch (thrown) {
      throw thrown instanceof UnreachableError ? new UnreachableError(control.socket, thrown.why, NOT_HALTED) : thrown;
    }
  });
  if ((options.scope ?? 'system') === 'system' && await isSilent(options.reach, answered)) { // a part is no reason to stop everything
    isElsewhere = true;
    answered.catch(() => undefined);
    cli.terminal.note(`The runtime has not answered within ${SILENT_MS / 1_000} s. Its supervisor is asked instead, which needs nothing of it.`);
    return stopIndependently(cli, supervisorOf(options.reach), { word: options.keepOrders === true ? 'halt' : 'cancel', by, ...(options.reason === undefined ? {} : { reason: options.reason }) });
  }
  const { status, document } = await answered;
  const venues = listAt(document, 'venues').map((one) => `  ${textAt(one, 'venue')}: ${listAt(one, 'asked').length} cancels asked for, ${textAt(one, 'open') === '' ? `what is open is not known: ${textAt(one, 'why')}` : `${listAt(one, 'open').length} still open`}`);
  const note = textAt(document, 'note');
  return {
    data: document,
    text: [`HALTED by ${textAt(document, 'gate.by')}: ${textAt(document, 'gate.reason')}.${textAt(document, 'cancelling') === '' ? '' : ` ${textAt(document, 'cancelling')} of ${textAt(document, 'liveOrders')} live orders are being cancelled.`}`, ...venues],
    ...(note === '' ? {} : { warnings: [note] }),
    exit: status === 207 ? EXIT.partial : EXIT.ok,
  };
}

export async function resume(cli: Cli, options: Options): Promise<Answer> {
  const { by = cli.terminal.user, reason, scope, instance } = options;
  const body = { by, ...(reason === undefined ? {} : { reason }), ...(scope === undefined ? {} : { scope }), ...(instance === undefined ? {} : { instance }), ...(options.afterKill === true ? { afterKill: true } : {}), ...(options.acknowledge === undefined ? {} : { acknowledge: options.acknowledge.split(',').map((name) => name.trim()) }) };
  const { document } = await asking(options, (control) => control.post('/api/v1/resume', body, 'breakwater status'));
  const lines = listAt(document, 'checklist').map((one) => `  ${textAt(one, 'met') === 'true' ? '✓' : '✗'} ${textAt(one, 'item')}${textAt(one, 'why') === 'yes' ? '' : `: ${textAt(one, 'why')}`}`);
  return { data: document, text: [textAt(document, 'changed') === 'true' ? `ACTIVE again, by ${by}.` : 'The gate was open already.', ...lines] };
}
