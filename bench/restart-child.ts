/** One start, or what its rival does with the same bytes, in a process of its own. Says how long it took. */
import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../src/edges/sqlite/index.ts';
import { journalPath } from '../src/edges/sqlite/place.ts';
import { realClock, realIds } from '../src/edges/clock/index.ts';
import { replay } from '../src/runtime/index.ts';

/** `units`: how many entries or orders it came to. */
export type Start = { readonly ms: number; readonly bytes: number; readonly units: number; readonly rssMb: number };

const [directory = '', how = ''] = process.argv.slice(2);

async function start(snapshots: boolean): Promise<Omit<Start, 'ms' | 'rssMb'>> {
  const store = await openSqliteStore({ directory, clock: realClock(), ids: realIds() });
  const { world } = await replay(store, { snapshots });
  ready = performance.now();
  const units = world.orders.done.size + world.orders.live.size;
  await store.close();
  return { bytes: 0, units };
}

const decoder = new TextDecoder();

/** The rows go as they come; nobody could start with less. */
function rival(query: string): Omit<Start, 'ms' | 'rssMb'> {
  const database = new DatabaseSync(journalPath(directory), { readOnly: true });
  let [bytes, units] = [0, 0];
  for (const row of database.prepare(query).iterate() as Iterable<Readonly<Record<string, Uint8Array>>>) {
    for (const part of Object.values(row)) {
      hash('sha256', part);
      const text = decoder.decode(part[0] === 0 ? part.subarray(4) : part); // a header begins with its length
      for (const line of text.split('\n')) JSON.parse(line.startsWith('{') ? line : `{${line}}`);
      bytes += part.length;
    }
    units += 1;
  }
  ready = performance.now();
  database.close();
  return { bytes, units };
}

let ready = 0;
const fromMs = performance.now();
const done = how === 'snapshot' || how === 'entries' ? await start(how === 'snapshot') : rival(how === 'snapshot-floor' ? 'SELECT state FROM snapshots' : 'SELECT header, payload FROM entries ORDER BY seq');
process.stdout.write(JSON.stringify({ ...done, ms: ready - fromMs, rssMb: Math.round(process.memoryUsage.rss() / 1e6) } satisfies Start));
