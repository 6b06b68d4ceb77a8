/** Names that do not repeat, on this machine or another: UUIDs of version 7, which also sort by the millisecond they were made in. */
import { randomUUID } from 'node:crypto';
import type { Ids } from '../../ports/index.ts';

export const realIds = (): Ids => ({ id: sortableUuid });

// Node 24 makes only version 4; the two differ in the first 48 bits, which hold the time, and in the version digit.
function sortableUuid(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
