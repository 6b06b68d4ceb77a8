import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked } from '../../../test/support/running.ts';
import type { ServedAnswer } from '../../ports/index.ts';
import type { Stranded } from '../../runtime/index.ts';
import { strandedControl, strandedPublic } from './stranded-door.ts';

const stranded = { cause: new Error('the disk is full of /home/sam/positions'), halted: undefined } as unknown as Stranded;
const metrics = (): Promise<ServedAnswer> => Promise.resolve({ kind: 'answer', status: 200, headers: {}, body: '"figures"' });

test('without a journal nobody is told that it is ready, and nothing of the cause but its code', async () => {
  for (const app of [strandedPublic(stranded), strandedControl(stranded, { instance: 'test', money: 'sim', pid: 7, retryingEveryMs: undefined, onStop: () => undefined, metrics })]) {
    const { status, body } = await asked(app, 'GET', '/readyz');
    assert.equal(status, 503);
    assert.deepEqual(body, { ready: false, conditions: [{ name: 'journal', ok: false, why: 'there is no journal (BW-9002), and so no order leaves' }] });
  }
});

test('without a journal the figures are still told at the control socket, and not at the public door', async () => {
  const control = strandedControl(stranded, { instance: 'test', money: 'sim', pid: 7, retryingEveryMs: undefined, onStop: () => undefined, metrics });
  assert.deepEqual(await asked(control, 'GET', '/metrics').then(({ status, body }) => [status, body]), [200, 'figures']);
  assert.equal((await asked(strandedPublic(stranded), 'GET', '/metrics')).status, 500);
});
