import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/edges/sqlite/index.ts';
import { storeContract } from './store.contract.ts';

storeContract('sqlite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-store-'));
  const clock = { timer: () => () => undefined }; // never quiet: what is promised does not rest on tidying up
  return {
    open: () => openSqliteStore({ directory, clock, ids: { id: () => 'journal-of-a-test' } }),
    remove: () => rm(directory, { recursive: true }),
  };
});
