/**
 * A recording as a sequence of prices. A candle is walked open → low → high → close when it rose, open → high → low → close
 * when it fell; a trade is one price. Points carry the recording's own time; the points of a candle lie a quarter of it apart.
 */
import { formatUnits, parseUnitsRounded } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import type { Candle, RecordedTrade } from '../ports/index.ts';
import type { PriceSource } from './options.ts';

/** `quantity`: what was dealt at this price, of the base asset; a candle's volume is shared out evenly. */
export type Point = { readonly price: string; readonly atMs: number; readonly quantity: string; readonly side?: Side };
export type Step = { readonly symbol: string; readonly timestampMs: number; readonly points: readonly Point[] };

const CANDLE_MS = 60_000;
const VOLUME_SCALE = 18;

export class Replay {
  readonly symbol: string;
  readonly #steps: AsyncIterator<Step>;
  #next: Promise<Step | undefined> | undefined;

  constructor(symbol: string, source: Extract<PriceSource, { kind: 'candles' | 'trades' }>) {
    this.symbol = symbol;
    this.#steps = steps(symbol, source);
  }

  /** The step that `take` would give. */
  peek(): Promise<Step | undefined> {
    this.#next ??= this.#steps.next().then(({ done, value }) => (done === true ? undefined : value));
    return this.#next;
  }

  async take(): Promise<Step | undefined> {
    const step = await this.peek();
    if (step !== undefined) this.#next = undefined;
    return step;
  }

  /** Goes on behind what was already played before a restart. */
  async skipThrough(timestampMs: number): Promise<void> {
    for (let step = await this.peek(); step !== undefined && step.timestampMs <= timestampMs; step = await this.peek()) await this.take();
  }
}

async function* steps(symbol: string, source: Extract<PriceSource, { kind: 'candles' | 'trades' }>): AsyncGenerator<Step, undefined> {
  if (source.kind === 'candles') for await (const candle of source.candles) yield { symbol, timestampMs: candle.timestampMs, points: walked(candle) };
  else for await (const trade of source.trades) yield { symbol, timestampMs: trade.timestampMs, points: [dealt(trade)] };
  return undefined;
}

const dealt = ({ price, timestampMs, quantity, side }: RecordedTrade): Point => ({ price, atMs: timestampMs, quantity, side });

function walked({ timestampMs, open, high, low, close, volume }: Candle): readonly Point[] {
  const rose = Number(close) >= Number(open); // only the order of two prices: no amount passes through this float
  const quantity = formatUnits((parseUnitsRounded(volume, VOLUME_SCALE, 'down') ?? 0n) / 4n, VOLUME_SCALE);
  return [open, rose ? low : high, rose ? high : low, close].map((price, quarter) => ({ price, atMs: timestampMs + (quarter * CANDLE_MS) / 4, quantity }));
}
