/**
 * Circuits are tripped by hand while the process that holds the journal is killed at the moment of the answer, again and again.
 *
 *   T1. A trip that was acknowledged is open in every later life: with its reason, what was observed, who, since when and until when.
 *   T2. A trip that was not acknowledged is there as it was asked for, or not at all.
 *   T3. What a tripped or held circuit stops does not leave after a crash, however early in its life the next runtime is asked.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import type { Random } from '../../src/base/index.ts';
import { stopInsideCommit } from './kit-commit.ts';
import { asked, pause, until } from './kit-program.ts';
import { System, TOKEN } from './kit.ts';
import type { Json } from './kit.ts';

const KILLS = 11; // of each system
const AT_ONCE = 10; // trips that are on their way together: the disk takes them in several batches

/** What stands in the way of every order in each system, put there once, before the first kill. */
const systems = [
  { name: 'trips-held', seed: 71, standing: 'alpaca/orders', order: ['hold', 'alpaca/orders', '--open'] },
  { name: 'trips-tripped', seed: 72, standing: 'volatility/default', order: ['trip', 'volatility/default'] },
] as const;

/** One trip that was asked for. */
type Trip = { readonly name: string; readonly reason: string; readonly evidence: Readonly<Record<string, string>>; readonly isTimed: boolean; acknowledged: Json };

test('a trip is durable before it is acknowledged, is open after any crash, and nothing that it stops leaves', { timeout: 400_000 }, async (context) => {
  const counts = await Promise.all(systems.map(async ({ name, seed, standing, order }) => {
    const system = await System.start(context, { name, seed });
    try {
      const random = seededRandom(name);
      await passes(system, 'before', 'filled');
      assert.equal((await asked(['breakers', ...order, '--reason', 'a drill', '--by', 'sam', '--data', system.data, '--json'])).code, 0);
      const trips: Trip[] = [];
      const blocked: string[] = [];
      let insideCommit = 0;
      for (let round = 1; round <= KILLS; round += 1) {
        const { life, stoodInCommit } = await killedAroundTheAnswer(system, trips, round, random);
        if (stoodInCommit) insideCommit += 1;
        await system.after(life);
        await until(`${name} opens its doors`, () => asksNow(system, `early-${round}`, blocked)); // T3
        await system.ready();
        await judge(system, trips, standing);
      }
      assert.equal(blocked.length, KILLS);
      assert.equal((await system.oracle('orders')).length, 1, 'the exchange saw the order before the trip, and none after it'); // T3
      await until('the runtime knows that its supervisor hears it', async () => (await got(system, '/api/v1/components')).components.some((one: Json) => one.name === 'supervisor' && one.state === 'healthy'));
      assert.equal((await asked(['breakers', 'reset', standing, '--reason', 'the drill is over', '--by', 'sam', '--data', system.data, '--json'])).code, 0);
      await passes(system, 'after', 'filled');
      assert.equal(await system.stop(), 0);
      return { insideCommit, asked: trips.length, acknowledged: trips.filter(({ acknowledged }) => acknowledged !== undefined).length };
    } catch (thrown) {
      throw new Error(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${system.lastWords()}`, { cause: thrown });
    }
  }));
  const sum = (what: keyof (typeof counts)[number]): number => counts.reduce((all, count) => all + count[what], 0);
  context.diagnostic(`kills ${systems.length * KILLS}, ${sum('insideCommit')} inside a commit; trips asked for ${sum('asked')}, acknowledged ${sum('acknowledged')}`);
  assert.ok(sum('acknowledged') >= 20 && sum('asked') - sum('acknowledged') >= 20, 'the kills fall on both sides of the answer');
});

/** A burst of trips, and a kill: with the first answers, a random moment after the first request, or inside a commit. */
async function killedAroundTheAnswer(system: System, trips: Trip[], round: number, random: Random): Promise<{ readonly life: System['life']; readonly stoodInCommit: boolean }> {
  const life = await system.ready();
  const enough = 1 + random.below(AT_ONCE);
  let answers = 0;
  let isBusy = true;
  let heard!: () => void;
  const answered = new Promise<void>((resolve) => { heard = resolve; });
  const kind = (['with the answer', 'anywhere', 'in a commit'] as const)[round % 3];
  const burst = Promise.all(Array.from({ length: AT_ONCE }, async (_, number) => {
    const scope = `${round}-${number}`;
    const isTimed = random.chance(0.5);
    const trip: Trip = { name: `${random.pick(['loss', 'position', 'volatility'])}/${scope}`, reason: `round ${scope}`, evidence: { observed: scope, limit: '5' }, isTimed, acknowledged: undefined };
    trips.push(trip);
    const answer = await post(system, '/api/v1/breakers/trip', { name: trip.name, reason: trip.reason, evidence: trip.evidence, by: 'sam', ...(isTimed ? { forMs: 3_600_000 } : {}) });
    if (answer === undefined) return;
    trip.acknowledged = answer.breaker;
    answers += 1;
    if (kind === 'with the answer' && answers === enough) process.kill(life.pid, 'SIGKILL'); // in the very turn in which it was heard
    heard();
  })).finally(() => { isBusy = false; });
  let stoodInCommit = false;
  if (kind === 'in a commit' && process.platform === 'linux') stoodInCommit = await stopInsideCommit(life.pid, system.data, () => isBusy);
  else if (kind === 'with the answer') await Promise.race([answered, burst]);
  else await pause(random.below(25));
  if (kind === 'with the answer') await burst;
  else {
    if (stoodInCommit) await pause(20); // what had left before it stood still is heard
    process.kill(life.pid, 'SIGKILL');
    await burst;
  }
  return { life, stoodInCommit };
}

async function judge(system: System, trips: readonly Trip[], standing: string): Promise<void> {
  const { breakers } = await got(system, '/api/v1/breakers');
  const byName = new Map<string, Json>(breakers.map((one: Json) => [one.name, one]));
  const stands = byName.get(standing);
  assert.ok(stands?.phase === 'open' || stands?.held?.as === 'open', `${standing} is open: ${JSON.stringify(stands)}`); // T1
  for (const trip of trips) {
    const found = byName.get(trip.name);
    if (trip.acknowledged !== undefined) assert.deepEqual(found, trip.acknowledged, `${trip.name} is as it was acknowledged`); // T1
    if (found === undefined) continue;
    const { phase, lastOpened, until: untilWhen } = found;
    const { reason, evidence, by, rule } = lastOpened;
    assert.deepEqual({ phase, reason, evidence, by, rule, isTimed: untilWhen !== 'a person closes it' }, { phase: 'open', reason: trip.reason, evidence: trip.evidence, by: 'sam', rule: 'tripped', isTimed: trip.isTimed }, `${trip.name} is whole`); // T2
  }
}

/** True once a runtime has answered: as soon as its door is open, and whatever else it still waits for. */
async function asksNow(system: System, key: string, blocked: string[]): Promise<boolean> {
  const order = await intent(system, key);
  if (order === undefined) return false;
  assert.deepEqual([order.phase, order.blocked?.code, order.duplicate], ['blocked', 'BW-3104', false], JSON.stringify(order));
  blocked.push(key);
  return true;
}

/** That an order leaves where nothing stands in its way: without it, the rest would prove nothing. */
async function passes(system: System, key: string, phase: string): Promise<void> {
  await until(`the order ${key} is ${phase}`, async () => {
    await intent(system, key);
    const orders: Json[] = await system.oracle('orders');
    return orders.some(({ state }) => state === phase) && orders.length === (key === 'before' ? 1 : 2);
  });
}

async function intent(system: System, key: string): Promise<Json> {
  try {
    const response = await fetch(`${system.doorUrl}/api/v1/intents`, {
      method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, signal: AbortSignal.timeout(5_000),
      body: JSON.stringify({ key, side: 'buy', instrument: 'BTC/USD', quantity: '0.001' }),
    });
    return response.status >= 200 && response.status < 300 ? await response.json() : undefined;
  } catch {
    return undefined; // nobody there yet
  }
}

async function got(system: System, path: string): Promise<Json> {
  return until(`an answer of ${path}`, () => ask(system, 'GET', path));
}
const post = (system: System, path: string, body: Json): Promise<Json> => ask(system, 'POST', path, body);

/** Over the control socket; undefined where no whole answer came. */
function ask(system: System, method: string, path: string, body?: Json): Promise<Json> {
  return new Promise((resolve) => {
    const asking = request({ socketPath: system.controlSocket, method, path, timeout: 5_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve(response.statusCode === 200 && response.complete ? JSON.parse(text) : undefined)).on('error', () => resolve(undefined));
    });
    asking.on('error', () => resolve(undefined)).on('timeout', () => asking.destroy()).end(body === undefined ? undefined : JSON.stringify(body));
  });
}
