import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../door/index.ts';
import { promMeters } from '../../edges/metrics/index.ts';
import { WaysOut } from './ways-out.ts';

const lane = { running: 1, waiting: 2, begun: 3, refused: 0, expired: 0, waitedMs: { sum: 0, most: 0 } };
const statistics = (limited: number) => ({
  lanes: { cancel: lane }, refused: { stopped: limited * 2 }, limited, banned: 1, repeated: 5,
  budget: { lanes: { cancel: { waiting: 4, begun: 0, refused: 0, expired: 0 } }, windows: { trading: { limit: 200, common: 1, urgent: 0, told: 0, free: 150, spare: 150 } }, limitedForMs: 2_500, bannedForMs: 0, forced: 0 },
});

test('what a way out refused is counted once however often it is told, and how it stands is told each time', async () => {
  const meters = promMeters({ catalogue });
  const ways = new WaysOut(meters);
  ways.tell([{ name: 'alpaca', statistics: () => statistics(1) }]);
  const { body } = await meters.text(ways.tell([{ name: 'alpaca', statistics: () => statistics(3) }]));
  const lines = body.split('\n');
  for (const line of [
    'breakwater_gateway_refused_total{venue="alpaca",by="rate-limit"} 3', 'breakwater_gateway_refused_total{venue="alpaca",by="ban"} 1', 'breakwater_gateway_held_back_total{venue="alpaca",reason="stopped"} 6',
    'breakwater_gateway_repeated_total{venue="alpaca"} 5', 'breakwater_gateway_places{venue="alpaca",lane="cancel"} 1', 'breakwater_gateway_waiting{venue="alpaca",lane="cancel",for="place"} 2',
    'breakwater_gateway_waiting{venue="alpaca",lane="cancel",for="allowance"} 4', 'breakwater_gateway_free{venue="alpaca",limit="trading"} 150', 'breakwater_gateway_closed_seconds{venue="alpaca",by="rate-limit"} 2.5',
  ]) assert.ok(lines.includes(line), `${line}\n${lines.filter((one) => one.includes('gateway')).join('\n')}`);
});
