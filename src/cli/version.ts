/** `breakwater version` */
import type { Command } from 'commander';
import { acts, command } from './cli.ts';
import type { Cli } from './cli.ts';

const JOURNAL_FORMAT = 1;

export function versionCommand(cli: Cli): Command {
  const made = command('version', 'What is installed.', ['breakwater version', 'breakwater version --json', 'breakwater --version']);
  return acts(cli, made, 'version', () => Promise.resolve({
    data: { version: cli.version, node: cli.terminal.nodeVersion, configVersion: 1, journalFormat: JOURNAL_FORMAT },
    text: [`breakwater ${cli.version}, Node.js ${cli.terminal.nodeVersion}, configuration 1, journal ${JOURNAL_FORMAT}`],
  }));
}
