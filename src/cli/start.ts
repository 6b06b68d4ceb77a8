/** `breakwater start`: the supervisor. It starts the runtime as its child, watches it, and starts it again. */
import { resolve } from 'node:path';
import { realClock } from '../edges/clock/index.ts';
import { realMachine } from '../edges/machine/index.ts';
import { errorOutlet, jsonLog } from '../edges/log/index.ts';
import { folderAt, onEndSignal, onStarterGone, oversight, spawnChild } from '../edges/process/index.ts';
import { sleep } from '../ports/index.ts';
import type { Word } from '../ports/index.ts';
import { DEFAULT_POLICY, Report, Supervisor } from '../supervisor/index.ts';
import type { SupervisorState } from '../supervisor/index.ts';
import { jsonLine } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { configFor, logFormat, secretsOf } from './configuration.ts';
import { moneyOf } from '../door/index.ts';
import { modeLine } from './look.ts';
import { listenOverride, logOverrides, venueOverrides } from './override.ts';
import type { LogOptions } from './override.ts';
import { guardRights } from './rights.ts';
import { Independence } from './supervise.ts';

type Options = Common & LogOptions & { readonly config: string; readonly data?: string; readonly env?: string; readonly trustClock?: true; readonly listen?: string; readonly venueUrl?: readonly string[]; readonly endsWithStarter?: true };

const LAST_LINES_MS = 500;
const LAST_NEWS_MS = 1_000;

export async function start(cli: Cli, options: Options): Promise<number> {
  const { terminal } = cli;
  const read = configFor(terminal, options, [...listenOverride(options.listen), ...venueOverrides(options.venueUrl), ...logOverrides(options)]);
  const { config } = read;
  const data = folderAt(options.data ?? config.storage.dir);
  const clock = realClock();
  for (const warning of [...read.warnings, ...guardRights(realMachine(clock), read, data).warnings]) terminal.note(warning);
  if (options.json !== true) terminal.out(modeLine(terminal, { instance: config.instance.name, money: moneyOf(Object.values(config.venues).map(({ money }) => money)) }));
  const outlet = errorOutlet();
  const log = jsonLog({ level: config.logs.level, format: logFormat(config.logs.format, outlet.isTty), component: 'supervisor', secrets: secretsOf(config), wallMs: () => clock.wallMs(), write: (line) => outlet.write(line) });

  const overseen = oversight({ clock, onTrouble: (why) => log.warn('the service manager cannot be told how we do; it may take us for dead', { why }) });
  const report = overseen === undefined ? undefined : new Report({ ...overseen, clock });

  let listening: string | undefined; // of the first life; the next ones keep it
  const args = (): readonly string[] => [
    'runtime', '--config', resolve(options.config), '--data', data,
    ...(options.env === undefined ? [] : ['--env', options.env]),
    ...(options.logLevel === undefined ? [] : ['--log-level', options.logLevel]),
    ...(options.logFormat === undefined ? [] : ['--log-format', options.logFormat]),
    ...(options.trustClock === true ? ['--trust-clock'] : []),
    ...(options.venueUrl === undefined ? [] : ['--venue-url', ...options.venueUrl]),
    ...(listening === undefined ? (options.listen === undefined ? [] : ['--listen', options.listen]) : ['--listen', listening.replace(/^http:\/\//, '')]),
  ];
  let refusal: Extract<Word, { kind: 'refused' }> | undefined;
  const heard = (word: Word): void => {
    report?.heard(word);
    independence.heard(word);
    if (word.kind === 'heartbeat' || word.kind === 'proven') return;
    if (word.kind === 'refused') return void (refusal = word);
    const isFirst = listening === undefined;
    ({ listening } = word);
    const stranded = word.kind === 'stranded' ? { stranded: { code: word.code, message: word.message } } : {};
    if (options.json === true) {
      if (isFirst) terminal.out(jsonLine({ listening: word.listening, controlSocket: word.controlSocket, ...stranded }));
    } else if (word.kind === 'stranded') {
      terminal.note(`${terminal.paint(['bold', 'red'], '■ NO JOURNAL, NO ORDER')}  ${word.message}`);
      terminal.note('Status, cancels and halts still work.');
    } else terminal.out(`${terminal.paint('green', '●')} ${config.instance.name} ready: signals at ${word.listening}, control at ${word.controlSocket}`);
  };
  const independence = new Independence({ config, data, clock, log, supervisor: () => supervisor, alive: (sentence) => report?.swept(sentence) });
  const supervisor: Supervisor = new Supervisor(
    { clock, spawn: () => spawnChild({ program: terminal.program, args: args() }), onWord: heard, onState: (state) => told(state), lastAct: (why) => independence.lastAct(why) },
    { ...DEFAULT_POLICY, heartbeatTimeoutMs: config.supervisor.heartbeatTimeout.ms, restarts: config.supervisor.restarts, withinMs: config.supervisor.within.ms },
  );
  const told = (state: SupervisorState): void => {
    const { kind, ...detail } = state;
    report?.entered(state);
    independence.entered(state);
    if (kind === 'gave-up') log.error('gave up', detail);
    else if (kind === 'frozen' || kind === 'killing' || kind === 'fenced' || kind === 'backing-off') log.warn(kind, detail);
    else log.info(kind, detail);
  };
  const off = onEndSignal(() => supervisor.stop(), () => supervisor.reload());
  if (options.endsWithStarter === true) onStarterGone(() => supervisor.stop());
  await independence.begin();
  supervisor.start();
  const code = await supervisor.ended;
  off();
  await independence.close();
  await Promise.race([overseen?.overseer.told(), sleep(clock, LAST_NEWS_MS)]);
  await outlet.flush(clock, LAST_LINES_MS);
  if (supervisor.state?.kind === 'gave-up') {
    const { why } = supervisor.state;
    const title = refusal === undefined ? 'Given up' : 'Refused';
    const errorCode = refusal?.code ?? 'BW-6101';
    const advice = refusal?.message ?? `The runtime was given up: ${why}. Orders at the venues are as they were. Read the log above, mend the cause, and start again; "breakwater journal verify --data ${data}" tells whether the record is whole.`;
    if (options.json === true) terminal.out(jsonLine({ schema: 'breakwater/start/1', ok: false, error: { code: errorCode, title, detail: advice, retry: 'no' }, warnings: [] }));
    else terminal.note(`${terminal.paint('red', `error ${errorCode}`)}  ${advice}`);
  }
  return code;
}
