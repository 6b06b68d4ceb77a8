import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promMeters } from '../../edges/metrics/index.ts';
import type { MetricSpec } from '../../ports/index.ts';
import { alert, asked, running, SOURCE } from '../../../test/support/running.ts';
import { catalogue, countingWitness, gaugesOf, strandedGauges } from './index.ts';

const build = { version: '0.0.0', node: '26', journalFormat: 2 };
const units = /_(seconds|bytes|entries|seq|ratio|info)$/;

test('names, labels and texts keep the conventions of Prometheus', () => {
  for (const [name, { kind, help, labels, buckets }] of Object.entries<MetricSpec>(catalogue)) {
    assert.match(name, /^breakwater_[a-z]+(_[a-z]+)*$/, name);
    assert.equal(name.endsWith('_total'), kind === 'counter', `${name}: a counter ends with _total, and nothing else does`);
    assert.doesNotMatch(name, /_(ms|millis|milliseconds|minutes|kb|mb|percent|count|sum|bucket)(_|$)|_(counter|gauge|histogram)/, `${name}: base units, and no word that the format uses`);
    if (kind === 'histogram') assert.match(name, units, name);
    if (name.endsWith('_seconds') || name.endsWith('_bytes')) assert.notEqual(kind, 'counter', name);
    assert.ok(/^[A-Z1].*\.$/.test(help) && !help.includes('\n'), `${name}: ${help}`);
    for (const label of labels) assert.ok(/^[a-z][a-z_]*$/.test(label) && !label.startsWith('__') && !['le', 'quantile', 'job', 'instance', 'symbol', 'instrument'].includes(label), `${name}{${label}}`);
    assert.deepEqual(buckets ?? [], (buckets ?? []).toSorted((a, b) => a - b), name);
    assert.equal(buckets !== undefined, kind === 'histogram', name);
  }
});

test('every metric that the alert rules speak of is one', () => {
  const text = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
  const spoken = [...text.matchAll(/breakwater_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  assert.ok(spoken.length > 10);
  for (const name of spoken) assert.ok(Object.hasOwn(catalogue, name), name);
  assert.equal([...text.matchAll(/^ {6}- alert:/gm)].length, [...text.matchAll(/^ {10}summary:/gm)].length, 'each says what it means');
});

async function watched(given: Parameters<typeof running>[0] = {}) {
  const meters = promMeters({ catalogue });
  const world = await running({ ...given, witness: countingWitness(meters) });
  const scrape = async (): Promise<string[]> => {
    const samples = await world.clock.until(gaugesOf(world.runtime, world.clock, { build, journalBytes: () => 4_096, heartbeats: 0 }));
    return (await meters.text(samples)).body.split('\n').filter((line) => line.startsWith('breakwater_'));
  };
  return { ...world, scrape };
}
const valueOf = (lines: readonly string[], name: string): number | undefined => { const line = lines.find((one) => one.startsWith(`${name} `)); return line === undefined ? undefined : Number(line.slice(name.length + 1)); };

test('an order is counted when it is final, its phases are timed, and how things stand is shown', async () => {
  const world = await watched();
  await world.hook(alert());
  await world.hook(alert({ id: 'a2', quantity: '9999' }));
  await world.clock.runFor(1_000);
  const lines = await world.scrape();
  assert.equal(valueOf(lines, 'breakwater_orders_total{venue="paper",outcome="blocked",reason="BW-3020"}'), 1, lines.filter((line) => line.includes('orders_total')).join('\n'));
  assert.equal(valueOf(lines, 'breakwater_journal_entries_total{type="order.intended"}'), 2);
  assert.ok((valueOf(lines, 'breakwater_order_phase_duration_seconds_count{phase="sending"}') ?? 0) >= 1);
  assert.ok((valueOf(lines, 'breakwater_journal_fsync_seconds_count') ?? 0) > 1);
  assert.equal(valueOf(lines, 'breakwater_gate_state{state="ACTIVE"}'), 1);
  assert.equal(valueOf(lines, 'breakwater_gate_state{state="HALTED"}'), 0);
  assert.equal(valueOf(lines, 'breakwater_orders_unknown'), 0);
  assert.equal(valueOf(lines, 'breakwater_reconcile_mismatches{venue="paper"}'), 0);
  assert.ok((valueOf(lines, 'breakwater_venue_data_age_seconds{venue="paper"}') ?? 99) < 5);
  assert.equal(valueOf(lines, 'breakwater_journal_lag_entries'), 0);
  assert.equal(valueOf(lines, 'breakwater_ready'), 1);
  assert.equal(valueOf(lines, 'breakwater_journal_bytes'), 4_096);
  await world.ask(world.control, 'POST', '/api/v1/halt', { by: 'sam', reason: 'test' });
  const halted = await world.scrape();
  assert.deepEqual([valueOf(halted, 'breakwater_gate_state{state="HALTED"}'), valueOf(halted, 'breakwater_gate_state{state="ACTIVE"}'), valueOf(halted, 'breakwater_ready')], [1, 0, 0]);
  for (const line of [...lines, ...halted]) assert.ok(!line.includes(SOURCE.secret) && !line.includes('BTC'), line);
});

test('F3: what is not known yet is absent, not zero', async () => {
  const world = await watched({ unstarted: true });
  const lines = await world.scrape();
  for (const name of ['breakwater_reconcile_mismatches', 'breakwater_reconcile_age_seconds', 'breakwater_venue_data_age_seconds', 'breakwater_sources_silent']) assert.ok(!lines.some((line) => line.startsWith(name)), name);
  assert.equal(valueOf(lines, 'breakwater_ready'), 0);
});

test('F1: while the disk does not confirm nothing is counted, and nothing is told that rests on it', async () => {
  let slowMs = 1;
  const world = await watched({ store: (clock) => ({ timer: (delayMs, run) => clock.timer(delayMs, run), flushDelayMs: () => slowMs }) });
  slowMs = 4_000;
  const before = await world.scrape();
  const asking = world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: false }, { actor: 'operator:sam', correlationId: 'c' });
  const during = await world.scrape();
  assert.ok((valueOf(during, 'breakwater_journal_lag_entries') ?? 0) > 0);
  assert.ok(!during.some((line) => line.startsWith('breakwater_gate_state') || line.startsWith('breakwater_orders_live')), during.join('\n'));
  assert.equal(valueOf(during, 'breakwater_journal_entries_total{type="gate.halted"}'), undefined);
  assert.equal(valueOf(during, 'breakwater_journal_durable_seq'), valueOf(before, 'breakwater_journal_durable_seq'));
  await world.clock.until(asking);
  slowMs = 1;
  const after = await world.scrape();
  assert.equal(valueOf(after, 'breakwater_journal_entries_total{type="gate.halted"}'), 1);
});

test('signals are counted by what each was answered', async () => {
  const { hook, tally, counted } = await running();
  await hook(alert());
  await hook(alert());
  await hook(alert({ secret: 'wrong' }));
  await hook('{"secret":"tv-hook-7"');
  assert.deepEqual(counted, ['demo order', 'demo duplicate', 'demo unauthorised', 'demo malformed']);
  assert.deepEqual(tally.shown()['demo'], { order: 1, duplicate: 1, unauthorised: 1, malformed: 1 });
});

test('without a journal the gate is told as shut, and nothing is made up', async () => {
  const lines = (await promMeters({ catalogue }).text(strandedGauges(build))).body.split('\n').filter((line) => line.startsWith('breakwater_') && !line.endsWith(' 0') && !line.includes('_bucket'));
  assert.deepEqual(lines, ['breakwater_build_info{version="0.0.0",node="26",journal_format="2"} 1', 'breakwater_stranded 1', 'breakwater_gate_state{state="HALTED"} 1']);
});

test('GET /readyz names every condition, and tells no names, amounts or reasons of people', async () => {
  const world = await running({ unstarted: true });
  const ready = (app = world.outside) => world.clock.until(asked(app, 'GET', '/readyz'));
  const cold = await ready();
  assert.equal(cold.status, 503);
  assert.deepEqual(cold.body.conditions.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]), [['journal', true], ['gate', true], ['safety', true], ['venues', false], ['books', true], ['prices', false]]);
  world.runtime.start();
  await world.clock.runUntil(() => world.runtime.world.ledger.reconciled.has('paper') && world.runtime.prices.price('paper', 'BTC/USD', world.runtime.time.nowMs()) !== undefined, 10_000);
  const warm = await ready();
  assert.equal(warm.status, 200, JSON.stringify(warm.body));
  await world.ask(world.control, 'POST', '/api/v1/halt', { by: 'sam-the-trader', reason: 'we lost 4711 USD' });
  const halted = await ready();
  assert.equal(halted.status, 503);
  assert.match(JSON.stringify(halted.body), /"name":"gate","ok":false,"why":"it is HALTED/);
  assert.doesNotMatch(JSON.stringify(halted.body), /sam|4711|paper|BTC/);
  assert.equal((await ready(world.control)).status, 503);
});
