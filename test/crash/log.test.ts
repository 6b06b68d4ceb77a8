/** The log of a real system: one alert followed through it, secrets looked for, and a reader that stops reading. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { breakwater, until } from './kit-program.ts';
import type { Printed } from './kit-program.ts';

const program = fileURLToPath(new URL('../../bin/breakwater', import.meta.url));
const SECRETS = ['demo-key', 'demo-secret', 'demo-webhook-secret', 'demo-bot-secret'];
const FLOOD = 2_500;

test('a log that nobody reads stalls nothing; read again, it says what was lost, and holds no secret', { timeout: 120_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const exchange = breakwater(['exchange', '--port', '0', '--data', join(folder, 'exchange'), '--json']);
  const venue = await until('the exchange', () => exchange.out[0]?.['listening']) as string;

  const args = ['start', '--config', 'config/demo.json', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--venue-url', `alpaca=${venue}`, '--log-format', 'json', '--log-level', 'debug', '--json'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, BREAKWATER__METRICS__LISTEN: '127.0.0.1:0' } });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  context.after(async () => {
    child.stderr.destroy();
    child.kill('SIGTERM');
    await gone;
    exchange.signal('SIGTERM');
    await exchange.ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const log: Printed[] = [];
  const texts: string[] = [];
  const lines = createInterface(child.stderr).on('line', (text) => {
    texts.push(text);
    log.push(JSON.parse(text) as Printed);
  });
  const [first] = await Promise.race([new Promise<string[]>((resolve) => void createInterface(child.stdout).once('line', (text) => resolve([text]))), gone.then(() => [])]);
  const { listening } = JSON.parse(first ?? '{}') as { readonly listening: string };
  const post = async (key: string, quantity = '0.01'): Promise<Printed> => {
    const answer = await fetch(`${listening}/api/v1/intents`, { method: 'POST', headers: { authorization: 'Bearer demo-bot-secret' }, body: JSON.stringify({ key, instrument: 'BTC/USD', side: 'buy', quantity }) });
    return await answer.json() as Printed;
  };

  const told = await until('an order that is taken', async () => {
    const answer = await post(`first-${log.length}`);
    return answer['success'] === true ? answer : undefined;
  });
  const own = (): Printed[] => log.filter((line) => line['orderId'] === told['orderId']);
  await until('the order is booked', () => own().some((line) => line['event'] === 'order.booked'));
  assert.deepEqual([...new Set(own().map((line) => line['correlationId']))], [told['correlationId']]);
  for (const event of ['order.intended', 'order.prepared', 'order.sending', 'order.acknowledged', 'fill.booked', 'order.booked']) assert.ok(own().some((line) => line['event'] === event), event);

  const figures = await until('the figures are served', () => log.find((line) => line['msg'] === 'figures are served')?.['listening']) as string;

  lines.pause(); // nobody reads any more
  child.stderr.pause();
  let slowestMs = 0;
  for (let at = 0; at < FLOOD; at += 25) {
    const askedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 25 }, (_, index) => post(`flood-${at + index}`, '1')));
    slowestMs = Math.max(slowestMs, performance.now() - askedMs);
    for (const answer of answers) assert.equal(answer['outcome'], 'blocked', JSON.stringify(answer));
  }
  assert.ok(slowestMs < 2_500, `the slowest answers took ${slowestMs} ms`);
  child.stderr.resume();
  lines.resume();
  const lost = await until('the lines that were lost are told', async () => {
    await post(`after-${log.length}`, '1');
    return log.find((line) => typeof line['dropped'] === 'number');
  });
  assert.ok(Number(lost['dropped']) > 100, JSON.stringify(lost));
  const scraped = await (await fetch(`${figures}/metrics`)).text();
  const figure = (name: string): number => Number(scraped.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length));
  assert.ok(figure('breakwater_log_lines_dropped_total') > 100);
  assert.ok(figure('breakwater_orders_total{venue="alpaca",outcome="blocked",reason="BW-3020"}') >= FLOOD, scraped.split('\n').filter((line) => line.includes('orders_total')).join('\n'));
  assert.ok(figure('breakwater_journal_fsync_seconds_count') > 0 && figure('nodejs_eventloop_lag_p99_seconds') < 1);
  assert.equal((await fetch(`${figures}/api/v1/status`)).status, 404);
  assert.equal((await fetch(`${listening}/readyz`)).status, 200);
  assert.equal((await fetch(`${listening}/metrics`)).status, 404);
  assert.ok(log.every((line) => line['level'] !== 'error'), JSON.stringify(log.filter((line) => line['level'] === 'error').slice(0, 3)));
  for (const secret of SECRETS) assert.ok(!texts.some((text) => text.includes(`"${secret}`) || text.includes(`=${secret}`) || text.includes(`${secret}"`)), secret);
});
