/**
 * The logs of a data folder: `emergency/WRITER.log`, each with one writer, all of them read by whoever takes the journal over.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../base/index.ts';
import { FIRST_MARK, SlottedLog } from '../../journal/index.ts';
import type { EmergencyFinding } from '../../journal/index.ts';
import type { EmergencyLog } from '../../ports/index.ts';
import { fileSheet } from './file-sheet.ts';

const BYTES = 1_024 * 1_024;
const NAME = /^([a-z]{1,32})\.log$/;

/** @param writer who writes here, alone: small letters */
export function openEmergencyLog(options: { readonly directory: string; readonly writer: string; readonly bytes?: number }): EmergencyLog {
  const folder = join(options.directory, 'emergency');
  const logs = new Map<string, SlottedLog>();
  const logOf = (writer: string): SlottedLog => {
    const log = logs.get(writer) ?? new SlottedLog(fileSheet(join(folder, `${writer}.log`), options.bytes ?? BYTES));
    logs.set(writer, log);
    return log;
  };
  const own = logOf(options.writer);
  return {
    prepare: () => own.prepare(),
    append: (said) => own.append(said),
    async read() {
      const writers = await readdir(folder).then((names) => names.flatMap((name) => NAME.exec(name)?.[1] ?? []), missing);
      if (!Array.isArray(writers)) return [{ writer: options.writer, journal: '', base: FIRST_MARK, records: [], end: FIRST_MARK, finding: writers }];
      return Promise.all(writers.toSorted().map(async (writer) => ({ writer, ...(await logOf(writer).read()) })));
    },
    letGo: (writer, mark, journal, afresh) => logOf(writer).letGo(mark, journal, afresh).then(() => undefined, (thrown: unknown) => ({ cause: 'failed', detail: reasonOf(thrown) })),
    close: async () => void await Promise.all([...logs.values()].map((log) => log.close())),
  };
}

/** A folder that is not there has nothing to tell; one that cannot be read may have. */
const missing = (thrown: unknown): string[] | EmergencyFinding =>
  ((thrown as { readonly code?: unknown }).code === 'ENOENT' ? [] : { cause: 'failed', detail: reasonOf(thrown) });
