/**
 * `breakwater runtime`: one life of the runtime, as `start` starts it. Not for people.
 *
 * Puts the real outside around the runtime: configuration, disk, network, doors, heartbeats. Decides nothing.
 */
import { join } from 'node:path';
import { realClock } from '../../edges/clock/index.ts';
import { realMachine } from '../../edges/machine/index.ts';
import { errorOutlet, jsonLog } from '../../edges/log/index.ts';
import { exitProcess, folderAt, onUncaught, parentOf } from '../../edges/process/index.ts';
import { reasonOf } from '../../base/index.ts';
import type { Cli, Common } from '../cli.ts';
import { configFor, logFormat, secretsOf } from '../configuration.ts';
import { listenOverride, logOverrides, venueOverrides } from '../override.ts';
import type { LogOptions } from '../override.ts';
import { guardRights } from '../rights.ts';
import { live } from './life.ts';
import { rereading } from './rereading.ts';

const LAST_LINES_MS = 500;

type Options = Common & LogOptions & { readonly config: string; readonly data: string; readonly env?: string; readonly trustClock?: true; readonly listen?: string; readonly venueUrl?: readonly string[] };

export async function runtime(cli: Cli, options: Options): Promise<number> {
  const clock = realClock();
  const parent = parentOf(clock);
  const read = (): ReturnType<typeof configFor> => configFor(cli.terminal, options, [...listenOverride(options.listen), ...venueOverrides(options.venueUrl), ...logOverrides(options)]);
  const first = read();
  const { config } = first;
  const data = folderAt(options.data);
  const machine = realMachine(clock);
  const { loose } = guardRights(machine, first, data);
  const readAgain = (): ReturnType<typeof configFor> => {
    const now = read();
    return { ...now, warnings: [...now.warnings, ...guardRights(machine, now, data, loose).warnings] };
  };
  const outlet = errorOutlet();
  const log = jsonLog({ level: config.logs.level, format: logFormat(config.logs.format, outlet.isTty), component: 'runtime', secrets: secretsOf(config), wallMs: () => clock.wallMs(), write: (line) => outlet.write(line) });
  onUncaught((thrown) => log.error(`nobody caught this: ${reasonOf(thrown)}`, { stack: thrown instanceof Error ? thrown.stack : undefined }));
  const code = await live({
    config, reread: rereading(config, readAgain), log, clock, data, parent, version: cli.version, node: cli.terminal.nodeVersion, pid: cli.terminal.pid, trustWallClock: options.trustClock === true,
    controlSocket: join(data, 'control.sock'), exit: exitProcess, droppedLines: () => outlet.dropped,
  });
  await outlet.flush(clock, LAST_LINES_MS);
  return code;
}
