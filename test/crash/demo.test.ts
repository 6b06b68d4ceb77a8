/** `breakwater demo` as a whole: on a recording as fast as it goes, with faults; again on the same data; and left alone by its starter. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

type Ran = { readonly code: number; readonly lines: readonly Readonly<Record<string, unknown>>[]; readonly notes: string };
function breakwater(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, notes: stderr, lines: stdout.trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>) });
    });
  });
}

/** Candles that rise and fall, so that the sample bot has something to do. */
function recording(path: string, candles: number): string {
  const rows = Array.from({ length: candles }, (_, index) => {
    const price = 20_000 + Math.round(300 * Math.sin(index * 0.9) + 40 * Math.cos(index * 2.3));
    return `${1_678_320_000_000 + index * 60_000},${price},${price + 25},${price - 25},${price + (index % 3) * 5},1`;
  });
  writeFileSync(path, ['timestampMs,open,high,low,close,volume', ...rows, ''].join('\n'));
  return path;
}

test('the demo trades a recording with faults, ends with books equal to the last unit, and goes on there', { timeout: 300_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  const faults = join(folder, 'faults.json');
  writeFileSync(faults, JSON.stringify({ seed: 3, rules: [
    { on: 'order.create', fault: 'answer-lost', times: 1, probability: 0.1 }, { on: 'order.create', fault: 'accepted-then-5xx', times: 3, probability: 0.2 },
    { on: 'order.create', fault: 'reset-after', times: 3, probability: 0.2 }, { on: 'stream.event', fault: 'mute-stream', times: 1, probability: 0.1 },
    { on: 'stream.event', fault: 'event-lost', times: 5, probability: 0.1 },
  ] }));
  const replayed = await breakwater('demo', '--data', data, '--replay', recording(join(folder, 'btcusdc-test.csv'), 160), '--speed', 'max', '--faults', faults, '--json');
  const summary = replayed.lines.at(-1) ?? {};
  assert.equal(replayed.code, 0, `${JSON.stringify(summary)}\n${replayed.notes}`);
  const { orders, unknown, live, duplicates, booksAgree, lost, uncalled } = summary;
  assert.deepEqual({ unknown, live, duplicates, booksAgree, lost, uncalled }, { unknown: 0, live: 0, duplicates: 0, booksAgree: true, lost: [], uncalled: [] });
  assert.ok(Number(orders) >= 30, `${String(orders)} orders`);
  assert.match(String(summary['journalHead']), /^[0-9a-f]{64}$/);
  assert.ok(Object.values(summary['faults'] as Readonly<Record<string, number>>).reduce((sum, times) => sum + times, 0) >= 5);

  const again = await breakwater('demo', '--data', data, '--for', '4s', '--json');
  const after = again.lines.at(-1) ?? {};
  assert.equal(again.code, 0, `${JSON.stringify(after)}\n${again.notes}`);
  assert.ok(Number(after['orders']) >= Number(orders), 'the orders of the first run are still there');
  assert.equal(after['boots'], 2);

  const verified = await breakwater('journal', 'verify', '--data', data, '--json');
  assert.equal(verified.code, 0);
});
