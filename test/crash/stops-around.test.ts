/** What is around the runtime goes: its supervisor, the exchange; or a second one comes that has no business here. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { realClock, realIds } from '../../src/edges/clock/index.ts';
import { openSqliteStore } from '../../src/edges/sqlite/index.ts';
import { Bot } from './kit-bot.ts';
import { judge } from './kit-judge.ts';
import { breakwater, isDead, isThere, pause, until } from './kit-program.ts';
import { System } from './kit.ts';

const timeout = 400_000;
const slowAnswers = [{ on: 'order.create', fault: 'answer-late', probability: 0.5, delayMs: 600 }];

/** Everything final, stopped in good order, and right. */
async function endWell(system: System, bot: Bot) {
  await system.faults([]);
  await bot.stop();
  await system.known();
  await bot.cancelAll();
  await system.settled();
  assert.equal(await system.stop(), 0);
  assert.deepEqual(system.overlaps, []);
  return judge(system, bot);
}

/** Whether somebody holds the data folder. */
async function isHeld(data: string): Promise<boolean> {
  try {
    const store = await openSqliteStore({ directory: data, clock: realClock(), ids: realIds() });
    await store.close();
    return false;
  } catch {
    return true;
  }
}

suite('around the runtime', { concurrency: 3 }, () => {
  test('a runtime whose supervisor is killed ends at once: socket and lock are free, and starting again goes on', { timeout }, async (context) => {
    const system = await System.start(context, { name: 'orphans', seed: 71, rules: slowAnswers });
    const bot = new Bot(system, { producers: 2, everyMs: 120, seed: 71 });
    let slowestMs = 0;
    for (let round = 0; round < 6; round += 1) {
      const life = await system.ready();
      if (round % 2 === 0) await Promise.race([bot.sending(), pause(15_000)]);
      const supervisor = system.supervisor!;
      const fromMs = performance.now();
      supervisor.signal('SIGKILL');
      await until('the runtime has ended by itself', () => isDead(life.pid), 20_000);
      assert.equal(await system.status(), undefined, 'nobody answers at the control socket');
      assert.equal(await isHeld(system.data), false);
      slowestMs = Math.max(slowestMs, performance.now() - fromMs);
      await supervisor.ended;
      system.startSupervisor();
      await system.after(life);
    }
    await system.ready();
    const verdict = await endWell(system, bot);
    context.diagnostic(`supervisors killed 6, folder free again after at most ${Math.round(slowestMs)} ms: ${JSON.stringify(verdict)}`);
    assert.ok(slowestMs < 20_000);
  });

  test('a runtime that stands still when its supervisor is killed keeps everybody out, and ends when it wakes', { timeout }, async (context) => {
    const system = await System.start(context, { name: 'frozen-orphan', seed: 72 });
    const bot = new Bot(system, { producers: 2, everyMs: 100, seed: 72 });
    await bot.sending();
    const { pid } = system.life;
    process.kill(pid, 'SIGSTOP');
    const supervisor = system.supervisor!;
    supervisor.signal('SIGKILL');
    await supervisor.ended;
    const second = breakwater(system.startArgs);
    assert.equal((await second.ended).code, 7);
    assert.match(JSON.stringify(second.out), new RegExp(`process ${pid} has`));
    process.kill(pid, 'SIGCONT');
    await until('the woken runtime ends itself', () => isDead(pid), 20_000);
    const before = system.life;
    system.startSupervisor();
    await system.after(before);
    await system.ready();
    context.diagnostic(JSON.stringify(await endWell(system, bot)));
  });

  test('an exchange that is killed while the runtime lives comes back with what it answered, and so do the books', { timeout }, async (context) => {
    const system = await System.start(context, { name: 'exchange-killed', seed: 73, rules: slowAnswers });
    const bot = new Bot(system, { producers: 3, everyMs: 150, seed: 73 });
    const { pid } = system.life;
    for (let round = 0; round < 8; round += 1) {
      await Promise.race([bot.sending(), pause(20_000)]);
      await pause(Math.random() * 60);
      const exchange = system.exchange!;
      exchange.signal('SIGKILL');
      await exchange.ended;
      await pause(Math.random() * 1_500);
      await system.startExchange();
      await system.faults(slowAnswers);
    }
    const verdict = await endWell(system, bot);
    context.diagnostic(`exchanges killed 8: ${JSON.stringify(verdict)}`);
    assert.equal(system.life.pid, pid, 'the runtime lived through it');
    assert.ok(verdict.orders > 0);
  });

  test('a second start on the same folder is refused with the pid of the holder, and disturbs nothing', { timeout }, async (context) => {
    const system = await System.start(context, { name: 'second', seed: 74 });
    const bot = new Bot(system, { producers: 1, everyMs: 100, seed: 74 });
    const { pid } = system.life;
    const second = breakwater(system.startArgs);
    const { code } = await second.ended;
    assert.equal(code, 7, 'refused');
    const [answer] = second.out;
    assert.equal(answer?.['ok'], false);
    assert.match(JSON.stringify(answer), new RegExp(`process ${pid} has`));
    assert.equal((await system.status())?.process.pid, pid, 'the first one answers as before');
    assert.ok(isThere(pid));
    await bot.burst(3);
    assert.equal(system.lives.length, 1);
    context.diagnostic(JSON.stringify(await endWell(system, bot)));
  });
});
