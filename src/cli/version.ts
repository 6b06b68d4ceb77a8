/** `breakwater version` */
import type { Command } from 'commander';
import { JOURNAL_FORMAT } from '../edges/sqlite/index.ts';
import { acts, command } from './cli.ts';
import type { Cli } from './cli.ts';

export function versionCommand(cli: Cli): Command {
  const made = command('version', 'What is installed.', ['breakwater version', 'breakwater version --json', 'breakwater --version']);
  return acts(cli, made, 'version', () => Promise.resolve({
    data: { version: cli.version, node: cli.terminal.nodeVersion, configVersion: 1, journalFormat: JOURNAL_FORMAT },
    text: [`breakwater ${cli.version}, Node.js ${cli.terminal.nodeVersion}, configuration 1, journal ${JOURNAL_FORMAT}`],
  }));
}
