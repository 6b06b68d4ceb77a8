/** The exchange on a real disk, killed: what was answered is there, and it opens again as its log says. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLineLog } from '../../src/edges/files/index.ts';
import { createExchange } from '../../src/exchange/index.ts';

const still = { monotonicMs: () => 0, wallMs: () => 1_700_000_000_000, timer: () => () => {} };
const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/** Trades without end, eight orders at once, and says which were answered. */
const program = (path: string, life: number): string => `
  import { openLineLog } from ${source('edges/files/index.ts')};
  import { createExchange } from ${source('exchange/index.ts')};
  const clock = { monotonicMs: () => 0, wallMs: () => 1_700_000_000_000, timer: () => () => {} };
  const exchange = await createExchange({ clock, seed: 5, log: await openLineLog(${JSON.stringify(path)}) });
  const trade = async (lane) => {
    for (let n = 0; ; n++) {
      const side = n % 2 === 0 ? 'buy' : 'sell';
      const result = await exchange.place('demo', { clientOrderId: \`${life}-\${lane}-\${n}\`, symbol: 'BTC/USD', side, type: 'market', timeInForce: 'ioc', quantity: '0.001', limitPrice: undefined, stopPrice: undefined });
      process.stdout.write(\`\${result.kind} \${result.order.clientOrderId}\\n\`);
    }
  };
  for (let lane = 0; lane < 8; lane++) void trade(lane);`;

test('an exchange that is killed again and again loses no answered order, repeats no id and keeps its totals', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'bw-exchange-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'exchange.log');
  const answered: string[] = [];
  for (let life = 0; life < 5; life++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(path, life)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.split('\n').length > 40 + life * 13) child.kill('SIGKILL');
    }
    answered.push(...said.split('\n').slice(0, -1));
    if (life % 2 === 1) await appendFile(path, '[{"seq":'); // a line that the crash tore
  }
  const log = await openLineLog(path);
  const exchange = await createExchange({ clock: still, seed: 5, log });
  const orders = new Map(exchange.oracle.orders().map((order) => [order.clientOrderId, order]));
  for (const line of answered) {
    const [kind, id = ''] = line.split(' ');
    assert.equal(kind, 'placed');
    assert.equal(orders.get(id)?.state, 'filled', id);
  }
  assert.ok(answered.length >= 200);
  assert.equal(new Set([...orders.values()].map(({ id }) => id)).size, exchange.oracle.orders().length);
  assert.deepEqual([exchange.oracle.totals().USD?.sum, exchange.oracle.totals().BTC?.sum], ['1000000', '20']);
  await log.close();
});
