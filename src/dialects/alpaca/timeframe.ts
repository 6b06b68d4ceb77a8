/** The length of a bar as clients ask for it, and minutes folded into such bars. Days begin at midnight UTC, weeks on Monday. */
import type { DeskBar } from '../../ports/index.ts';
import { add, larger, smaller } from './decimal.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const mondayMs = 4 * dayMs; // the first Monday of all, 5 January 1970

/** From a moment to the beginning of the bar it falls into. */
export type Timeframe = (atMs: number) => number;

const multiple = (lengthMs: number, fromMs = 0): Timeframe => (atMs) => Math.floor((atMs - fromMs) / lengthMs) * lengthMs + fromMs;

const months = (count: number): Timeframe => (atMs) => {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / count) * count);
};

export const daily: Timeframe = multiple(dayMs);

/** "1Min", "15T", "4Hour", "1D", "1Week", "3Month" …; undefined for what the venue has no bars of. */
export function timeframeOf(text: string): Timeframe | undefined {
  const [, digits = '', unit = ''] = /^([1-9]\d?)(\w+)$/.exec(text) ?? [];
  const count = Number(digits);
  switch (unit === 'M' ? 'month' : unit.toLowerCase()) {
    case 'min':
    case 't': return count <= 59 ? multiple(count * minuteMs) : undefined;
    case 'hour':
    case 'h': return count <= 23 ? multiple(count * hourMs) : undefined;
    case 'day':
    case 'd': return count === 1 ? daily : undefined;
    case 'week':
    case 'w': return count === 1 ? multiple(7 * dayMs, mondayMs) : undefined;
    case 'month': return [1, 2, 3, 4, 6, 12].includes(count) ? months(count) : undefined;
    default: return undefined;
  }
}

/** Bars of minutes, oldest first, as the longer bars they make. */
export function folded(minutes: readonly DeskBar[], timeframe: Timeframe): readonly DeskBar[] {
  const bars: DeskBar[] = [];
  for (const minute of minutes) {
    const startMs = timeframe(minute.startMs);
    const running = bars.at(-1);
    if (running?.startMs !== startMs) bars.push({ ...minute, startMs });
    else bars[bars.length - 1] = joined(running, minute);
  }
  return bars;
}

const joined = (bar: DeskBar, next: DeskBar): DeskBar => ({
  ...bar, close: next.close, high: larger(bar.high, next.high), low: smaller(bar.low, next.low),
  volume: add(bar.volume, next.volume), value: add(bar.value, next.value), trades: bar.trades + next.trades,
});
