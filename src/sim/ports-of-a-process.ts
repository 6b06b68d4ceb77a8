/** What a life of the runtime has of the outside beside its network: it ends with the process, and crash points stand around its calls. */
import type { AppendBatch, MemoryStore, SnapshotRange, Store } from '../journal/index.ts';
import type { Archive, EmergencyLog } from '../ports/index.ts';
import type { MemoryArchive } from './archive.ts';
import type { SimProcess } from './process.ts';

export const archiveOf = (process: SimProcess, archive: MemoryArchive): Archive => ({
  through: process.wrap('archive.through', () => archive.through()),
  keep: process.wrap('archive.keep', (rows: Parameters<Archive['keep']>[0], segment: number) => archive.keep(rows, segment)),
  lookup: process.wrap('archive.lookup', (names: Parameters<Archive['lookup']>[0]) => archive.lookup(names)),
});

export const emergencyOf = (process: SimProcess, log: EmergencyLog): EmergencyLog => ({
  prepare: process.wrap('emergency.prepare', () => log.prepare()),
  append: process.wrap('emergency.append', (said: Parameters<EmergencyLog['append']>[0]) => log.append(said)),
  read: process.wrap('emergency.read', () => log.read()),
  letGo: process.wrap('emergency.letGo', (...args: Parameters<EmergencyLog['letGo']>) => log.letGo(...args)),
  close: () => log.close(),
});

export const storeOf = (process: SimProcess, store: MemoryStore, onAppend: (batch: AppendBatch) => void): Store => ({
  identity: store.identity,
  head: process.wrap('store.head', () => store.head()),
  origin: process.wrap('store.origin', () => store.origin()),
  append: process.wrap('store.append', (batch: AppendBatch) => {
    onAppend(batch);
    return store.append(batch);
  }),
  read: process.wrap('store.read', (fromSeq: number, limit: number) => store.read(fromSeq, limit)),
  saveSnapshot: process.wrap('store.saveSnapshot', (snapshot: Parameters<Store['saveSnapshot']>[0]) => store.saveSnapshot(snapshot)),
  snapshots: process.wrap('store.snapshots', (which?: SnapshotRange) => store.snapshots(which)),
  close: () => store.close(),
});
