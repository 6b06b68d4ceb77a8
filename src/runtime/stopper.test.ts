import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd } from '../../test/kit/core.ts';
import { life } from '../../test/kit/life.ts';

const kill = { kind: 'kill', id: 'k1', word: 'kill', by: 'sam', reason: 'test' } as const;

test('a kill cancels, closes, looks twice, and locks', async () => {
  const world = await life();
  const { venue, clock, runtime } = world;
  await clock.until(Promise.all([world.ask('a'), world.ask('b')]));
  const foreign = venue.place({ clientOrderId: 'by-hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 1_000_000n });
  await clock.runFor(500);
  venue.onTaken = (report) => { if (report.side === 'sell') venue.fill(report.venueOrderId); };
  await clock.until(runtime.submit(kill, { actor: 'operator:sam', correlationId: 'kill' }));
  assert.equal(runtime.world.gate.state, 'FLATTENING');
  await clock.runFor(40_000);
  assert.equal(venue.orders.get(foreign.venueOrderId)?.state, 'cancelled');
  assert.equal(runtime.world.gate.state, 'LOCKED');
  assert.equal(venue.heldUnits['BTC'], 0n);
});
