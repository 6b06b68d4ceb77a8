/** The whole machine is gone, on real processes: runtime and supervisor die at once, and the exchange's own log says what its dead-man timer made of their orders. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { isThere, until } from './kit-program.ts';
import { System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';

const WITHIN_MS = 6_000;

test('when runtime and supervisor die at once the venue cancels everything within its time, and the next life finds it out and books right', { timeout: 240_000 }, async (context: TestContext) => {
  const system = await System.start(context, {
    name: 'dead-man', seed: 97, exchange: ['--extensions', 'dead-man-timer'], venue: { extensions: ['dead-man-timer'], deadMan: { within: `${WITHIN_MS}ms` } },
  });
  const open = async (): Promise<number> => (await system.oracle('orders')).filter(({ state }: Json) => state === 'new' || state === 'accepted').length;
  for (const number of [1, 2, 3]) {
    const body = { key: `rests-${number}`, side: 'buy', instrument: 'BTC/USD', quantity: '0.01', type: 'limit', limitPrice: String(51_000 + number) };
    await until('the order is taken', async () => (await fetch(`${system.doorUrl}/api/v1/intents`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(body) })).ok);
  }
  await until('they rest', async () => await open() === 3);
  const { deadMan } = (await system.status()).venues[0];
  assert.equal(deadMan.state, 'armed');

  const { pid } = system.life;
  system.supervisor?.signal('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await system.supervisor?.ended;
  await until('nobody lives', () => !isThere(pid));
  await until('nothing rests', async () => await open() === 0, WITHIN_MS + 20_000);
  const log: readonly Json[] = await system.oracle('log');
  const [lastSet, ranOut] = [log.findLast(({ type }) => type === 'dead-man-set'), log.findLast(({ type }) => type === 'dead-man-ran-out')];
  assert.ok(ranOut.seq > lastSet.seq && ranOut.atMs >= lastSet.endsAtMs);
  assert.deepEqual(log.filter(({ seq, type }) => seq > ranOut.seq && type === 'cancelled').map(({ protection }) => protection), ['dead-man-timer', 'dead-man-timer', 'dead-man-timer']);
  context.diagnostic(`the timer was set to run out ${lastSet.endsAtMs - lastSet.atMs} ms later, and was ${ranOut.atMs - lastSet.endsAtMs} ms late`);

  system.startSupervisor();
  await system.ready();
  await system.settled();
  assert.equal(await open(), 0, 'none is resurrected');
  assert.equal((await system.status()).venues[0].deadMan.state, 'armed');
});
