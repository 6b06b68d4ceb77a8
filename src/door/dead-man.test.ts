import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PaperVenue } from '../../test/support/paper-venue.ts';
import { asked, running } from '../../test/support/running.ts';
import type { DeadManResult, VenueDeadMan } from '../ports/index.ts';
import { gaugesOf } from './metrics/index.ts';

class TimedPaper extends PaperVenue {
  override readonly capabilities = { ...new PaperVenue().capabilities, deadManTimer: true as boolean } as PaperVenue['capabilities'];
  said: DeadManResult = { kind: 'done' };
  readonly deadMan: VenueDeadMan = { shortestMs: 1_000, longestMs: 600_000, arm: () => Promise.resolve(this.said), disarm: () => Promise.resolve(this.said) };
}

async function told(venue: PaperVenue) {
  const world = await running({ venue });
  const { body } = await world.ask(world.control, 'GET', '/api/v1/status');
  const ready = await world.clock.until(asked(world.outside, 'GET', '/readyz'));
  const gauges = await world.clock.until(gaugesOf(world.runtime, world.clock, { build: { version: '0', node: '26', journalFormat: 1 }, journalBytes: () => 1, heartbeats: 0 }));
  return { world, body, ready, gauge: gauges.find(({ name }) => name === 'breakwater_venue_dead_man_seconds')?.value };
}

test('a venue that has no timer is told as that', async () => {
  const { body, gauge } = await told(new PaperVenue());
  assert.deepEqual(body.venues[0].deadMan, { state: 'none', cancelOnDisconnect: false });
  assert.equal(gauge, undefined);
});

test('a timer that is set is told with until when, and the system is ready', async () => {
  const { world, body, ready, gauge } = await told(new TimedPaper());
  const { state, withinMs, until, leftMs } = body.venues[0].deadMan;
  assert.deepEqual([state, withinMs, body.venues[0].ready, ready.status], ['armed', 60_000, true, 200]);
  assert.ok(leftMs > 40_000 && Math.abs(Date.parse(until) - leftMs - world.runtime.time.nowMs()) <= 5, `${until}, ${leftMs} ms left`);
  assert.ok(gauge !== undefined && gauge > 40 && gauge <= 60);
});

test('one that is not set is told with since when and why, in the sentence too, and the system is not ready', async () => {
  const venue = new TimedPaper();
  venue.said = { kind: 'refused', why: 'endpoint not found.' };
  const { body, ready, gauge } = await told(venue);
  const { state, since, why } = body.venues[0].deadMan;
  assert.deepEqual([state, body.venues[0].ready, ready.status, gauge], ['not-armed', false, 503, 0]);
  assert.match(why, /refused to set it: endpoint not found/);
  assert.ok(Number.isFinite(Date.parse(since)));
  assert.match(body.sentence, /paper has its dead-man timer not set/);
  assert.match(ready.body.conditions.find(({ name }: { name: string }) => name === 'venues').why, /1 of 1 venue whose own dead-man timer is not set/);
});
