/** A journal that goes on from a backup: nothing leaves before the venue was looked at and a person has said so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk } from '../journal/index.ts';
import { seededRandom } from '../base/index.ts';
import { seededIds } from '../sim/ids.ts';
import { PaperVenue } from '../../test/support/paper-venue.ts';
import { alert, running } from '../../test/support/running.ts';
import { haltRestored } from './index.ts';

const restoring = { backup: 'monday', takenAtMs: 7, by: 'sam' } as const;
const resume = { by: 'sam', reason: 'looked at every order' } as const;

async function restored(disk: MemoryDisk) {
  const before = disk.head;
  const head = await haltRestored(disk.open({}), restoring, { clock: { wallMs: () => 1_767_323_046_000 }, ids: seededIds(seededRandom('restore')) });
  assert.deepEqual([head.seq, head.epoch], [before.seq + 1, before.epoch + 1]);
}

test('a restored journal starts halted, whatever its gate was; it opens by a name and a reason after every venue was reconciled, and not before', async () => {
  const [disk, venue] = [new MemoryDisk(), new PaperVenue()];
  const first = await running({ disk, venue });
  await first.hook(alert({ id: 'before' }));
  await first.clock.until(first.runtime.stop('test'));
  assert.equal(first.runtime.world.gate.state, 'ACTIVE');
  await restored(disk);

  const second = await running({ disk, venue, clock: first.clock, unstarted: true });
  const { gate } = second.runtime.world;
  assert.deepEqual([gate.state, gate.by, gate.restored], ['HALTED', 'sam', true]);
  assert.match(gate.reason, /restored from the backup monday at entry \d+: what was written after it is lost/);
  const early = await second.ask(second.control, 'POST', '/api/v1/resume', resume);
  assert.deepEqual([early.status, early.body.code], [409, 'BW-2015']);
  assert.match(early.body.detail, /paper has not been reconciled since/);
  assert.equal((await second.ask(second.control, 'POST', '/api/v1/halt', { by: 'eve' })).status, 200);
  assert.equal(second.runtime.world.gate.restored, true);

  second.runtime.start();
  await second.clock.runUntil(() => second.runtime.world.ledger.reconciled.has('paper'), 10_000);
  const sent = venue.sent.length;
  const refused = await second.hook(alert({ id: 'while shut', time: new Date(second.clock.wallMs()).toISOString() }));
  assert.equal(refused.body.outcome, 'blocked');
  assert.equal(venue.sent.length, sent);
  assert.equal((await second.ask(second.control, 'POST', '/api/v1/resume', { by: 'sam' })).status, 400); // no reason, no opening
  const opened = await second.ask(second.control, 'POST', '/api/v1/resume', resume);
  assert.deepEqual([opened.status, opened.body.gate.state, second.runtime.world.gate.restored], [200, 'ACTIVE', undefined]);
  await second.clock.until(second.runtime.stop('test'));
});

test('it stays shut through restarts, and a restart does not count as a reconciliation', async () => {
  const disk = new MemoryDisk();
  const first = await running({ disk });
  await first.clock.until(first.runtime.stop('test'));
  await restored(disk);
  const second = await running({ disk, clock: first.clock });
  await second.clock.until(second.runtime.stop('test'));
  const third = await running({ disk, clock: first.clock, unstarted: true });
  assert.deepEqual([third.runtime.world.gate.state, third.runtime.world.gate.restored], ['HALTED', true]);
  assert.equal((await third.ask(third.control, 'POST', '/api/v1/resume', resume)).status, 409);
  await third.clock.until(third.runtime.stop('test'));
});

test('an order of after the backup that stands at the venue is found at the first look, and the alert that asked for it, sent again, brings no second one', async () => {
  const [disk, venue] = [new MemoryDisk(), new PaperVenue()];
  const first = await running({ disk, venue });
  await first.hook(alert({ id: 'twice' }));
  await first.clock.runUntil(() => venue.sent.length === 1, 10_000);
  await first.clock.until(first.runtime.stop('test'));

  const earlier = new MemoryDisk(); // the backup was taken before that alert
  await restored(earlier);
  const second = await running({ disk: earlier, venue, clock: first.clock });
  await second.clock.runUntil(() => second.runtime.world.ledger.reconciled.has('paper'), 10_000);
  assert.equal((await second.ask(second.control, 'POST', '/api/v1/resume', resume)).status, 200);
  await second.hook(alert({ id: 'twice', time: new Date(second.clock.wallMs()).toISOString() }));
  assert.equal(second.payloads('foreign.found').length, 1);
  assert.deepEqual(second.payloads('order.blocked').map(({ control }) => control), ['quarantine']);
  assert.equal(venue.sent.length, 1);
  await second.clock.until(second.runtime.stop('test'));
});
