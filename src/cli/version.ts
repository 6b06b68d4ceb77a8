/** `breakwater version` */
import { RECORD_FORMATS, STATE_FORMAT } from '../core/index.ts';
import { JOURNAL_FORMAT } from '../edges/sqlite/index.ts';
import type { Answer } from './answer.ts';
import type { Cli } from './cli.ts';

export function version(cli: Cli): Promise<Answer> {
  const { reads, writes } = RECORD_FORMATS;
  return Promise.resolve({
    data: { version: cli.version, node: cli.terminal.nodeVersion, configVersion: 1, journal: { reads, writes, state: STATE_FORMAT, file: JOURNAL_FORMAT } },
    text: [`breakwater ${cli.version}, Node.js ${cli.terminal.nodeVersion}, configuration 1, journal format ${writes}${reads > writes ? ` (reads ${reads})` : ''}, file ${JOURNAL_FORMAT}`],
  });
}
