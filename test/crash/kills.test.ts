/** The process that holds the journal is killed, again and again, while the exchange stays up: nothing is done twice, nothing is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { Bot } from './kit-bot.ts';
import { judge, total } from './kit-judge.ts';
import { pause, reached } from './kit-program.ts';
import { System } from './kit.ts';
import type { FaultRule } from './kit.ts';

const SYSTEMS = 2; // at once, each with an exchange of its own
const KILLS = 104; // of each

/** What makes the time between sending and knowing long, and its end uncertain. */
const rules: readonly FaultRule[] = [
  { on: 'order.create', fault: 'answer-late', probability: 0.6, delayMs: 700 },
  { on: 'order.create', fault: 'request-late', probability: 0.1, delayMs: 900 },
  { on: 'order.create', fault: 'answer-lost', probability: 0.04 },
  { on: 'order.create', fault: 'accepted-then-5xx', probability: 0.04 },
  { on: 'order.find', fault: 'error-5xx', probability: 0.1 },
];

test('200 kills of the runtime, 50 of them between sending and knowing, leave one order for each wish and books that equal the exchange', { timeout: 460_000 }, async (context) => {
  const systems = await Promise.all(Array.from({ length: SYSTEMS }, (_, number) => System.start(context, { name: `kills-${number + 1}`, seed: 40 + number, rules })));
  const outcomes = await Promise.all(systems.map(async (system, number) => {
    const random = seededRandom(`kills ${number}`);
    const bot = new Bot(system, { producers: 3, everyMs: 120, seed: number });
    let kills = 0;
    try {
      for (let round = 0; kills < KILLS; round += 1) {
        const { life } = system;
        if (round % 8 === 7) await pause(random.below(1_200)); // somewhere in its start
        else {
          await system.ready();
          if (round % 2 === 0) await Promise.race([bot.sending(), pause(15_000)]); // its answer is late, most of the time
          await pause(random.below(round % 2 === 0 ? 150 : 900));
        }
        if (reached(life.pid, 'SIGKILL')) kills += 1;
        await system.after(life);
      }
      await system.faults([]);
      await bot.stop();
      await system.known();
      await bot.cancelAll();
      await system.settled();
      assert.equal(await system.stop(), 0);
      return { kills, verdict: await judge(system, bot) };
    } catch (thrown) {
      throw new Error(`${system.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${system.lastWords()}`, { cause: thrown });
    }
  }));
  const kills = outcomes.reduce((sum, outcome) => sum + outcome.kills, 0);
  const sum = total(outcomes.map(({ verdict }) => verdict));
  context.diagnostic(`kills ${kills}: ${JSON.stringify(sum)}`);
  assert.ok(kills >= 200, `${kills} kills`);
  assert.ok(sum.bootsInDoubt >= 50, `${sum.bootsInDoubt} of them between sending and knowing`);
  assert.ok(sum.orders >= 200 && sum.foundAgain >= 20, 'and it traded meanwhile');
});
