/** The processes of the demo: the exchange, and the runtime under its supervisor. */
import { join, resolve } from 'node:path';
import { reasonOf } from '../../base/index.ts';
import { folderAt, spawnTool } from '../../edges/process/index.ts';
import type { Terminal, Tool } from '../../edges/process/index.ts';
import { sleep } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';
import { StageError } from '../failure.ts';
import { textAt } from '../table.ts';

export type StageOptions = {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly data: string;
  readonly config: string;
  readonly venue: string;
  readonly port: number;
  readonly seed: number;
  readonly replay: { readonly file: string; readonly symbol: string } | undefined;
  readonly faults: string | undefined;
};

export type Stage = {
  readonly exchange: string;
  readonly listening: string;
  readonly controlSocket: string;
  readonly logFile: string;
  /** Resolves when one of them ended though nobody asked for it. */
  readonly broken: Promise<string>;
  close(): Promise<void>;
};

const FEE_PERIOD = '5s'; // a venue tells fees at the end of the day; nobody wants to wait so long to see books become exact
const TICK = '250ms';
const STOP_MS = 12_000;

export async function setStage({ terminal, clock, data, config, venue, port, seed, replay, faults }: StageOptions): Promise<Stage> {
  const folder = folderAt(data);
  const logFile = join(folder, 'breakwater.log');
  const tools: Tool[] = [];
  let closing = false;
  const close = async (): Promise<void> => {
    closing = true;
    for (const tool of tools.toReversed()) {
      tool.terminate();
      const cancel = clock.timer(STOP_MS, () => tool.kill());
      await tool.ended;
      cancel();
    }
  };
  const run = (args: readonly string[]): Tool => {
    const tool = spawnTool(terminal.program, args, logFile);
    tools.push(tool);
    return tool;
  };
  try {
    const exchange = run([
      'exchange', '--dialect', 'alpaca', '--port', '0', '--seed', String(seed), '--data', join(folder, 'exchange'), '--fee-period', FEE_PERIOD, '--tick', TICK, '--ends-with-starter', '--json',
      ...(replay === undefined ? [] : ['--replay', resolve(replay.file), '--symbol', replay.symbol, '--speed', 'step']),
      ...(faults === undefined ? [] : ['--faults', resolve(faults)]),
    ]);
    const exchangeUrl = textAt(sound(await exchange.first), 'listening');
    const start = run(['start', '--config', resolve(config), '--data', folder, '--listen', `127.0.0.1:${port}`, '--venue-url', `${venue}=${exchangeUrl}`, '--ends-with-starter', '--json']);
    const first = sound(await start.first);
    const broken = Promise.race(tools.map((tool, index) => tool.ended.then(({ code, signal }) => {
      if (closing) return sleep(clock, 3_600_000).then(() => '');
      return `${index === 0 ? 'the exchange' : 'the supervisor'} ended (${signal ?? `code ${code ?? 'unknown'}`}); see ${logFile}`;
    })));
    return { exchange: exchangeUrl, listening: textAt(first, 'listening'), controlSocket: textAt(first, 'controlSocket'), logFile, broken, close };
  } catch (thrown) {
    await close();
    throw thrown instanceof StageError ? thrown : new StageError(reasonOf(thrown));
  }
}

function sound(first: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const said = textAt(first, 'error.detail') || textAt(first, 'stranded.message');
  if (said !== '') throw new StageError(said);
  return first;
}
