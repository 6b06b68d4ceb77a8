/**
 * A journal that cannot be used, a person who stops everything, and a process that is killed before anything is mended: who
 * starts next with a working journal knows of it.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { asked, breakwater, isDead, until } from './kit-program.ts';
import { System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';

const timeout = 120_000;
const skip = process.platform !== 'linux' && 'only Linux tells by /proc which process is dead';
const files = ['journal.db', 'journal.db-wal', 'journal.db-shm'];

async function killed(system: System): Promise<void> {
  const { pid } = system.life;
  system.supervisor?.signal('SIGKILL');
  await system.supervisor?.ended;
  await until('the runtime is dead too', () => isDead(pid), 20_000);
}

const started = (system: System, state: string): Promise<Json> => until(`${system.name} is ${state}`, async () => {
  const status = await system.status();
  return status?.state === state ? status : undefined;
});

/** An order of ours that waits in the book, as the exchange tells it. */
async function waiting(system: System): Promise<() => Promise<string>> {
  const body = { key: 'waits', side: 'buy', instrument: 'BTC/USD', quantity: '0.01', type: 'limit', limitPrice: '52000' };
  await until('a price is there and the order is taken', async () => {
    const response = await fetch(`${system.doorUrl}/api/v1/intents`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(body) });
    return response.ok;
  });
  const state = async (): Promise<string> => (await system.oracle('orders')).find(({ limitPrice }: Json) => Number(limitPrice) === 52_000)?.state;
  await until('it waits in the book', async () => (await state()) === 'new' && (await system.status())?.orders.phases.working === 1);
  return state;
}

const command = async (system: System, ...words: string[]): Promise<Json> => (await asked([...words, '--data', system.data, '--json'])).document['data'];

async function toldOf(system: System, type: string): Promise<readonly Json[]> {
  const tail = breakwater(['journal', 'tail', '--data', system.data, '--type', type, '--json']);
  await tail.ended;
  return tail.out;
}

test('halted without a journal, killed, mended: the gate is shut, and who shut it and why is remembered', { skip, timeout }, async (context: TestContext) => {
  const system = await System.start(context, { name: 'emergency', seed: 81 });
  try {
    const state = await waiting(system);
    await killed(system);
    const aside = join(system.folder, 'aside');
    mkdirSync(aside);
    for (const file of files) if (existsSync(join(system.data, file))) copyFileSync(join(system.data, file), join(aside, file));
    truncateSync(join(system.data, 'journal.db'), 100);

    system.startSupervisor();
    await started(system, 'stranded');
    const halted = await command(system, 'halt', '--by', 'sam', '--reason', 'strange fills', '--keep-orders');
    assert.deepEqual([halted.remembered, halted.inForce, halted.gate.by], [true, true, 'sam']);
    await killed(system);

    system.startSupervisor(); // a second life without a journal knows of it, too
    const { gate } = await started(system, 'stranded');
    assert.deepEqual([gate.state, gate.by, gate.reason, gate.remembered], ['HALTED', 'sam', 'strange fills', true]);
    const again = await command(system, 'halt', '--by', 'kim', '--reason', 'and cancel');
    assert.deepEqual([again.remembered, again.gate.by, await state()], [true, 'sam', 'cancelled']);
    await killed(system);

    for (const file of files) rmSync(join(system.data, file), { force: true });
    for (const file of files) if (existsSync(join(aside, file))) copyFileSync(join(aside, file), join(system.data, file));
    system.startSupervisor();
    const status = await started(system, 'halted');
    assert.deepEqual([status.gate.state, status.gate.by, status.gate.reason], ['HALTED', 'sam', 'strange fills']);
    const [imported] = await toldOf(system, 'emergency.imported');
    assert.deepEqual(imported?.payload.records.filter(({ kind }: Json) => kind === 'halt').map(({ by, cancelOrders }: Json) => `${by} ${cancelOrders}`), ['sam false', 'kim true']);
    assert.deepEqual((await toldOf(system, 'order.cancel-requested')).map(({ payload }) => payload.by), ['kim']);

    await command(system, 'resume', '--by', 'sam', '--reason', 'explained');
    assert.equal(await system.stop(), 0);
    system.startSupervisor();
    await started(system, 'trading'); // what was ended stays ended
    assert.equal((await toldOf(system, 'emergency.imported')).length, 1);
    assert.equal(await system.stop(), 0);
  } catch (thrown) {
    throw new Error(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n${system.lastWords()}`, { cause: thrown });
  }
});
