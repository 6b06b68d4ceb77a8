import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Calendar } from './index.ts';

const HOUR_MS = 3_600_000;
const dayAt = (zone: string, turnsAtMinute: number, time: string) => new Calendar(zone, turnsAtMinute).dayAt(Date.parse(time));

test('D1: a day ends at midnight of its zone, after 23 or 25 hours where the clocks are changed', () => {
  for (const [time, key, hours] of [
    ['2026-03-28T00:00:00+01:00', '2026-03-28', 24], ['2026-03-29T00:00:00+01:00', '2026-03-29', 23], ['2026-03-30T00:00:00+02:00', '2026-03-30', 24],
    ['2026-10-25T00:00:00+02:00', '2026-10-25', 25], ['2026-10-26T00:00:00+01:00', '2026-10-26', 24],
  ] as const) {
    const day = dayAt('Europe/Amsterdam', 0, time);
    assert.deepEqual([day.key, (day.endsAtMs - Date.parse(time)) / HOUR_MS], [key, hours]);
  }
});

test('a day that turns at another time is yesterday until then', () => {
  assert.equal(dayAt('America/New_York', 17 * 60, '2026-01-05T16:59:59.999-05:00').key, '2026-01-04');
  const day = dayAt('America/New_York', 17 * 60, '2026-01-05T17:00:00-05:00');
  assert.deepEqual([day.key, day.endsAtMs], ['2026-01-05', Date.parse('2026-01-06T17:00:00-05:00')]);
});

test('a turning time that the clocks skip turns when they have skipped it; one that comes twice turns once', () => {
  const before = dayAt('Europe/Amsterdam', 150, '2026-03-29T01:59:59+01:00');
  assert.deepEqual([before.key, before.endsAtMs], ['2026-03-28', Date.parse('2026-03-29T03:00:00+02:00')]);
  const calendar = new Calendar('Europe/Amsterdam', 150);
  const keys = new Set<string>();
  let latest = '';
  let turns = 0;
  for (let atMs = Date.parse('2026-10-24T12:00:00Z'); atMs < Date.parse('2026-10-26T12:00:00Z'); atMs += 60_000) {
    const { key } = calendar.dayAt(atMs);
    keys.add(key);
    if (key > latest) [latest, turns] = [key, turns + 1];
  }
  assert.deepEqual([turns, keys.size], [3, 3]);
});

test('asked again and again, it answers the same until the day ends, and then the next one', () => {
  const calendar = new Calendar('Australia/Lord_Howe', 0); // changes its clocks by half an hour
  for (let atMs = Date.parse('2026-03-01T00:00:00Z'); atMs < Date.parse('2026-11-01T00:00:00Z'); atMs += 7 * HOUR_MS) {
    const { key, zone, endsAtMs } = calendar.dayAt(atMs);
    assert.deepEqual(calendar.dayAt(atMs), new Calendar(zone, 0).dayAt(atMs));
    assert.ok(endsAtMs > atMs && endsAtMs - atMs <= 24.5 * HOUR_MS);
    assert.equal(calendar.dayAt(endsAtMs - 1).key, key);
    assert.ok(calendar.dayAt(endsAtMs).key > key);
  }
});

test('what it answers is a day and nothing else: it is written down as it is', () => {
  assert.deepEqual(Object.keys(dayAt('UTC', 0, '2026-01-01T00:00:00Z')).sort(), ['endsAtMs', 'key', 'zone']);
});
