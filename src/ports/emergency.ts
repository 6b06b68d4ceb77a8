/**
 * Where is written down what the journal cannot take, so that it outlives this process: the emergency log.
 *
 *   E1. Nothing here needs the journal: it works while that is full, damaged, held or silent.
 *   E2. No call rejects: who writes here has something more urgent to do than to fail.
 *   E3. One file per writer. A log is emptied by whoever has imported it, while its writer does not write.
 */
import type { EmergencyFinding, EmergencyKept, EmergencyMark, EmergencyReading, EmergencyWords } from '../journal/index.ts';

export type { EmergencyFinding, EmergencyKept, EmergencyMark, EmergencyReading, EmergencyRecord, EmergencyWords } from '../journal/index.ts';

export type WriterReading = EmergencyReading & { readonly writer: string };

export interface EmergencyLog {
  /** Makes room where there is none yet. What hinders it, where something does. */
  prepare(): Promise<EmergencyFinding | undefined>;
  /** Settles once it is durable, or cannot be. */
  append(said: EmergencyWords): Promise<EmergencyKept>;
  /** Every writer's log. */
  read(): Promise<readonly WriterReading[]>;
  /** What a writer wrote up to here is in the journal now. `afresh`: the log is put aside as it is, and a new one begun. */
  letGo(writer: string, mark: EmergencyMark, journal: string, afresh: boolean): Promise<EmergencyFinding | undefined>;
  close(): Promise<void>;
}
