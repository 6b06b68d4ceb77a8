import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, running } from '../../test/support/running.ts';
import type { Json } from '../../test/support/running.ts';

test('a trip is acknowledged once it is on the disk, and not a moment before', async () => {
  let flushMs = 0;
  const { control, clock, runtime } = await running({ store: (own) => ({ timer: (delayMs, run) => own.timer(delayMs, run), flushDelayMs: () => flushMs }) });
  flushMs = 800;
  let answer: Json;
  void asked(control, 'POST', '/api/v1/breakers/trip', { name: 'loss/default', by: 'sam', reason: 'a drill' }).then((given) => { answer = given; });
  await clock.runFor(700);
  assert.deepEqual([runtime.world.breakers.get('loss/default')?.phase, answer], ['open', undefined], 'it is in force, and nobody was told');
  await clock.runFor(200);
  assert.deepEqual([answer.status, answer.body.breaker.phase, answer.body.breaker.until], [200, 'open', 'a person closes it']);
});

test('a trip keeps what was observed, word for word, and what is badly said of it keeps no circuit from opening', async () => {
  const { ask, control } = await running();
  const evidence = async (given: unknown, name: string): Promise<Json> => (await ask(control, 'POST', '/api/v1/breakers/trip', { name, by: 'sam', evidence: given })).body.breaker.lastOpened.evidence;
  assert.deepEqual(await evidence({ loss: '512.50 USD', trades: 3, ratio: 0.25 }, 'loss/a'), { loss: '512.50 USD', trades: '3', ratio: '0.25' });
  assert.deepEqual(await evidence({ list: [1], none: null, told: 'x'.repeat(300) }, 'loss/b'), { told: 'x'.repeat(200) });
  for (const [index, given] of ['text', 7, null, ['a'], Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${key}`, key]))].entries()) {
    assert.ok(Object.keys(await evidence(given, `loss/c-${index}`)).length <= 20);
  }
});
