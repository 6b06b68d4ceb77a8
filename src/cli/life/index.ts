/**
 * `breakwater runtime`: one life of the runtime, as `start` starts it. Not for people.
 *
 * Puts the real outside around the runtime: configuration, disk, network, doors, heartbeats. Decides nothing.
 */
import { join } from 'node:path';
import { realClock } from '../../edges/clock/index.ts';
import { jsonLog } from '../../edges/log/index.ts';
import { exitProcess, folderAt, onUncaught, parentOf } from '../../edges/process/index.ts';
import { reasonOf } from '../../base/index.ts';
import type { Cli, Common } from '../cli.ts';
import { configFor } from '../configuration.ts';
import { listenOverride, venueOverrides } from '../override.ts';
import { secretsOf } from './bindings.ts';
import { live } from './life.ts';

type Options = Common & { readonly config: string; readonly data: string; readonly env?: string; readonly trustClock?: true; readonly listen?: string; readonly venueUrl?: readonly string[] };

export async function runtime(cli: Cli, options: Options): Promise<number> {
  const clock = realClock();
  const parent = parentOf(clock);
  const { config } = configFor(cli.terminal, options, [...listenOverride(options.listen), ...venueOverrides(options.venueUrl)]);
  const log = jsonLog({ level: config.logs.level, component: 'runtime', secrets: secretsOf(config), wallMs: () => clock.wallMs(), write: (line) => cli.terminal.note(line) });
  onUncaught((thrown) => log.error(`nobody caught this: ${reasonOf(thrown)}`, { stack: thrown instanceof Error ? thrown.stack : undefined }));
  const data = folderAt(options.data);
  return live({
    config, log, clock, data, parent, version: cli.version, node: cli.terminal.nodeVersion, pid: cli.terminal.pid, trustWallClock: options.trustClock === true,
    controlSocket: join(data, 'control.sock'), exit: exitProcess,
  });
}
