/** `breakwater version` */
import { JOURNAL_FORMAT } from '../edges/sqlite/index.ts';
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';

export function version(cli: Cli): Promise<Answer> {
  return Promise.resolve({
    data: { version: cli.version, node: cli.terminal.nodeVersion, configVersion: 1, journalFormat: JOURNAL_FORMAT },
    text: [`breakwater ${cli.version}, Node.js ${cli.terminal.nodeVersion}, configuration 1, journal ${JOURNAL_FORMAT}`],
  });
}
