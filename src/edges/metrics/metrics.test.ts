import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricSpec } from '../../ports/index.ts';
import { promMeters } from './index.ts';

const catalogue: Readonly<Record<string, MetricSpec>> = {
  test_things_total: { kind: 'counter', help: 'Things.', labels: ['name'] },
  test_wait_seconds: { kind: 'histogram', help: 'Waiting.', labels: [], buckets: [0.1, 1] },
  test_level: { kind: 'gauge', help: 'A level.', labels: [] },
  test_age_seconds: { kind: 'gauge', help: 'An age.', labels: ['venue'] },
};
const linesOf = (body: string): string[] => body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('what was counted, observed and given is written in the text format', async () => {
  const meters = promMeters({ catalogue });
  meters.add('test_things_total', { name: 'a "quoted"\nname' });
  meters.add('test_things_total', { name: 'b' }, 2);
  meters.observe('test_wait_seconds', {}, 0.5);
  const { contentType, body } = await meters.text([{ name: 'test_level', labels: {}, value: 7 }, { name: 'test_age_seconds', labels: { venue: 'sim' }, value: 1.5 }]);
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  const lines = linesOf(body);
  for (const line of ['test_things_total{name="a \\"quoted\\"\\nname"} 1', 'test_things_total{name="b"} 2', 'test_wait_seconds_bucket{le="0.1"} 0', 'test_wait_seconds_bucket{le="1"} 1', 'test_wait_seconds_bucket{le="+Inf"} 1', 'test_wait_seconds_sum 0.5', 'test_wait_seconds_count 1', 'test_level 7', 'test_age_seconds{venue="sim"} 1.5']) assert.ok(lines.includes(line), `${line}\n${body}`);
});

test('M1: a gauge that is not given is absent, also when it was given before', async () => {
  const meters = promMeters({ catalogue });
  assert.ok(!linesOf((await meters.text([])).body).some((line) => /^test_(level|age)/.test(line)));
  await meters.text([{ name: 'test_level', labels: {}, value: 7 }, { name: 'test_age_seconds', labels: { venue: 'sim' }, value: 1 }]);
  assert.ok(!linesOf((await meters.text([{ name: 'test_level', labels: {}, value: Number.NaN }])).body).some((line) => /^test_(level|age)/.test(line)));
});

test('M2: a label keeps a hundred values apart, and no more', async () => {
  const meters = promMeters({ catalogue });
  for (let index = 0; index < 1_000; index++) meters.add('test_things_total', { name: `n${index}` });
  const lines = linesOf((await meters.text([])).body).filter((line) => line.startsWith('test_things_total'));
  assert.equal(lines.length, 101);
  assert.ok(lines.includes('test_things_total{name="other"} 900'));
});

test('the figures of the process stand beside ours where they were asked for, and only there', async () => {
  assert.match((await promMeters({ catalogue, process: true }).text([])).body, /^nodejs_eventloop_lag_p99_seconds /m);
  assert.doesNotMatch((await promMeters({ catalogue }).text([])).body, /nodejs_|process_/);
});
