/** Two recorded days in which venues parted, judged by the rules for price sources: which source was used when, and why. */
import { existsSync } from 'node:fs';
import { PriceFeeds } from '../../src/core/index.ts';
import type { Fault, FeedChange, FeedWords } from '../../src/core/index.ts';
import { parseUnits } from '../../src/base/index.ts';
import { openRecording } from '../../src/edges/files/index.ts';

const MINUTE_MS = 60_000;
export const SCALE = 2;
const folder = new URL('../../../shared/data/', import.meta.url).pathname;
const files: Readonly<Record<string, string>> = { Kraken: `${folder}btcusdc-1m-kraken-20230309-13.csv.gz`, 'Binance.US': `${folder}btcusdc-1m-binanceus-20230309-13.csv.gz` };
export const areThere = (): boolean => Object.values(files).every((path) => existsSync(path));

/** A candle is a minute long and has no bid and ask: the bounds that look at seconds are stretched to minutes, and its close is both. */
export const words: FeedWords = {
  sources: Object.keys(files), lockedIsSound: true, staleAfterMs: 5 * MINUTE_MS, jumpPpm: 20_000, jumpWithinMs: 5 * MINUTE_MS, jumpHoldMs: 15 * MINUTE_MS, disputePpm: 10_000,
  resumeAfterMs: 10 * MINUTE_MS, returnAfterMs: 30 * MINUTE_MS,
};

export type Minute = { readonly atMs: number; readonly units: readonly (bigint | undefined)[]; readonly used: string | undefined; readonly faults: readonly (Fault | undefined)[] };
export type Days = { readonly minutes: readonly Minute[]; readonly changes: readonly FeedChange[] };

export async function replayedDays(): Promise<Days> {
  const closes = await Promise.all(Object.values(files).map(closesOf));
  const times = closes.flatMap((one) => [...one.keys()]);
  const [fromMs, untilMs] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const changes: FeedChange[] = [];
  const feeds = new PriceFeeds(words, (change) => changes.push(change));
  const minutes: Minute[] = [];
  for (let atMs = fromMs; atMs <= untilMs; atMs += MINUTE_MS) {
    for (const [index, source] of words.sources.entries()) {
      const units = closes[index]?.get(atMs);
      if (units !== undefined) feeds.saw('BTC/USDC', source, { bidUnits: units, askUnits: units, quotedAtMs: atMs, cameAtMs: atMs });
    }
    const reading = feeds.reading('BTC/USDC', atMs);
    minutes.push({ atMs, units: reading.sources.map(({ quotation }) => quotation?.bidUnits), used: reading.kind === 'trusted' ? reading.source : undefined, faults: reading.sources.map(({ fault }) => fault) });
  }
  return { minutes, changes };
}

/** When a candle closed, and at what. */
async function closesOf(path: string): Promise<ReadonlyMap<number, bigint>> {
  const recording = await openRecording(path);
  const closes = new Map<number, bigint>();
  if (recording.kind === 'candles') for await (const { timestampMs, close } of recording.candles) closes.set(timestampMs + MINUTE_MS, parseUnits(close, SCALE));
  return closes;
}
