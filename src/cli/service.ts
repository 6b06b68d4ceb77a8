/** `breakwater service print`: the shipped unit, with what this machine has in place of what most have. */
import { dirname, join, resolve } from 'node:path';
import { readConfigFile } from '../edges/config/index.ts';
import { nodeProgram } from '../edges/process/index.ts';
import type { Answer } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { UsageError } from './failure.ts';

type Options = Common & { readonly config: string; readonly env?: string };

const PLACE = '/etc/systemd/system/breakwater.service';
const credentialsIn = /\$\{file:\/run\/credentials\/breakwater\.service\/([\w.-]+)\}/g;
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/; // from a service with ProtectHome and PrivateTmp

export function print({ terminal }: Cli, { config, env }: Options): Promise<Answer> {
  const file = resolve(terminal.directory, config);
  const shipped = join(dirname(terminal.program), '../deploy/systemd/breakwater.service');
  const unit = readConfigFile(shipped);
  if (unit === undefined) throw new UsageError(`This installation has no ${shipped}. Install the package again.`);
  const text = readConfigFile(file);
  const credentials = [...new Set([...(text ?? '').matchAll(credentialsIn)].map(([, name = '']) => name))].toSorted();
  const command = [nodeProgram(), resolve(terminal.program), 'start', '--config', file, '--data', '/var/lib/breakwater', ...(env === undefined ? [] : ['--env', env])];
  const warnings = [
    ...(text === undefined ? [`There is no ${file} yet: print it again once there is one, so that its secrets get their lines.`] : []),
    ...command.filter((word) => HIDDEN.test(word)).map((path) => `${path} is hidden from the service, which sees neither /home, /root nor /tmp: put it elsewhere, for example by "npm install -g" as root.`),
  ];
  const filled = filledIn(unit, command.map(quoted).join(' '), credentials);
  return Promise.resolve({ data: { unit: filled, path: PLACE, credentials }, text: filled.trimEnd().split('\n'), warnings });
}

/** The unit with another program, and a line for each secret. */
export function filledIn(unit: string, command: string, credentials: readonly string[]): string {
  return unit.replace(/^ExecStart=.*$/m, () => `ExecStart=${command}`)
    .replace(/^#LoadCredential=.*$/m, (example) => (credentials.length === 0 ? example : credentials.map((name) => `LoadCredential=${name}:/etc/breakwater/credentials/${name}`).join('\n')));
}

/** One word of a command as systemd reads it. */
export function quoted(word: string): string {
  const literal = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w%$./:=@+-]+$/.test(literal) ? literal : `"${literal.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
