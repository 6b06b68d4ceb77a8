/** The runtime stands still, at any moment and inside a commit: it is killed, it is reaped, and only then the next one starts. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { realClock } from '../../src/edges/clock/index.ts';
import { spawnChild } from '../../src/edges/process/index.ts';
import type { Word } from '../../src/ports/index.ts';
import { DEFAULT_POLICY, Supervisor } from '../../src/supervisor/index.ts';
import { emptyFolder, removeFolder } from './folder.ts';
import { Bot } from './kit-bot.ts';
import { stopInsideCommit } from './kit-commit.ts';
import { judge, total } from './kit-judge.ts';
import { isDead, isThere, pause, reached, until } from './kit-program.ts';
import { System } from './kit.ts';

const skip = process.platform !== 'linux' && 'only Linux tells by /proc which process stands still inside a commit';
const SYSTEMS = 2; // at once
const STOPS = 18; // of each

test('a runtime that stands still is killed and reaped before the next one starts, and one that wakes in time has done no harm', { skip, timeout: 460_000 }, async (context) => {
  const rules = [{ on: 'order.create', fault: 'answer-late', probability: 0.5, delayMs: 600 }];
  const systems = await Promise.all(Array.from({ length: SYSTEMS }, (_, number) => System.start(context, { name: `stops-${number + 1}`, seed: 60 + number, heartbeatTimeout: '1s', rules })));
  const outcomes = await Promise.all(systems.map(async (system, number) => {
    const random = seededRandom(`stops ${number}`);
    const bot = new Bot(system, { producers: 2, everyMs: 150, seed: 60 + number });
    const count = { stops: 0, insideCommit: 0, woken: 0, killed: 0 };
    try {
      while (count.stops < STOPS) {
        const life = await system.ready();
        const kind = (['anywhere', 'in a commit', 'woken'] as const)[count.stops % 3];
        if (kind === 'in a commit') {
          let isBusy = true;
          const burst = bot.burst(60).finally(() => { isBusy = false; });
          if (await stopInsideCommit(life.pid, system.data, () => isBusy)) count.insideCommit += 1;
          void burst;
        } else {
          await pause(random.below(700));
          reached(life.pid, 'SIGSTOP');
        }
        count.stops += 1;
        if (kind === 'woken') {
          await pause(random.below(1_100)); // sometimes too late: then it is dead already, or dies a moment after
          reached(life.pid, 'SIGCONT');
          count.woken += 1;
          await pause(random.below(400));
          continue;
        }
        await system.after(life);
        assert.match(life.over ?? '', /no heartbeat/, 'it was killed because it was silent');
        count.killed += 1;
      }
      await system.faults([]);
      await bot.stop();
      await system.known();
      await bot.cancelAll();
      await system.settled();
      assert.equal(await system.stop(), 0);
      assert.deepEqual(system.overlaps, []);
      return { count, verdict: await judge(system, bot) };
    } catch (thrown) {
      throw new Error(`${system.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${system.lastWords()}`, { cause: thrown });
    }
  }));
  const sum = (name: keyof (typeof outcomes)[number]['count']): number => outcomes.reduce((all, { count }) => all + count[name], 0);
  const verdict = total(outcomes.map((outcome) => outcome.verdict));
  context.diagnostic(`stops ${sum('stops')}, inside a commit ${sum('insideCommit')}, woken ${sum('woken')}, killed and reaped ${sum('killed')}: ${JSON.stringify(verdict)}`);
  assert.ok(sum('stops') >= 30);
  assert.ok(sum('insideCommit') >= 1, 'at least one of them inside a commit');
  assert.ok(sum('woken') >= 8 && sum('killed') >= 16);
});

/** A runtime that starts a helper, names it, and stands still. */
const frozenWithHelper = `
  const { spawn } = require('node:child_process');
  const helper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  process.send({ kind: 'ready', listening: String(helper.pid), controlSocket: '' }, () => process.kill(process.pid, 'SIGSTOP'));
`;

test('what is killed is the whole group of processes, so that nothing a runtime started outlives it', { skip, timeout: 120_000 }, async (context) => {
  const folder = emptyFolder();
  context.after(() => removeFolder(folder));
  const program = join(folder, 'frozen.cjs');
  writeFileSync(program, frozenWithHelper);
  const lives: { readonly pid: number; helper: number }[] = [];
  const seenAtStart: string[] = [];
  const supervisor = new Supervisor(
    {
      clock: realClock(),
      spawn: () => {
        for (const { pid, helper } of lives) seenAtStart.push(`runtime ${isThere(pid) ? 'there' : 'reaped'}, helper ${isDead(helper) ? 'dead' : 'alive'}`);
        const child = spawnChild({ program, args: [] });
        lives.push({ pid: child.pid, helper: 0 });
        return child;
      },
      onState: () => {},
      onWord: (word: Word) => { if (word.kind === 'ready') lives.at(-1)!.helper = Number(word.listening); },
    },
    { ...DEFAULT_POLICY, heartbeatTimeoutMs: 500, stopTimeoutMs: 300, restarts: 100, withinMs: 1_000 },
  );
  supervisor.start();
  try {
    await until('the third life', () => lives.length >= 3 && lives[2]!.helper > 0);
  } finally {
    supervisor.stop();
    await supervisor.ended;
  }
  assert.deepEqual([...new Set(seenAtStart)], ['runtime reaped, helper dead']);
  // Killed together, but the system buries them one after another; a life that was cut short before its first word has named no helper.
  await until('all of them are dead', () => lives.every(({ pid, helper }) => isDead(pid) && (helper === 0 || isDead(helper))));
});
