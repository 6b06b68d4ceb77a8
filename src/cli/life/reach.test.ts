import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../door/index.ts';
import { promMeters } from '../../edges/metrics/index.ts';
import { Reach } from './reach.ts';

const base = {
  base: 'http://127.0.0.1:1', connections: 3, busy: 1, opened: 4, retired: 1, requests: 9, answered: 7, unknown: 1, notSent: 1, latencyMs: 20, errorShare: 0.25, ejections: 0, isEjected: false,
};
const fresh = { ...base, base: 'http://127.0.0.1:2', connections: 0, busy: 0, opened: 0, requests: 0, answered: 0, unknown: 0, notSent: 0, latencyMs: undefined, errorShare: 0 };

test('requests are counted once however often they are told, and what is not known of a base URL is absent', async () => {
  const meters = promMeters({ catalogue });
  const reach = new Reach(meters);
  reach.tell({ bases: [{ ...base, requests: 8, answered: 6 }, fresh], waiting: 0 });
  reach.tell({ bases: [base, fresh], waiting: 2 });
  const { body } = await meters.text(reach.tell({ bases: [base, fresh], waiting: 2 }));
  const lines = body.split('\n').filter((line) => line.startsWith('breakwater_net_'));
  const [here, there] = ['base="http://127.0.0.1:1"', 'base="http://127.0.0.1:2"'];
  for (const line of [
    `breakwater_net_requests_total{${here},outcome="answered"} 7`, `breakwater_net_requests_total{${here},outcome="unknown"} 1`, `breakwater_net_requests_total{${here},outcome="not-sent"} 1`,
    `breakwater_net_opened_total{${here}} 4`, `breakwater_net_connections{${here},state="busy"} 1`, `breakwater_net_connections{${here},state="idle"} 2`,
    'breakwater_net_waiting 2', `breakwater_net_latency_seconds{${here}} 0.02`, `breakwater_net_errors_ratio{${here}} 0.25`, `breakwater_net_ejected{${here}} 0`,
  ]) assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
  assert.ok(!lines.some((line) => line.includes(there) && /latency|errors/.test(line)), 'nothing was asked there');
});
