import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dealingTimes, lastDealingMs, newYork, nextPhaseMs, phaseAt, sessionsBetween } from './calendar.ts';

const at = (text: string): number => Date.parse(text);
const closedDays = (year: number): readonly string[] => {
  const open = new Set(sessionsBetween(newYork, `${year}-01-01`, `${year}-12-31`).map(({ date }) => date));
  const weekdays = Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(year, 0, 1 + day))).filter((date) => date.getUTCFullYear() === year && date.getUTCDay() % 6 !== 0);
  return weekdays.map((date) => date.toISOString().slice(0, 10)).filter((date) => !open.has(date));
};

test('the holidays of a year are those that the New York exchanges keep', () => {
  assert.deepEqual(closedDays(2024), ['2024-01-01', '2024-01-15', '2024-02-19', '2024-03-29', '2024-05-27', '2024-06-19', '2024-07-04', '2024-09-02', '2024-11-28', '2024-12-25']);
  assert.deepEqual(closedDays(2026), ['2026-01-01', '2026-01-19', '2026-02-16', '2026-04-03', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07', '2026-11-26', '2026-12-25']);
  assert.equal(closedDays(2022).includes('2021-12-31'), false, 'a New Year on a Saturday is not kept');
  assert.deepEqual(closedDays(2022).slice(0, 1), ['2022-01-17']);
});

test('some days end early, and the clock is an hour ahead in summer', () => {
  const hours = (date: string): readonly string[] => sessionsBetween(newYork, date, date).flatMap(({ opensAtMs, closesAtMs, extendedUntilMs }) => [opensAtMs, closesAtMs, extendedUntilMs].map((ms) => new Date(ms).toISOString().slice(11, 16)));
  assert.deepEqual(hours('2026-01-05'), ['14:30', '21:00', '01:00']);
  assert.deepEqual(hours('2026-07-06'), ['13:30', '20:00', '00:00']);
  assert.deepEqual(hours('2026-11-27'), ['14:30', '18:00', '22:00']);
  assert.deepEqual(hours('2024-07-03'), ['13:30', '17:00', '21:00']);
  assert.deepEqual(hours('2026-03-06').concat(hours('2026-03-09')), ['14:30', '21:00', '01:00', '13:30', '20:00', '00:00']);
});

test('a day goes from closed to extended, regular, extended and closed again', () => {
  const phases = ['08:59:59', '09:00:00', '14:29:59', '14:30:00', '20:59:59', '21:00:00'].map((time) => phaseAt(newYork, at(`2026-01-05T${time}Z`)));
  assert.deepEqual(phases, ['closed', 'extended', 'extended', 'regular', 'regular', 'extended']);
  assert.deepEqual([phaseAt(newYork, at('2026-01-06T00:59:59Z')), phaseAt(newYork, at('2026-01-06T01:00:00Z')), phaseAt(newYork, at('2026-01-03T15:00:00Z'))], ['extended', 'closed', 'closed']);
  assert.equal(nextPhaseMs(newYork, at('2026-01-03T15:00:00Z')), at('2026-01-05T09:00:00Z'));
  assert.equal(nextPhaseMs(newYork, at('2026-01-05T14:30:00Z')), at('2026-01-05T21:00:00Z'));
});

test('the times of dealing between two moments are cut at both, and the last one is found over a long weekend', () => {
  const times = dealingTimes(newYork, at('2026-01-02T20:00:00Z'), at('2026-01-05T10:00:00Z'));
  assert.deepEqual(times.map((pair) => pair.map((ms) => new Date(ms).toISOString())), [['2026-01-02T20:00:00.000Z', '2026-01-03T01:00:00.000Z'], ['2026-01-05T09:00:00.000Z', '2026-01-05T10:00:00.000Z']]);
  assert.equal(lastDealingMs(newYork, at('2026-01-04T12:00:00Z')), at('2026-01-03T01:00:00Z') - 1);
  assert.equal(lastDealingMs(newYork, at('2026-01-05T12:00:00Z')), at('2026-01-05T12:00:00Z'));
});
