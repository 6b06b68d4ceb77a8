import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyBooks } from './books.ts';
import type { Document } from '../control.ts';
import type { Web } from './web.ts';

/** The books hold 20 BTC; the exchange holds what it is asked to, one answer after the other. */
function webOf(...totals: readonly string[]): Web {
  let asked = 0;
  const positions = { venues: [{ assets: [{ asset: 'BTC', posted: { amount: '20' }, pendingFeesAtLeast: { amount: '0' }, pendingFeesAtMost: { amount: '0' } }] }] };
  const get = async (url: string): ReturnType<Web['get']> => ({ status: 200, document: url.includes('positions') ? positions : [{ balances: { BTC: { total: totals[Math.min(asked++, totals.length - 1)] } } }] as unknown as Document });
  return { get, send: get as never };
}
const goesOn = (): Promise<boolean> => Promise.resolve(true);

test('an execution that is not booked yet is no difference: the books are looked at again before one is told', async () => {
  const view = await steadyBooks(webOf('20.01', '20.01', '20'), 'unix:c:', 'http://e', goesOn);
  assert.deepEqual([view.kind, 'agree' in view && view.agree], ['compared', true]);
});

test('a difference that stays is told', async () => {
  const view = await steadyBooks(webOf('20.01'), 'unix:c:', 'http://e', goesOn);
  assert.deepEqual([view.kind, 'agree' in view && view.agree], ['compared', false]);
});

test('where the run ends meanwhile nothing is said; its end compares everything once more', async () => {
  assert.equal((await steadyBooks(webOf('20.01', '20'), 'unix:c:', 'http://e', () => Promise.resolve(false))).kind, 'moving');
});
