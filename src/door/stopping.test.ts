import assert from 'node:assert/strict';
import { test } from 'node:test';
import { running } from '../../test/support/running.ts';
import type { Json } from '../../test/support/running.ts';

test('a kill that does all of a second one is named as joined, and one that passes a venue over is not', async () => {
  const { ask, control, runtime, venue } = await running();
  venue.readable = false; // nothing is confirmed
  await runtime.submit({ kind: 'kill', id: 'before', word: 'kill', by: 'kim', reason: 'enough', venues: ['gone'] }, { actor: 'operator:kim', correlationId: 'x' });
  const kill = async (): Promise<Json> => (await ask(control, 'POST', '/api/v1/kill', { by: 'sam', reason: 'stop', now: true })).body;
  const own = await kill();
  assert.deepEqual([own.joined, own.stop.id === 'before', own.stop.by], [false, false, 'sam']);
  const again = await kill();
  assert.deepEqual([again.joined, again.stop.id], [true, own.stop.id]);
  assert.equal(runtime.world.stops.size, 2);
});
