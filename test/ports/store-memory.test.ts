import { MemoryDisk } from '../../src/journal/index.ts';
import { storeContract } from './store.contract.ts';

storeContract('memory', () => {
  const disk = new MemoryDisk();
  return Promise.resolve({ open: () => Promise.resolve(disk.open()), remove: () => Promise.resolve() });
});
