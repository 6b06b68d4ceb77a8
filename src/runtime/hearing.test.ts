import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activity, OrderReport, Venue, VenueEvent } from '../ports/index.ts';
import { VirtualClock } from '../sim/index.ts';
import { hearing } from './hearing.ts';

function listening() {
  const clock = new VirtualClock({ settle: () => new Promise((resolve) => setImmediate(resolve)) });
  let tell: (event: VenueEvent) => void = () => {};
  let streams = 0;
  let fills: { readonly fillId: string; readonly venueOrderId: string }[] = [];
  const inner = {
    name: 'venue',
    activity: () => Promise.resolve({ kind: 'read', value: { fills, fees: [], cursor: '' } as unknown as Activity }),
    stream: (listen: (event: VenueEvent) => void) => {
      streams += 1;
      tell = listen;
      return () => { tell = () => {}; };
    },
  } as unknown as Venue;
  const venue = hearing(inner, clock);
  const heard: string[] = [];
  venue.stream((event) => heard.push(event.kind));
  const reads = async (fillId: string, venueOrderId: string): Promise<void> => {
    fills = [...fills, { fillId, venueOrderId }];
    await venue.activity('', 1_000);
  };
  const order = (venueOrderId: string): void => tell({ kind: 'order', report: { venueOrderId } as OrderReport });
  const connect = async (): Promise<void> => {
    tell({ kind: 'connected' });
    await clock.runFor(10);
  };
  return { clock, connect, reads, order, heard, streams: () => streams };
}

test('H1: a stream that says nothing of an order whose execution was read is renewed, and that is heard as a loss', async () => {
  const { clock, connect, reads, heard, streams } = listening();
  await connect();
  await reads('f1', 'v1');
  await clock.runFor(2_100);
  assert.equal(streams(), 2);
  assert.deepEqual(heard, ['connected', 'disconnected']);
});

test('H1: a stream that is only slower than the read is left alone', async () => {
  const { clock, connect, reads, order, streams } = listening();
  await connect();
  await reads('f1', 'v1');
  await clock.runFor(500);
  order('v1');
  await clock.runFor(5_000);
  assert.equal(streams(), 1);
});

test('H1: a stream that lost one event and tells others is left alone', async () => {
  const { clock, connect, reads, order, streams } = listening();
  await connect();
  order('v1');
  await clock.runFor(10);
  await reads('f1', 'v1');
  await reads('f2', 'v2');
  order('v3');
  await clock.runFor(5_000);
  assert.equal(streams(), 1);
});

test('an execution is evidence once, however often it is read; a stream that is not up is nobody to blame', async () => {
  const { clock, connect, reads, streams } = listening();
  await reads('f1', 'v1');
  await clock.runFor(5_000);
  await connect();
  await reads('f1', 'v1');
  await clock.runFor(5_000);
  assert.equal(streams(), 1);
});
