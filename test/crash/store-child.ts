/**
 * A process that holds a journal, for tests that kill, stop and starve it. Speaks NDJSON on stdout:
 * `{"open":seq}` or `{"refused":code,"message":…}`, then `{"durable":seq}` per append, `{"unknown":why}` once an append is.
 * `hold` only holds; `fill N` appends N entries; `flood` appends until it is stopped or an append is unknown;
 * `turnover` does so too, and opens a segment every few hundred entries.
 */
import { realClock, realIds } from '../../src/edges/clock/index.ts';
import { openKeys, openSqliteStore, StoreError } from '../../src/edges/sqlite/index.ts';
import { Sealer } from '../../src/journal/index.ts';

const [directory = '', mode = 'hold', count = '0'] = process.argv.slice(2);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const store = await openSqliteStore({ directory, clock: realClock(), ids: realIds() });
  const head = await store.head();
  const sealer = new Sealer(head, { epoch: head.epoch + 1, bootId: `pid-${process.pid}`, lastAtMs: 0 });
  say({ open: head.seq });
  const last = mode === 'fill' ? head.seq + Number(count) : mode === 'flood' || mode === 'turnover' ? Number.MAX_SAFE_INTEGER : 0;
  const keys = mode === 'turnover' ? await openKeys({ directory, identity: store.identity }) : undefined;
  let opened = sealer.seq;
  while (sealer.seq < last) {
    const notes = Array.from({ length: Math.min(last - sealer.seq, 1 + (sealer.seq % 10)) }, (_, index) => ({
      type: 'test.noted', typeVersion: 1, payload: new TextEncoder().encode(`{"note":"entry ${sealer.seq + 1 + index}","padding":"${'.'.repeat(500)}"}`),
    }));
    const opens = mode === 'turnover' && sealer.seq - opened >= 300;
    if (opens) {
      opened = sealer.seq;
      await keys?.keep([{ row: { table: 'messages.dealt', key: `k${opened}`, record: `{"seq":${opened}}` }, names: [`messages.dealt k${opened}`] }], (await keys.through()) + 1);
    }
    const result = await store.append({ ...sealer.seal({ atMs: 1, wallMs: 1, actor: 'timer', correlationId: 'c' }, notes), opensSegment: opens });
    if (result.kind !== 'durable') {
      say({ unknown: result.why });
      const after = await store.append(sealer.seal({ atMs: 1, wallMs: 1, actor: 'timer', correlationId: 'c' }, notes));
      say({ after: after.kind, readable: (await store.read(1, 5)).length });
      await store.close();
      break;
    }
    say({ durable: result.seq });
  }
  if (mode === 'try') await store.close();
} catch (thrown) {
  if (!(thrown instanceof StoreError)) throw thrown;
  say({ refused: thrown.code, message: thrown.message });
}
