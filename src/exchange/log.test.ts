import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gold, openFloor, placed } from './fixture.ts';
import { memoryLog } from './log.ts';

async function written(): Promise<string[]> {
  const { exchange, log } = await openFloor();
  await placed(exchange, 'ann', 'sell 1 @ 100');
  await placed(exchange, 'bob', 'buy 1 @ 100');
  return log.lines;
}

test('one line is one turn: all that an order caused at once, or nothing of it', async () => {
  const types = (await written()).map((line) => (JSON.parse(line) as { type: string }[]).map(({ type }) => type).join(' '));
  assert.deepEqual(types, ['account account', 'order new', 'order new trade']);
});

test('a log that was edited, cut in the middle or written for other instruments does not open', async () => {
  const lines = await written();
  const opens = (log: string[]) => openFloor({}, memoryLog(log));
  await assert.rejects(opens([lines[0] ?? '', lines[2] ?? '']), { code: 'BW-4802', message: /line 2 does not fit \(event 5 stands where event 3 belongs\)/ });
  await assert.rejects(opens([lines[0] ?? '', 'nonsense']), { code: 'BW-4802', message: /line 2/ });
  await assert.rejects(opens([lines[0] ?? '', '{"seq":3}']), /not a list of events/);
  await assert.rejects(opens([lines[0] ?? '', '[{"seq":3,"atMs":1000000,"type":"gift"}]']), /event 3 does not fit/);
  await assert.rejects(opens(lines.map((line) => line.replaceAll('"quantity":"1"', '"quantity":"90000"'))), { code: 'BW-4802' });
  await assert.rejects(openFloor({ instruments: [{ ...gold, symbol: 'TIN/USD', base: 'TIN' }] }, memoryLog(lines)), { code: 'BW-4802', message: /event 1/ });
});
