/**
 * Every command of the table, as a process of its own, against a system that runs: what stands on standard output with --json
 * is exactly what is published, and it ends as the table says. src/cli/contract.test.ts does the same where nothing runs.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shownCommands } from '../../src/cli/commands/index.ts';
import { EXIT } from '../../src/cli/exit.ts';
import { runCli } from '../../src/cli/index.ts';
import type { ExitName } from '../../src/cli/exit.ts';
import { documentShape } from '../../src/cli/shapes/index.ts';
import type { Terminal } from '../../src/edges/process/index.ts';
import type { CommandSpec } from '../../src/cli/spec.ts';
import { tries } from './kit-contract.ts';
import type { Scene, Try } from './kit-contract.ts';
import { got, System, TOKEN } from './kit.ts';
import { until } from './kit-program.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const always: readonly ExitName[] = ['ok', 'error', 'usage'];

type Ran = { readonly code: number | null; readonly lines: readonly string[]; readonly stderr: string };

/** Standard output as it is, whatever it holds. */
function run(args: readonly string[], stopped: boolean): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, FORCE_COLOR: '1' } }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, lines: stdout.split('\n').slice(0, -1), stderr });
    });
    if (stopped) child.stdout?.once('data', () => child.kill('SIGTERM'));
  });
}

/** The same without a process. */
async function runHere(args: readonly string[]): Promise<Ran> {
  const [lines, notes]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    out: (text) => lines.push(...text.split('\n')), note: (text) => notes.push(text), isTty: false, env: process.env, directory: process.cwd(), program, nodeVersion: process.versions.node, pid: process.pid,
    user: 'sam', paint: (_, text) => text,
  };
  return { code: await runCli(args, terminal, '0.1.0'), lines, stderr: notes.join('\n') };
}

function holds(spec: CommandSpec, { why, exit }: Try, ran: Ran, parse: (line: string) => unknown): void {
  const { name, exits, answers } = spec;
  const about = `${name}, ${why}: exit ${ran.code}\n${ran.lines.join('\n').slice(0, 2_000)}\n${ran.stderr.slice(-2_000)}`;
  assert.equal(ran.code, EXIT[exit], about);
  assert.ok([...always, ...exits].includes(exit), `${name} may end with "${exit}" by its entry in the table`);
  if (answers === 'document') assert.equal(ran.lines.length, 1, `exactly one document: ${about}`);
  else assert.ok(ran.lines.length >= 1, about);
  const documents = ran.lines.map((line) => {
    try {
      return parse(line) as { readonly ok?: boolean; readonly error?: object };
    } catch (thrown) {
      throw new Error(`${about}\nis not of the shape that is published: mend src/cli/shapes/, or the answer.\n${String(thrown)}`, { cause: thrown });
    }
  });
  const last = documents.at(-1);
  if (last?.ok !== undefined) assert.equal(last.ok, exit === 'ok', `"ok" is true exactly where the exit is 0: ${about}`);
}

test('every command answers a running system in the shape that is published, and ends as its table says', { timeout: 400_000 }, async (t) => {
  const system = await System.start(t, { name: 'contract', seed: 41 });
  const scene = await setScene(system);
  await t.test('for people: what is asked of a runtime begins with whose money it is, and a failure is on standard error alone', async () => {
    await until('everything was heard', async () => (await system.status())?.safety.restriction === 'none');
    for (const words of [['status'], ['orders', '--state', 'all'], ['positions'], ['order', scene.filled], ['reconcile']]) {
      const { code, lines, stderr } = await runHere([...words, '--data', scene.data, '--color', 'never']);
      assert.deepEqual([code, lines[0]?.replace(/ since .*/, '')], [EXIT.ok, 'contract · SIM · ACTIVE'], `${words.join(' ')}\n${stderr}`);
      assert.ok(lines.length > 1);
    }
    const none = await runHere(['order', '00000000000000000000', '--data', scene.data]);
    assert.deepEqual([none.code, none.lines], [EXIT.usage, []]);
    assert.match(none.stderr, /contract[^]*SIM[^]*BW-2006/);
  });

  for (const spec of shownCommands) {
    const shape = await documentShape(spec);
    const { life } = system;
    for (const [index, one] of (tries[spec.name] ?? []).entries()) {
      const real = index === 0 || spec.answers === 'lines'; // one as a process of its own is enough to see that standard output is clean
      await t.test(`${spec.name}: ${one.why}`, async () => {
        if (spec.name === 'order' && one.words(scene)[0] === scene.resting) await until('it rests', async () => ((await system.status())?.orders.phases.working ?? 0) > 0);
        if (spec.name === 'limits reject') scene.waiting = (await system.status())?.waiting[0]?.id ?? scene.waiting;
        const words = [...spec.name.split(' '), ...one.words(scene), '--json'];
        holds(spec, one, await (real ? run(words, one.stopped === true) : runHere(words)), (line) => shape.parse(JSON.parse(line)));
      });
    }
    if (spec.name === 'stop-all') await t.test('the life that follows a stop without the runtime is halted, and goes on when it is told to', async () => {
      await system.after(life);
      await system.ready();
      assert.equal((await system.status())?.state, 'halted');
      await until('it may go on', async () => (await runHere(['resume', '--data', scene.data, '--reason', 'the drill is over'])).code === EXIT.ok);
    });
  }

  await t.test('after all that was done to it above it trades, or says what it waits for', async () => {
    const { lines } = await runHere(['status', '--data', scene.data, '--color', 'never']);
    const told = lines.join('\n');
    assert.match(lines[0] ?? '', /^contract · SIM · (ACTIVE|REDUCING)/);
    if (!/^  safety {3}healthy/m.test(told)) assert.match(told, /^  safety {3}\w+: .+\n {11}(it waits for|nothing is to be done: everything has been better since .+, and it comes back by itself at) /m);
  });

  await t.test('a halted system is not healthy, and says so in every first line', async () => {
    assert.equal((await runHere(['halt', '--data', scene.data])).code, EXIT.ok);
    const { code, lines } = await runHere(['status', '--data', scene.data, '--check', '--ascii', '--color=never']);
    assert.equal(code, EXIT.unhealthy);
    assert.match(lines[0] ?? '', /^contract - SIM - HALTED since \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    assert.match(lines.join('\n'), /^[\x20-\x7e\n]+$/);
    const document = (await runHere(['status', '--data', scene.data, '--check', '--json'])).lines[0] ?? '';
    const shown = JSON.parse(document) as { readonly ok: boolean; readonly data: { readonly state: string } };
    assert.deepEqual([shown.ok, shown.data.state], [false, 'halted']);
  });
});

/** An order that is filled, one that was blocked, and one that rests. */
async function setScene(system: System): Promise<Scene> {
  const { folder, data, doorUrl } = system;
  const send = async (wish: object): Promise<string> => {
    const answer = await until('the order is taken', async () => {
      const told = await got(`${doorUrl}/api/v1/intents`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify({ instrument: 'BTC/USD', side: 'buy', quantity: '0.01', ...wish }) }).catch(() => undefined);
      return typeof told?.orderId === 'string' ? told as { readonly orderId: string } : undefined;
    });
    return answer.orderId;
  };
  const filled = await send({ key: 'filled' });
  await until('it is filled', async () => (await system.status())?.orders.done === 1);
  await send({ key: 'blocked', quantity: '39' });
  const resting = await send({ key: 'resting', type: 'limit', limitPrice: '40000' });
  const [empty, wrong] = [join(folder, 'empty'), join(folder, 'wrong.json')];
  mkdirSync(empty);
  writeFileSync(wrong, '{ "version": 1, "instance": { "name": "x" }, "venues": {}, "limts": {} }');
  return { folder, config: join(folder, 'breakwater.json'), data, port: new URL(doorUrl).port, empty, wrong, filled, resting, waiting: 'lo_00000000' };
}
