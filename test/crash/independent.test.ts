/**
 * Stopping without the runtime, on real processes: it stands still, spins or cannot write, and the exchange's own log says what became of its orders.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { emptyFolder, removeFolder } from './folder.ts';
import { stopInsideCommit } from './kit-commit.ts';
import { Bot } from './kit-bot.ts';
import { asked, isThere, until } from './kit-program.ts';
import { System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';

const timeout = 240_000;
const skip = process.platform !== 'linux' && 'only Linux tells by /proc which process stands still inside a commit';

const open = async (system: System): Promise<readonly Json[]> => (await system.oracle('orders')).filter(({ state }: Json) => !['filled', 'cancelled', 'expired', 'rejected'].includes(state));

async function rest(system: System, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const body = { key: `rests-${number}`, side: 'buy', instrument: 'BTC/USD', quantity: '0.01', type: 'limit', limitPrice: String(51_000 + number) };
    await until('the order is taken', async () => (await fetch(`${system.doorUrl}/api/v1/intents`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(body) })).ok);
  }
  await until('they rest', async () => (await open(system)).length === count);
}

const stopped = (system: System, ...words: readonly string[]): ReturnType<typeof asked> => asked(['stop-all', '--data', system.data, '--json', '--by', 'kim', '--reason', 'a drill', ...words]);

async function boots(system: System, state: string): Promise<Json> {
  return until(`${system.name} is ${state}`, async () => {
    const status = await system.status();
    return status?.gate.state === state ? status : undefined;
  });
}

async function tellingWords(system: System, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    throw new Error(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n${system.lastWords()}`, { cause: thrown });
  }
}

const tookOf = (document: Json, step: string): number => document.data.receipts.find((receipt: Json) => receipt.step === step)?.tookMs;

suite('without the runtime', { concurrency: 2, skip }, () => {
  test('while the runtime stands still inside a commit everything is cancelled, the next one boots halted, and no order came from the dead one', { timeout }, async (context: TestContext) => {
    const system = await System.start(context, { name: 'independent-stopped', seed: 91, heartbeatTimeout: '60s' });
    await tellingWords(system, async () => {
      await rest(system, 5);
      const bot = new Bot(system, { producers: 2, everyMs: 100, seed: 91 });
      let isBusy = true;
      const burst = bot.burst(60).finally(() => { isBusy = false; });
      const life = system.life;
      const isInside = await stopInsideCommit(life.pid, system.data, () => isBusy);
      const { code, document } = await stopped(system);
      assert.deepEqual([code, document['ok']], [0, true], JSON.stringify(document));
      assert.ok(!isThere(life.pid));
      assert.deepEqual(await open(system), []);
      const status = await boots(system, 'HALTED');
      assert.deepEqual([status.gate.by, status.gate.reason], ['kim', 'a drill']);
      context.diagnostic(`inside a commit: ${isInside}; reaped after ${tookOf(document, 'fence')} ms, over after ${tookOf(document, 'restart')} ms`);
      void burst.catch(() => undefined);
      system.isDestroyed = true; // the bot may stop asking
      await bot.stop().catch(() => undefined);
    });
  });

  test('a position is closed and stays closed, while the runtime spins', { timeout }, async (context: TestContext) => {
    const folder = emptyFolder();
    context.after(() => removeFolder(folder));
    const spinning = join(folder, 'spin.cjs');
    writeFileSync(spinning, 'process.on("SIGUSR2", () => { for (;;); });');
    const system = await System.start(context, { name: 'independent-spins', seed: 92, heartbeatTimeout: '60s', env: { NODE_OPTIONS: `--require ${spinning}` } });
    await tellingWords(system, async () => {
      await rest(system, 2);
      const [before] = await system.oracle('accounts');
      assert.ok(Number(before.balances.BTC.total) > 0, 'the account holds something from its beginning');
      process.kill(system.life.pid, 'SIGUSR2');
      const { code, document } = await stopped(system, '--flatten');
      assert.equal(code, 0, JSON.stringify(document));
      assert.deepEqual(await open(system), []);
      const [after] = await system.oracle('accounts');
      assert.ok(Number(after.balances.BTC.total) < 0.001, after.balances.BTC.total);
      await boots(system, 'HALTED');
      context.diagnostic(`reaped after ${tookOf(document, 'fence')} ms, over after ${tookOf(document, 'restart')} ms`);
    });
  });

  test('a halt that the runtime does not answer is taken by its supervisor, and says so', { timeout }, async (context: TestContext) => {
    const system = await System.start(context, { name: 'independent-halt', seed: 93, heartbeatTimeout: '60s' });
    await tellingWords(system, async () => {
      await rest(system, 1);
      process.kill(system.life.pid, 'SIGSTOP');
      const { document, said } = await asked(['halt', '--data', system.data, '--by', 'sam', '--timeout', '60s', '--json']);
      assert.equal((document['data'] as Json).word, 'cancel');
      assert.match(JSON.stringify(said), /has not answered within 2 s.*supervisor/);
      assert.deepEqual(await open(system), []);
      await boots(system, 'HALTED');
    });
  });

  test('a runtime that cannot come back, because its configuration cannot be read any more, leaves no order behind', { timeout }, async (context: TestContext) => {
    const system = await System.start(context, { name: 'independent-dead-man', seed: 94, supervisor: { deadMan: { after: '60s', do: 'cancel' } } });
    await tellingWords(system, async () => {
      await rest(system, 2);
      writeFileSync(join(system.folder, 'breakwater.json'), '{ nonsense');
      process.kill(system.life.pid, 'SIGKILL');
      assert.equal((await system.supervisor?.ended)?.code, 3);
      assert.deepEqual(await open(system), []);
    });
  });
});
