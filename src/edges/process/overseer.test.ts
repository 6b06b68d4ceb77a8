import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Clock } from '../../ports/index.ts';
import { oversight } from './overseer.ts';
import type { Oversight } from './overseer.ts';

type Asked = Readonly<Record<string, string>>;

/** Overseen by a tool of ours, with timers that run when the test says so. */
function overseen(context: TestContext, environment: Asked, script = 'exit 0'): { readonly found: Oversight | undefined; readonly log: () => readonly string[]; readonly go: () => void; readonly troubles: string[]; readonly runTimers: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'overseer-'));
  const [tool, log, go] = ['tool', 'log', 'go'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(tool, `#!/bin/sh\necho "$NOTIFY_SOCKET: $*" >> ${log}\n${script.replaceAll('GO', go)}\n`);
  chmodSync(tool, 0o755);
  const timers = new Set<() => void>();
  const clock = { timer: (_: number, run: () => void) => { timers.add(run); return () => void timers.delete(run); } } as unknown as Clock;
  const troubles: string[] = [];
  Object.assign(process.env, environment);
  const found = oversight({ clock, onTrouble: (why) => void troubles.push(why), tool });
  context.after(() => {
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete process.env[name];
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    found, troubles, go: () => writeFileSync(go, ''),
    log: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1).map((line) => line.replace('/run/notify: ', '')) : []),
    runTimers: () => { for (const run of [...timers]) run(); },
  };
}
const asked = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '10000000' };
const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await new Promise((resolve) => void setImmediate(resolve)); };

test('V2: who oversees us is read once and taken out of the environment; a watchdog for another process is none of ours', (context) => {
  assert.equal(overseen(context, {}).found, undefined);
  assert.equal(overseen(context, asked).found?.aliveWithinMs, 10_000);
  assert.equal(process.env['NOTIFY_SOCKET'], undefined);
  assert.equal(process.env['WATCHDOG_USEC'], undefined);
  assert.equal(overseen(context, { ...asked, WATCHDOG_PID: String(process.pid) }).found?.aliveWithinMs, 10_000);
  const another = overseen(context, { ...asked, WATCHDOG_PID: '1' }).found;
  assert.deepEqual([another === undefined, another?.aliveWithinMs], [false, undefined]);
  assert.equal(overseen(context, { ...asked, WATCHDOG_USEC: 'soon' }).found?.aliveWithinMs, undefined);
  assert.equal(overseen(context, { NOTIFY_SOCKET: '' }).found, undefined);
});

test('V1: one message at a time; what comes meanwhile goes out together, the later sentence in place of the earlier', async (context) => {
  const { found, log, go } = overseen(context, asked, 'while [ ! -e GO ]; do sleep 0.01; done');
  const overseer = found?.overseer ?? assert.fail();
  await overseer.told();
  overseer.tell({ ready: true, status: 'up: two\twords' });
  overseer.tell({ alive: true, status: 'first' });
  overseer.tell({ aliveWithinMs: 60_000, status: 'second' });
  await until(() => log().length === 1);
  go();
  await overseer.told();
  assert.deepEqual(log(), ['READY=1 STATUS=up: two\twords', 'WATCHDOG_USEC=60000000 WATCHDOG=1 STATUS=second']);
  overseer.tell({ stopping: true });
  await overseer.told();
  assert.equal(log().at(-1), 'STOPPING=1');
});

test('V3: a tool that hangs is ended and one that fails is told once, until it works again', async (context) => {
  const { found, log, go, troubles, runTimers } = overseen(context, asked, '[ -e GO ] && exit 0\nexec sleep 60');
  const overseer = found?.overseer ?? assert.fail();
  for (const _ of [1, 2]) {
    const before = log().length;
    overseer.tell({ alive: true });
    await until(() => log().length > before);
    runTimers();
    await overseer.told();
  }
  assert.deepEqual(troubles.map((why) => why.replace(/^.*\//, '')), ['tool ended with SIGKILL']);
  go();
  overseer.tell({ alive: true });
  await overseer.told();
  assert.equal(troubles.length, 1);
});

test('V3: a tool that cannot even be asked hinders nothing, and the next one is told', async (context) => {
  const { found, log, troubles } = overseen(context, asked);
  const overseer = found?.overseer ?? assert.fail();
  overseer.tell({ status: 'no process takes this\0word' });
  await overseer.told();
  overseer.tell({ status: 'but this' });
  await overseer.told();
  assert.deepEqual([troubles.length, log()], [1, ['STATUS=but this']]);
});

test('V3: a tool that is missing hinders nothing', async () => {
  process.env['NOTIFY_SOCKET'] = '/run/notify';
  const troubles: string[] = [];
  const found = oversight({ clock: { timer: () => () => undefined } as unknown as Clock, onTrouble: (why) => void troubles.push(why), tool: '/nowhere/systemd-notify' });
  found?.overseer.tell({ ready: true });
  await found?.overseer.told();
  assert.match(troubles.join(), /ENOENT/);
});
